"""Use case: link to the chunks of a table that are stored, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from application.ports.table_links import TableLinks
from domain.errors import InvalidSweep

LARGEST_PAGE = 1000
LINK_SECONDS = 3600
# In characters of all links together. A signed link is long, and an answer has a limit.
_LONGEST_LINKS = 500_000


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
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidSweep.at("limit", f"must be 1 to {LARGEST_PAGE}")
        stored = self.tables.stored(digest, after, limit)
        page = linked(stored, lambda chunk: self.tables.link(digest, chunk, LINK_SECONDS))
        return page if page.next is not None or len(stored) < limit else TablePage(page.links, stored[-1])


def linked(chunks: Iterable[int], link: Callable[[int], str]) -> TablePage:
    """Return a page with the links to these chunks, as many as an answer can carry."""
    links: dict[int, str] = {}
    length = 0
    for chunk in chunks:
        if length > _LONGEST_LINKS:
            return TablePage(links, max(links))
        links[chunk] = link(chunk)
        length += len(links[chunk])
    return TablePage(links, None)
