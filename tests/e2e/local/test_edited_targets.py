"""Editing a target between two runs: what makes a new sweep, and what goes on with the old one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory

# Each module of a target by its name; `RATE` is what is edited.
_PARTIAL = """
import functools


def scale(x, by):
    return x * by * RATE


f = functools.partial(scale, by=1)
"""
_INSTANCE = """
class Model:
    def __call__(self, x):
        return x * RATE


f = Model()
"""
_PLAIN = """
def logged(function):
    def call(x):
        return function(x)

    return call
"""
_DECORATED = """
from plain import logged


@logged
def f(x):
    return x * RATE
"""
_USER = "import helper\n\n\ndef f(x):\n    return helper.scale(x)\n"
_HELPER = "def scale(x):\n    return x * RATE\n"
_DATA = """
import json
import pathlib


class Model:
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, x):
        return x * self.rate


f = Model(json.loads(pathlib.Path("rate.json").read_text()))
"""

_TARGETS = [
    pytest.param({"model.py": _PARTIAL}, "model.py", id="a partial"),
    pytest.param({"model.py": _INSTANCE}, "model.py", id="an instance"),
    pytest.param({"model.py": _DECORATED, "plain.py": _PLAIN}, "model.py", id="a decorator without wraps"),
    pytest.param({"model.py": _USER, "helper.py": _HELPER}, "helper.py", id="a helper module"),
    pytest.param({"model.py": _USER, "helper/__init__.py": _HELPER}, "helper/__init__.py", id="a helper package"),
    pytest.param({"model.py": _DATA, "rate.json": "RATE"}, "rate.json", id="a value that an instance holds"),
]


def _write(folder: Path, files: dict[str, str], rate: int, more: str = "") -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text.replace("RATE", str(rate)) + more)


def _run(lab: Laboratory) -> tuple[str, list[object]]:
    """Run the sweep, and return its id and its values."""
    code, document = lab.run_json("run", "sweep.yaml", "--workers", "2")
    assert code == 0
    lines = lab.run("results", document["sweep_id"], "--format", "csv").stdout.splitlines()[1:]
    return document["sweep_id"], [int(line.rpartition(",")[2]) for line in lines]


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a laboratory with a sweep of three points."""
    lab = Laboratory(tmp_path)
    (lab.folder / "sweep.yaml").write_text("name: toy\ntarget: model:f\nparameters: {x: [1, 2, 3]}\n")
    return lab


@pytest.mark.parametrize(("files", "edited"), _TARGETS)
def test_an_edit_makes_a_new_sweep(lab: Laboratory, files: dict[str, str], edited: str) -> None:
    """Its values are the new code's; and the old code, once it is back, has its old sweep."""
    _write(lab.folder, files, 2)
    first, values = _run(lab)
    assert values == [2, 4, 6]
    _write(lab.folder, {edited: files[edited]}, 30)
    second, values = _run(lab)
    assert (second != first, values) == (True, [30, 60, 90])
    _write(lab.folder, files, 2)
    assert _run(lab) == (first, [2, 4, 6])


def test_a_comment_and_a_reformatting_make_no_new_sweep(lab: Laboratory) -> None:
    """Nor does another folder from which the same command is run."""
    files = {"model.py": _USER, "helper.py": _HELPER}
    _write(lab.folder, files, 2)
    first = _run(lab)
    _write(
        lab.folder, {"model.py": "# a note\n\n" + _USER, "helper.py": _HELPER.replace("x * RATE", "(x\n *   RATE)")}, 2
    )
    assert _run(lab) == first
    code, document = lab.run_json("run", str(lab.folder / "sweep.yaml"))
    assert (code, document["sweep_id"]) == (0, first[0])
    (lab.folder / "inner").mkdir()
    lab.folder /= "inner"
    code, document = lab.run_json("run", "../sweep.yaml")
    assert (code, document["sweep_id"]) == (0, first[0])
