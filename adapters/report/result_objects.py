"""Result objects as files: reading each of them once, in the order of the shards, and writing their lines."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from typing import BinaryIO, NoReturn, TypeAlias

from adapters.report.coverage import Audit, Coverage
from domain.errors import DependencyUnavailable

StrPath: TypeAlias = str | PathLike[str]

_CHUNK = 1 << 20
_DAMAGES = (OSError, EOFError, zlib.error, LookupError, TypeError, ValueError, RecursionError)


def write_lines(paths: Sequence[StrPath], output: BinaryIO) -> Coverage:
    """Write the lines of all result objects, in their order, and return which points they have.

    Raises `DependencyUnavailable` for a damaged object.
    """
    audit = Audit()
    output.writelines(blocks(paths, audit))
    return audit.coverage()


def blocks(paths: Sequence[StrPath], audit: Audit) -> Iterator[bytes]:
    """Yield whole lines of all result objects, many at a time, after the audit has read them.

    Raises `DependencyUnavailable` for a damaged object: gzip has a checksum of all that it holds.
    """
    for path in paths:
        with _named(path), gzip.open(path) as file:
            for block in _whole_lines(file):
                audit.read(block)
                yield block


def check_lines(paths: Sequence[StrPath]) -> None:
    """Raise `DependencyUnavailable` with the place of the first line that is no JSON object, if there is one."""
    for path in paths:
        with _named(path), gzip.open(path) as lines:
            for number, line in enumerate(lines, 1):
                _check(line, number)


@contextmanager
def _named(path: StrPath) -> Iterator[None]:
    """Translate what damage to an object raises into `DependencyUnavailable` with the path of the object."""
    try:
        yield
    except _DAMAGES as error:
        raise DependencyUnavailable(f"the results in {path} cannot be read: {error}") from error


def _whole_lines(file: gzip.GzipFile) -> Iterator[bytes]:
    rest, is_empty = b"", True
    while chunk := file.read(_CHUNK):
        is_empty = False
        lines, line_break, begun = (rest + chunk).rpartition(b"\n")
        rest = begun
        if line_break:
            yield lines + line_break
    if rest:
        yield rest + b"\n"
    if is_empty:
        raise ValueError("there are no lines in it")


def _check(line: bytes, number: int) -> None:
    try:
        json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"line {number:,} is not JSON: {error}") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")
