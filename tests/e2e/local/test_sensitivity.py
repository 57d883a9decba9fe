"""A sensitivity analysis as a user types it: sampled, evaluated, and its indices beside the closed form."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from examples.ishigami.function import first_order, total_order
from tests.e2e.local.laboratory import Laboratory

_TARGET = """
from math import sin

def ishigami(x1, x2, x3, a, b):
    if x1 > 3.1:
        raise ValueError("too far")
    return {"y": sin(x1) + a * sin(x2) ** 2 + b * x3**4 * sin(x1), "name": "ishigami", "parts": {"a": 0.5}}
"""
_FILE = """
name: ishigami
target: model:ishigami
parameters:
  x1: {uniform: {low: -3.141592653589793, high: 3.141592653589793}}
  x2: {uniform: {low: -3.141592653589793, high: 3.141592653589793}}
  x3: {uniform: {low: -3.141592653589793, high: 3.141592653589793}}
constants: {a: 7, b: 0.1}
design: {kind: saltelli, points: 2048, seed: 7}
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """Return a folder in which the sweep has run; the points with a large x1 have no value."""
    lab = Laboratory(tmp_path_factory.mktemp("sensitivity"))
    (lab.folder / "model.py").write_text(_TARGET)
    (lab.folder / "ishigami.yaml").write_text(_FILE)
    assert lab.run("run", "ishigami.yaml").returncode == 1
    return lab


def test_the_indices_are_those_of_the_closed_form(lab: Laboratory) -> None:
    """Within three margins, from the blocks that are whole; the others are left out whole, and counted."""
    code, found = lab.run_json("sensitivity", "latest", "--value", "y")
    assert code == 0
    assert 0 < found["left_out"] < 100
    assert found["blocks"] + found["left_out"] == 2048
    for one, first, total in zip(found["indices"], first_order(), total_order(), strict=True):
        for estimate, exact in ((one["first"], first), (one["total"], total)):
            assert estimate["value"] == pytest.approx(exact, abs=3 * estimate["margin"])
            assert estimate["margin"] < 0.1


def test_the_table_shows_them(lab: Laboratory) -> None:
    """A row for each parameter, how many blocks they are from, and how many were left out."""
    ended = lab.run("sensitivity", "latest", "--value", "y", "--confidence", "0.9")
    lines = ended.stdout.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["x1", "x2", "x3"]
    assert lines[4].endswith("intervals of 90% confidence")
    assert lines[5].endswith("left out: a point of each has no value")


def test_the_picture_is_drawn(lab: Laboratory) -> None:
    """In the format that the file's name says."""
    assert lab.run("sensitivity", "latest", "--value", "y", "--picture", "indices.svg").returncode == 0
    assert "total order" in (lab.folder / "indices.svg").read_text()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param((), "value: is no number at point 0; name one of its keys: y, name, parts", id="no key"),
        pytest.param(("--value", "z"), "z: is not in the value of point 0; name one of its keys: y,", id="unknown key"),
        pytest.param(("--value", "name"), "name: is no number at point 0", id="a text"),
        pytest.param(("--value", "parts.a"), "do not vary", id="a constant"),
        pytest.param(("--value", "y", "--resamples", "1"), "resamples: must be at least 2", id="one resample"),
    ],
)
def test_what_cannot_be_analysed_is_refused(lab: Laboratory, options: tuple[str, ...], message: str) -> None:
    """With the place and a remedy; exit code 2."""
    ended = lab.run("sensitivity", "latest", *options)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert message in ended.stderr


def test_python_has_the_same_indices(lab: Laboratory) -> None:
    """`done.sensitivity` returns value and margin of each."""
    program = "import json, serverless_sweep as ss; print(json.dumps(ss.open('latest').results().sensitivity('y')))"
    environment = os.environ | {"SWEEP_OUT": str(lab.out)}
    command = [sys.executable, "-c", program]
    printed: dict[str, Any] = json.loads(subprocess.check_output(command, cwd=lab.folder, env=environment))
    _, found = lab.run_json("sensitivity", "latest", "--value", "y")
    assert printed == {
        one["parameter"]: {kind: [one[kind]["value"], one[kind]["margin"]] for kind in ("first", "total")}
        for one in found["indices"]
    }


def test_another_design_has_no_indices(tmp_path: Path) -> None:
    """Not even a sampled one."""
    lab = Laboratory(tmp_path)
    (lab.folder / "model.py").write_text("def f(x):\n    return x\n")
    options = ("--design", "sobol", "--points", "8", "--seed", "1", "-p", "x=uniform:0:1")
    assert lab.run("run", "model:f", *options).returncode == 0
    ended = lab.run("sensitivity", "latest")
    assert (ended.returncode, "design: must be saltelli" in ended.stderr) == (2, True)
