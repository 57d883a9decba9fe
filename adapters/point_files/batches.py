"""What every kind of file is read into: batches of rows, column by column, each row with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from domain.errors import InvalidSweep

# As many as a chunk of a table has, so that no format holds more than it needs.
BATCH_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows: the values of each column, and for each row the number of its line, or of the row itself."""

    columns: Sequence[Sequence[Any]]
    numbers: Sequence[int]


class PointFile(Protocol):
    """A file of one format, open for one reading; raises `InvalidSweep` with the place of what is wrong."""

    @property
    def names(self) -> Sequence[str]:
        """The names of the columns."""
        ...

    @property
    def unit(self) -> str:
        """What the numbers of a batch count: lines from the file's first one on, or rows; both from 1."""
        ...

    def batches(self) -> Iterator[Batch]:
        """Yield all rows."""
        ...


def wrong(path: Path, message: str, place: str = "", column: str = "") -> InvalidSweep:
    """Return the error of a file of points."""
    where = ", ".join(part for part in (place, f"column {column}" if column else "") if part)
    return InvalidSweep.at("design.file", f"{path}: {where}{': ' if where else ''}{message}")
