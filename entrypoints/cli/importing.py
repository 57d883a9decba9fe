"""Calling a target in the process of a command: where it is imported from, and where it prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout
from pathlib import Path

from adapters.machine.taken_names import refuse_taken_names
from application.place import Place


def paths_of(sweep_id: str, place: Place) -> Sequence[str]:
    """Return the folders in which to look for the target of a sweep: the current one, and those of its last run."""
    return list(dict.fromkeys((os.fspath(Path.cwd()), *place.import_paths(sweep_id))))


@contextmanager
def importable(paths: Sequence[str]) -> Iterator[None]:
    """Let a `with` block import from these folders first."""
    before = list(sys.path)
    sys.path[:0] = paths
    try:
        refuse_taken_names(paths)
        yield
    finally:
        sys.path[:] = before


def printing_aside(*, wanted: bool) -> AbstractContextManager[object]:
    """Let what a `with` block prints go to standard error, if that is wanted: standard output has other readers."""
    return redirect_stdout(sys.stderr) if wanted else nullcontext()
