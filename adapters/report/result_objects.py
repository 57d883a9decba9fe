"""Result objects as files: reading them, and writing their lines."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from domain.errors import DependencyUnavailable


def write_lines(paths: Sequence[Path], output: BinaryIO) -> None:
    """Write the lines of all result objects, in their order; raises `DependencyUnavailable` for a damaged object."""
    for path in paths:
        output.writelines(_chunks(path))


def parameter_names(path: Path) -> list[str]:
    """Return the sweep's parameters, in their order, from a result object; raises `DependencyUnavailable`."""
    with opened(path) as lines:
        return list(json.loads(lines.readline())["point"])


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Yield the lines of a result object; raises `DependencyUnavailable` if they cannot be read."""
    try:
        with gzip.open(path) as lines:
            yield cast("BinaryIO", lines)
    except (OSError, EOFError, zlib.error, LookupError, TypeError, ValueError) as error:
        raise DependencyUnavailable(f"the results in {path} cannot be read: {error}") from error


def _chunks(path: Path) -> Iterator[bytes]:
    with opened(path) as lines:
        while chunk := lines.read(1 << 20):
            yield chunk
