"""Tables of points in memory, which pass the contract suite, and designs whose rows are in some tables."""

from __future__ import annotations

from collections.abc import Sequence

from application.documents.table_chunks import CHUNK_ROWS, TableDigest, chunk_of, line_of
from application.ports.point_tables import REMEDY, PointTables
from domain.conditions.kind import Kind, kind_of
from domain.designs.point_table import COLUMN_KINDS, ColumnKind, PointTable
from domain.errors import DependencyUnavailable
from domain.space.parameter import Parameter
from domain.space.scalars import Scalar

Row = tuple[Scalar, ...]
_KINDS: dict[Kind, ColumnKind] = {
    Kind.NUMBER: "number",
    Kind.TEXT: "text",
    Kind.BOOLEAN: "boolean",
    Kind.NOTHING: "null",
}


class MemoryTables:
    """A `PointTables` in a dict, which counts how often a chunk is read."""

    def __init__(self) -> None:
        """Start empty."""
        self.chunks: dict[tuple[str, int], bytes] = {}
        self.read: list[int] = []

    def has(self, digest: str, chunks: int) -> bool:
        """Return whether so many chunks of a table are there."""
        return all((digest, number) in self.chunks for number in range(chunks))

    def put(self, digest: str, number: int, body: bytes) -> None:
        """Store a chunk."""
        self.chunks[digest, number] = body

    def chunk(self, digest: str, number: int) -> bytes:
        """Return a chunk, and note that it was read."""
        self.read.append(number)
        try:
            return self.chunks[digest, number]
        except KeyError as error:
            raise DependencyUnavailable(f"there is no such chunk in memory; {REMEDY}") from error


def table_of(
    tables: PointTables, names: Sequence[str], rows: Sequence[Row], parameters: Sequence[Parameter] = ()
) -> PointTable:
    """Store rows, and return their design, which is bound to nothing; the parameters are its grid."""
    lines = list(map(line_of, rows))
    digest = TableDigest(names)
    digest.add("".join(lines))
    for number, start in enumerate(range(0, len(lines), CHUNK_ROWS)):
        tables.put(digest.hexadecimal(), number, chunk_of(lines[start : start + CHUNK_ROWS]))
    found = [{_KINDS[kind_of(row[place])] for row in rows} for place in range(len(names))]
    columns = {name: [one for one in COLUMN_KINDS if one in kinds] for name, kinds in zip(names, found, strict=True)}
    grid = [one.name for one in parameters]
    return PointTable.of(parameters, table=digest.hexadecimal(), columns=columns, rows=len(rows), grid=grid)
