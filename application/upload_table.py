"""Use case: link to where the chunks go that a table still lacks, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from application.link_pages import LARGEST_PAGE, LINK_SECONDS, linked
from application.list_table import TablePage
from application.ports.table_links import TableLinks


@dataclass(frozen=True, slots=True)
class UploadTable:
    """Answers the question for what a client has to upload: a chunk that is stored is not asked for again."""

    tables: TableLinks

    def __call__(self, digest: str, chunks: int, after: int | None) -> TablePage:
        """Return links to those of a table's chunks beyond `after` that are not stored; a page may have none.

        One call looks at 1,000 chunks at most. Raises `DependencyUnavailable`.
        """
        first = 0 if after is None else after + 1
        stop = min(chunks, first + LARGEST_PAGE)
        stored = set(self.tables.stored(digest, after, LARGEST_PAGE))
        lacking = (chunk for chunk in range(first, stop) if chunk not in stored)
        links, following = linked(lacking, lambda chunk: self.tables.upload_link(digest, chunk, LINK_SECONDS))
        return TablePage(links, stop - 1 if following is None and stop < chunks else following)
