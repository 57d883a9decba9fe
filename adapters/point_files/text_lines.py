"""The lines of a text file, one at a time, however long the file or a line of it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from adapters.point_files.batches import wrong

# In bytes, with the line break: four times what a row may have.
LONGEST_LINE = 65_536
_MARK = b"\xef\xbb\xbf"


def text_lines(path: Path, file: BinaryIO) -> Iterator[str]:
    """Yield the lines of an open file, with their ends; raises `InvalidSweep` for one that is too long or no UTF-8."""
    for number, line in enumerate(iter(partial(file.readline, LONGEST_LINE + 1), b""), 1):
        if len(line) > LONGEST_LINE:
            raise wrong(path, f"has more than {LONGEST_LINE:,} bytes, the most that a line has here", f"line {number}")
        try:
            yield (line.removeprefix(_MARK) if number == 1 else line).decode()
        except UnicodeDecodeError as error:
            raise wrong(path, f"is not UTF-8 text (byte {error.start}); save it as UTF-8", f"line {number}") from error
