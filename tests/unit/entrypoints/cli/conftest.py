"""A folder with a sweep and its target, and the command line in the process of the test."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.errors import InvalidSweep, SweepError
from entrypoints.cli.app import app

TARGET = """
from math import sqrt

def f(x):
    print("the target prints this")
    if x == 5:
        raise ValueError(f"no root of {x}") from KeyError("cause")
    if x == 7:
        return {x}
    return sqrt(-1) if x == 8 else x / 2
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed, on standard output and on standard error, its exit code and the error that it raised."""

    out: str
    err: str
    code: int
    problems: str


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield the folder of the module `toy`, which is the current one."""
    (tmp_path / "toy.py").write_text(TARGET)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(builtins, "__import__", builtins.__import__)
    sys.modules.pop("toy", None)
    yield tmp_path
    sys.modules.pop("toy", None)


@pytest.fixture
def sweep(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Return the command `sweep`, of which no environment decides where sweeps are."""
    for name in ("SWEEP_OUT", "SWEEP_STACK"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> Answer:
        result = CliRunner().invoke(app, list(words))
        error = result.exception if isinstance(result.exception, SweepError) else None
        if result.exception and not error and not isinstance(result.exception, SystemExit):
            raise result.exception
        problems = error.problems if isinstance(error, InvalidSweep) else (error or "",)
        return Answer(result.stdout, result.stderr, result.exit_code, "; ".join(map(str, problems)))

    return run
