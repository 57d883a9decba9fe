"""A file of points in any of the formats, by the end of its name."""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from adapters.point_files.batches import PointFile, wrong
from adapters.point_files.csv_file import CsvFile
from adapters.point_files.json_file import JsonLinesFile
from adapters.point_files.packed_table import PackedTable, packed
from adapters.point_files.parquet_file import ParquetFile
from application.on_done import OnDone, show_nothing
from domain.errors import InvalidSweep
from domain.space.names import MOST_PARAMETERS, check_name

_FORMATS: dict[str, Callable[[Path, OnDone], PointFile]] = {
    ".csv": CsvFile,
    ".jsonl": JsonLinesFile,
    ".ndjson": JsonLinesFile,
    ".parquet": ParquetFile,
}
_LONGEST_SHOWN = 40


def read_point_file(path: Path, on_read: OnDone = show_nothing) -> PackedTable:
    """Return the table of a file; raises `InvalidSweep`, with the row and the column of what is wrong.

    The program holds a few thousand rows at a time, however many there are. `on_read` is called while it reads.
    """
    open_file = _FORMATS.get(path.suffix.lower())
    if open_file is None:
        raise wrong(path, f"has a name that tells no format; it must end in one of {', '.join(_FORMATS)}")
    try:
        _check_file(path)
        file = open_file(path, on_read)
        _check_names(path, file.names)
        return packed(path, file)
    except FileNotFoundError as error:
        raise wrong(path, "there is no such file") from error
    except OSError as error:
        raise wrong(path, f"cannot be read: {error.strerror}") from error


def _check_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except ValueError as error:
        raise wrong(path, "cannot be read: no file can have this name") from error
    if not stat.S_ISREG(mode):
        raise wrong(path, "is no file; name one that has the points (what a pipe sends can be read only once)")


def _check_names(path: Path, names: Sequence[str]) -> None:
    if not names:
        raise wrong(path, "is empty; it must name the parameters, and have a row for each point")
    if len(names) > MOST_PARAMETERS:
        raise wrong(path, f"has {len(names):,} columns; at most {MOST_PARAMETERS} are allowed")
    for number, name in enumerate(names, 1):
        place = f"column {number} ({name[:_LONGEST_SHOWN]!r})"
        if names.index(name) < number - 1:
            raise wrong(path, "has the name of another column; rename one", place)
        try:
            check_name(name)
        except InvalidSweep as error:
            raise wrong(path, error.problems[0].message, place) from error
