"""Editing a target between two runs: what makes a new sweep, and what goes on with the old one."""

from __future__ import annotations

import gzip
import json
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
    pytest.param({"model.py": _INSTANCE}, "model.py", id="an instance", marks=pytest.mark.long),
    pytest.param({"model.py": _DECORATED, "plain.py": _PLAIN}, "model.py", id="a decorator without wraps"),
    pytest.param({"model.py": _USER, "helper.py": _HELPER}, "helper.py", id="a helper module", marks=pytest.mark.long),
    pytest.param(
        {"model.py": _USER, "helper/__init__.py": _HELPER},
        "helper/__init__.py",
        id="a helper package",
        marks=pytest.mark.long,
    ),
    pytest.param({"model.py": _DATA, "rate.json": "RATE"}, "rate.json", id="a value that an instance holds"),
]


def _write(folder: Path, files: dict[str, str], rate: int) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text.replace("RATE", str(rate)))


def _run(lab: Laboratory, file: str = "sweep.yaml") -> tuple[str, list[object]]:
    """Run the sweep, and return its id and its values."""
    code, document = lab.run_json("run", file, "--workers", "1")
    assert code == 0
    objects = sorted((lab.folder / document["results"]).iterdir())
    lines = [line for each in objects for line in gzip.decompress(each.read_bytes()).splitlines()]
    return document["sweep_id"], [json.loads(line)["value"] for line in lines]


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a laboratory with a sweep of three points."""
    lab = Laboratory(tmp_path)
    (lab.folder / "sweep.yaml").write_text("name: toy\ntarget: model:f\nparameters: {x: [1, 2, 3]}\n")
    return lab


@pytest.mark.parametrize(("files", "edited"), _TARGETS)
def test_an_edit_makes_a_new_sweep(lab: Laboratory, files: dict[str, str], edited: str) -> None:
    """Its values are the new code's."""
    _write(lab.folder, files, 2)
    first, values = _run(lab)
    assert values == [2, 4, 6]
    _write(lab.folder, {edited: files[edited]}, 30)
    second, values = _run(lab)
    assert (second != first, values) == (True, [30, 60, 90])


def test_the_old_code_has_its_old_sweep(lab: Laboratory) -> None:
    """Neither an edit that is undone nor a comment, a reformatting or another current folder makes a new sweep."""
    files = {"model.py": _USER, "helper.py": _HELPER}
    _write(lab.folder, files, 2)
    first = _run(lab)
    _write(lab.folder, files, 30)
    assert _run(lab) != first
    again = {"model.py": "# a note\n\n" + _USER, "helper.py": _HELPER.replace("x * RATE", "(x\n *   RATE)")}
    _write(lab.folder, again, 2)
    assert _run(lab) == first
    (lab.folder / "inner").mkdir()
    lab.folder /= "inner"
    assert _run(lab, "../sweep.yaml") == first
