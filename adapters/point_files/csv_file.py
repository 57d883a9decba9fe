"""Points in CSV: a first row of names, separated by commas, and a row for each point (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from adapters.point_files.batches import BATCH_ROWS, Batch, wrong
from adapters.point_files.csv_types import ColumnType, ColumnTyping, converted
from adapters.point_files.text_lines import text_lines
from application.on_done import OnDone

_CHANGED = "is not what it was a moment ago; the file must not change while it is read"


class CsvFile:
    """A file that is read twice: for the types of its columns, and for the points. Empty lines are passed over."""

    unit = "line"

    def __init__(self, path: Path, on_read: OnDone) -> None:
        """Read the names, and all cells for their types."""
        self._path, self._on_read = path, on_read
        self.names = _names(path)
        typings = [ColumnTyping() for _ in self.names]
        for columns, lines in self._cells(reading=1):
            for typing, cells in zip(typings, columns, strict=True):
                typing.add(cells, lines)
        for name, typing in zip(self.names, typings, strict=True):
            if typing.flaw:
                line, message = typing.flaw
                raise wrong(path, message, f"line {line}", name)
        self._types = [typing.type for typing in typings]

    def batches(self) -> Iterator[Batch]:
        """Yield all rows."""
        for columns, lines in self._cells(reading=2):
            typed = zip(self.names, columns, self._types, strict=True)
            yield Batch([self._values(name, cells, type_, lines) for name, cells, type_ in typed], lines)

    def _cells(self, reading: int) -> Iterator[tuple[Sequence[Sequence[str]], Sequence[int]]]:
        """Yield the cells of some rows, column by column, and the line in which each row begins."""
        size = self._path.stat().st_size
        with self._path.open("rb") as file:
            rows = _rows(self._path, text_lines(self._path, file))
            next(rows, None)
            while batch := list(islice(rows, BATCH_ROWS)):
                for line, row in batch:
                    if len(row) != len(self.names):
                        message = f"has {len(row)} cells, and there are {len(self.names)} columns"
                        raise wrong(self._path, f"{message}; quote a text with a comma", f"line {line}")
                yield list(zip(*[row for _, row in batch], strict=True)), [line for line, _ in batch]
                self._on_read((reading - 1) * size + file.tell(), 2 * size)

    def _values(self, name: str, cells: Sequence[str], type_: ColumnType, lines: Sequence[int]) -> Sequence[object]:
        try:
            return converted(cells, type_)
        except ValueError as error:
            raise wrong(self._path, _CHANGED, f"lines {lines[0]} to {lines[-1]}", name) from error


def _names(path: Path) -> list[str]:
    with path.open("rb") as file:
        _, names = next(_rows(path, text_lines(path, file)), (0, []))
    return [name.strip() for name in names]


def _rows(path: Path, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty, with the line in which it begins."""
    reader = csv.reader(lines, strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        reason = str(error).partition(" - ")[0]
        raise wrong(path, f"is no CSV: {reason}; is a quote missing?", f"line {line}") from error
