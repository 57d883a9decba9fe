"""A sweep that comes through a pipe, which says nothing of its size."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from adapters.documents.sweep_file import LARGEST_FILE, read_sweep_file
from domain.errors import InvalidSweep

_SWEEP = "name: toy\nparameters:\n  x: [1, 2]\n"


@contextmanager
def piped(path: Path, text: str) -> Iterator[Path]:
    """Write a text into a new pipe, for one reader."""

    def write() -> None:
        with suppress(BrokenPipeError):
            path.write_text(text)

    os.mkfifo(path)
    writer = Thread(target=write)
    writer.start()
    yield path
    writer.join()


def test_sweep_comes_through_a_pipe(tmp_path: Path) -> None:
    """The shell's `<(...)` is a file like any other."""
    with piped(tmp_path / "sweep.yaml", _SWEEP) as path:
        assert read_sweep_file(path).design.size == 2


def test_what_is_too_long_is_refused_and_not_cut(tmp_path: Path) -> None:
    """The beginning of a longer document may be a sweep, but it is not the one that was sent."""
    with (
        piped(tmp_path / "sweep.yaml", f"{_SWEEP}#{'.' * LARGEST_FILE}\n  y: [1, 2]\n") as path,
        pytest.raises(InvalidSweep, match="has more than 10,000,000 bytes"),
    ):
        read_sweep_file(path)
