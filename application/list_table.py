"""Use case: link to the chunks of a table that are stored, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from application.link_pages import LINK_SECONDS, check_limit, linked
from application.ports.table_links import TableLinks


@dataclass(frozen=True, slots=True)
class TablePage:
    """Links by chunk, in the order of the chunks; `next` is what the next page begins after, None at the end."""

    links: dict[int, str]
    next: int | None


@dataclass(frozen=True, slots=True)
class ListTable:
    """Answers the question for what is stored; while a client uploads the table, later pages may grow."""

    tables: TableLinks

    def __call__(self, digest: str, limit: int, after: int | None) -> TablePage:
        """Return links to at most `limit` (1 to 1,000) chunks beyond `after`; fewer if links are long.

        A table that is not there has none. Raises `InvalidSweep` for another limit, and `DependencyUnavailable`.
        """
        check_limit(limit)
        stored = self.tables.stored(digest, after, limit)
        links, following = linked(stored, lambda chunk: self.tables.link(digest, chunk, LINK_SECONDS))
        return TablePage(links, stored[-1] if following is None and len(stored) == limit else following)
