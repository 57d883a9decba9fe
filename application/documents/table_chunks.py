"""Contract 6, the point table: the rows of a design that came from a file, in chunks that are stored once.

A table is JSON lines: its names, and then each row, as lists in the compact form of every contract. The SHA-256 of
that text is its digest, whichever file the rows came from. A chunk has the lines of 4,096 rows, the last one fewer,
gzip-compressed; how does not count, so that two machines may write chunks of the same rows differently.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Sequence

from application.documents.compact_json import encode
from application.documents.result_lines import object_lines, pack
from domain.space.scalars import Scalar

CHUNK_ROWS = 4096
# In bytes: a chunk of the longest rows still fits into a worker's memory.
LONGEST_ROW = 16_384
_CONSTANTS: dict[Scalar, str] = {True: "true", False: "false", None: "null"}
_DAMAGES = (OSError, EOFError, zlib.error, ValueError, RecursionError)


class TableDigest:
    """The digest of a table, whose lines are added one after the other."""

    def __init__(self, names: Sequence[str]) -> None:
        """Begin with the names."""
        self._hash = hashlib.sha256(line_of(names).encode())

    def add(self, lines: str) -> None:
        """Add the lines of rows."""
        self._hash.update(lines.encode())

    def hexadecimal(self) -> str:
        """Return the digest of all that has been added."""
        return self._hash.hexdigest()


def line_of(row: Sequence[Scalar]) -> str:
    """Return the line of a row, or of the names."""
    return f"{encode([*row])}\n"


def lines_of(columns: Sequence[Sequence[Scalar]]) -> list[str]:
    """Return the lines of rows whose values stand column by column, in a third of the time that each alone takes."""
    texts = [map(_text_of(set(map(type, column))), column) for column in columns]
    return [f"[{','.join(row)}]\n" for row in zip(*texts, strict=True)]


def _text_of(types: set[type]) -> Callable[[Scalar], str]:
    """Return what writes values of these types; numbers, which are finite, need no encoder."""
    if types <= {int, float}:
        return repr
    return _CONSTANTS.__getitem__ if types <= {bool, type(None)} else encode


def chunk_of(lines: Sequence[str]) -> bytes:
    """Return the chunk of these lines."""
    return pack(lines)


def chunk_count(rows: int) -> int:
    """Return how many chunks a table of so many rows has."""
    return -(-rows // CHUNK_ROWS)


def table_prefix(digest: str) -> str:
    """Return the prefix of a table's chunks, with no slash at its end."""
    return f"tables/{digest}"


def chunk_name(number: int) -> str:
    """Return the name of a chunk below the prefix: the number with at least 6 digits."""
    return f"{number:06d}.jsonl.gz"


def chunk_rows(body: bytes, number: int, rows: int, width: int) -> tuple[tuple[Scalar, ...], ...]:
    """Return the rows in a chunk of a table with so many rows and columns; raises `ValueError` for a damaged one."""
    try:
        # All lines at once take a third of the time that one after the other takes.
        found = json.loads(f"[{','.join(_texts(body))}]")
    except _DAMAGES as error:
        raise ValueError(f"it cannot be read ({error})") from error
    wanted = min(CHUNK_ROWS, rows - number * CHUNK_ROWS)
    if len(found) != wanted or any(type(row) is not list or len(row) != width for row in found):
        raise ValueError(f"it does not have {wanted:,} rows of {width:,} values")
    return tuple(map(tuple, found))


def _texts(body: bytes) -> Iterator[str]:
    return map(bytes.decode, object_lines(body))
