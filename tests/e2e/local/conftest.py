"""Sweeps that have been run, for the tests of what comes after."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory

_TARGET = """
def f(x, y):
    print("the target prints this")
    if x == 2 and y == 1:
        raise ValueError("no " + "value")
    return {"sum": x + y}
"""
_SWEEP_FILE = """
name: toy
target: toy:f
parameters:
  x: [1, 2, 3]
  y: {linspace: {start: 0, stop: 1, num: 4}}
sharding: {shards: 5}
"""


@pytest.fixture(autouse=True, scope="session")
def heeded_signals() -> None:
    """Let commands heed Ctrl-C where the tests run in the background: they inherit what is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """Return a laboratory after a run of 12 points, one of which has no value; `run.txt` has what it printed."""
    lab = Laboratory(tmp_path_factory.mktemp("lab"))
    (lab.folder / "toy.py").write_text(_TARGET)
    (lab.folder / "toy.yaml").write_text(_SWEEP_FILE)
    ended = lab.run("run", "toy.yaml", "--workers", "2")
    assert ended.returncode == 1
    (lab.folder / "run.txt").write_text(ended.stdout)
    (lab.folder / "run-errors.txt").write_text(ended.stderr)
    return lab


@pytest.fixture(scope="session")
def two_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the sweeps `a` and `b` have been run in this order."""
    lab = Laboratory(tmp_path_factory.mktemp("two"))
    (lab.folder / "model.py").write_text("def f(x):\n    return x\n")
    for name in ("a", "b"):
        (lab.folder / f"{name}.yaml").write_text(f"name: {name}\ntarget: model:f\nparameters: {{x: [1, 2]}}\n")
        assert lab.run("run", f"{name}.yaml", "--workers", "1").returncode == 0
    return lab.folder


@pytest.fixture
def two(two_run: Path, tmp_path: Path) -> Laboratory:
    """Return a laboratory of the test's own with the sweeps `a` and `b`."""
    return Laboratory(shutil.copytree(two_run, tmp_path, dirs_exist_ok=True))
