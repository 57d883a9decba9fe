"""The folders from which a worker imports what the calling program can import."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

_INSTALLED = {"site-packages", "dist-packages"}


def import_paths(file: Path | None) -> list[str]:
    """Return the current folder, that of a sweep file, and what this program has put on its path.

    A worker has the folders of Python and of what is installed on its own.
    """
    own = [os.getcwd(), *([os.fspath(file.resolve().parent)] if file else [])]  # noqa: PTH109 - text, as in sys.path
    return list(dict.fromkeys([*own, *_programs()]))


def _programs() -> Iterator[str]:
    pythons = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib"))
    for path in sys.path:
        if Path(path).is_dir() and not path.startswith(pythons) and not _INSTALLED & set(Path(path).parts):
            yield os.path.abspath(path)  # noqa: PTH100 - text, as in sys.path
