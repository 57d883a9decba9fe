"""What the tests of the commands that read have in common: one sweep that has been run."""

from __future__ import annotations

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
