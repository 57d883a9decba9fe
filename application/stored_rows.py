"""The rows of a stored table: the source to which a design is bound wherever its points are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from application.documents.table_chunks import CHUNK_ROWS, chunk_rows
from application.ports.point_tables import REMEDY, PointTables
from domain.designs.design import Design
from domain.designs.replicated import Replicated
from domain.designs.row_source import stored_design
from domain.errors import DependencyUnavailable
from domain.space.scalars import Scalar

# Several walks over a design go side by side, and may be on both sides of the border between two chunks.
_KEPT = 2


class StoredRows:
    """Reads chunks of one table when they are needed, and keeps the last two."""

    def __init__(self, table: str, size: int, width: int, tables: PointTables) -> None:
        """Read nothing yet of a table with so many rows and columns."""
        self._table, self._size, self._width = table, size, width
        self.tables = tables
        self._kept: dict[int, tuple[tuple[Scalar, ...], ...]] = {}

    def rows(self, start: int, stop: int) -> Iterator[tuple[Scalar, ...]]:
        """Yield the rows `start..stop-1`; raises `DependencyUnavailable` for a chunk that is missing or damaged."""
        for number in range(start // CHUNK_ROWS, -(-stop // CHUNK_ROWS)):
            first = number * CHUNK_ROWS
            yield from self._chunk(number)[max(start - first, 0) : stop - first]

    def _chunk(self, number: int) -> tuple[tuple[Scalar, ...], ...]:
        found = self._kept.pop(number, None) or self._read(number)
        # The one that was used last stands last.
        self._kept[number] = found
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return found

    def _read(self, number: int) -> tuple[tuple[Scalar, ...], ...]:
        body = self.tables.chunk(self._table, number)
        try:
            return chunk_rows(body, number, self._size, self._width)
        except ValueError as error:
            message = f"points of the sweep are damaged; {REMEDY} (chunk {number} of the table {self._table}: {error})"
            raise DependencyUnavailable(message) from error


def bound_to(design: Design, tables: PointTables) -> Design:
    """Return a design whose rows come from these tables; one that has no table as it is."""
    stored = stored_design(design)
    if stored is None:
        return design
    own = stored.bound(_source(stored.table, stored.rows, len(stored.columns), tables))
    return replace(design, design=own) if isinstance(design, Replicated) else own


# A worker executes one shard of a table after the other, and several of them may have rows of one chunk. Every port is
# hashable, by its identity, which no protocol says.
_source: Callable[[str, int, int, PointTables], StoredRows] = lru_cache(maxsize=1)(StoredRows)  # type: ignore[assignment]  # as said
