"""The rows of a file, checked and packed as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from adapters.point_files.batches import PointFile, wrong
from adapters.point_files.spool import Spool
from application.documents.table_chunks import CHUNK_ROWS, LONGEST_ROW, TableDigest, chunk_of, lines_of
from application.ports.point_tables import PointTables
from domain.designs.point_table import COLUMN_KINDS, ColumnKind
from domain.errors import InvalidSweep
from domain.space.scalars import Scalar, check_scalar

_KINDS: dict[type, ColumnKind] = {int: "number", float: "number", str: "text", bool: "boolean", type(None): "null"}
_NO_SCALAR = "is a list or a mapping; a point has numbers, texts, booleans and null alone"
_LEAST, _MOST = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class PackedTable:
    """A table: its digest, its columns with the kinds of their values, how many rows it has, and its chunks."""

    digest: str
    columns: dict[str, list[ColumnKind]]
    rows: int
    chunks: PointTables


def packed(path: Path, file: PointFile) -> PackedTable:
    """Return the table of a file; raises `InvalidSweep` for a value that no point can have, and for no rows at all."""
    digest, spool = TableDigest(file.names), Spool()
    kinds: list[set[ColumnKind]] = [set() for _ in file.names]
    rows = 0
    for number, lines in enumerate(_chunks(_lines(path, file, kinds))):
        digest.add("".join(lines))
        spool.put("", number, chunk_of(lines))
        rows += len(lines)
    if not rows:
        raise wrong(path, "has no row of values; write at least one point")
    ordered = [[one for one in COLUMN_KINDS if one in found] for found in kinds]
    return PackedTable(digest.hexadecimal(), dict(zip(file.names, ordered, strict=True)), rows, spool)


def _chunks(batches: Iterator[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Yield the same lines, so many at a time as a chunk has."""
    pending: list[str] = []
    for lines in batches:
        pending += lines
        while len(pending) >= CHUNK_ROWS:
            yield pending[:CHUNK_ROWS]
            pending = pending[CHUNK_ROWS:]
    if pending:
        yield pending


def _lines(path: Path, file: PointFile, kinds: Sequence[set[ColumnKind]]) -> Iterator[Sequence[str]]:
    """Yield the lines of each batch, and add the kinds of its values to those of its columns."""
    for batch in file.batches():
        for name, found, values in zip(file.names, kinds, batch.columns, strict=True):
            types = set(map(type, values))
            if not types <= _KINDS.keys() or not _is_sound(values, types):
                _refuse(path, file.unit, name, values, batch.numbers)
            found.update(map(_KINDS.__getitem__, types))
        lines = lines_of(batch.columns)
        if max(map(len, lines), default=0) > LONGEST_ROW:
            number = next(number for number, line in zip(batch.numbers, lines, strict=True) if len(line) > LONGEST_ROW)
            message = f"has more than {LONGEST_ROW:,} bytes of values, the most that a point of a file has"
            raise wrong(path, message, f"{file.unit} {number}")
        yield lines


def _is_sound(values: Sequence[Any], types: set[type]) -> bool:
    """Return whether `check_scalar` lets all values of these types pass, in a fraction of its time."""
    if types == {float}:
        return all(map(isfinite, values))
    if types == {str} and "".join(values).isascii():
        return True
    if types == {int}:
        return bool(min(values) >= _LEAST and max(values) <= _MOST)
    return types <= {bool, type(None)} or all(map(_passes, values))


def _passes(value: Scalar) -> bool:
    try:
        check_scalar("", value)
    except InvalidSweep:
        return False
    return True


def _refuse(path: Path, unit: str, name: str, values: Sequence[Any], numbers: Sequence[int]) -> None:
    """Raise the error of the first value that no point can have."""
    for number, value in zip(numbers, values, strict=True):
        place = f"{unit} {number}"
        if type(value) not in _KINDS:
            raise wrong(path, _NO_SCALAR, place, name)
        try:
            check_scalar("", value)
        except InvalidSweep as error:
            raise wrong(path, f"{error}{_REMEDIES.get(type(value), '')}", place, name) from error


_REMEDIES: dict[type, str] = {float: "; write null, or leave the row out"}
