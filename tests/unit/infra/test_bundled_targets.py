"""A bundle that lacks a target which a sweep may have is not deployed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.bundled_targets import MissingTargetsError, refuse_missing, what_lacks
from infra.sources import ROOT

SWING = """
import math
from numpy import sin as sine
period = math.sin
def swing(x): return helper(x)
class Model: pass
if math.pi > 3:
    length = lambda x: x
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Return a bundle with a package, a namespace package, a lone module and a compiled one."""
    for name, text in {
        "pendulum/swing.py": SWING,
        "models/__init__.py": "from models.inner import f\n",
        "models/inner.py": "def f(): pass\n",
        "star.py": "from models import *\n",
        "lazy.py": "def __getattr__(name): return print\n",
        "later.py": "def f() -> : pass\n",
        "fast/core.cpython-313-aarch64-linux-gnu.so": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("function", ["swing", "sine", "period", "Model", "length", "math"])
def test_a_module_has_what_it_binds(bundle: Path, function: str) -> None:
    """Definitions, imports and assignments count, also below an `if`."""
    assert what_lacks(bundle, f"pendulum.swing:{function}") == ""


@pytest.mark.parametrize("target", ["models:f", "star:f", "lazy:f", "later:f", "fast.core:f", "json:loads"])
def test_what_only_running_can_tell_is_not_refused(bundle: Path, target: str) -> None:
    """A package's import, names made at run time, a later syntax, compiled modules, Python's own modules."""
    assert what_lacks(bundle, target) == ""


@pytest.mark.parametrize(
    ("target", "lack"),
    [
        pytest.param("pendulum.swing:swung", "the module pendulum.swing has no swung", id="misspelt"),
        pytest.param("pendulum.swing:helper", "the module pendulum.swing has no helper", id="only used"),
        pytest.param("pendulum.swing:x", "the module pendulum.swing has no x", id="a function's parameter"),
        pytest.param("pendulum:swing", "there is no module pendulum", id="a folder without a module"),
        pytest.param("gone.away:f", "there is no module gone.away", id="no folder"),
    ],
)
def test_what_is_missing_is_named(bundle: Path, target: str, lack: str) -> None:
    """The module, or its function."""
    assert what_lacks(bundle, target) == lack


def test_all_missing_targets_are_named_with_a_remedy(bundle: Path) -> None:
    """The message says what the bundle has, and which two ways there are."""
    with pytest.raises(MissingTargetsError) as refused:
        refuse_missing(bundle, ("models:f", "gone:f", "models:g"), (Path("models"),))
    message = str(refused.value)
    assert "gone:f: there is no module gone" in message
    assert "models:g: the module models has no g" in message
    assert "models:f" not in message
    assert "The bundle has models" in message
    assert "TARGETS" in message


# The environments of further Pythons have no pip.
@pytest.mark.one_python
def test_the_build_fails_for_a_missing_target(tmp_path: Path) -> None:
    """The command that `sam build` runs exits with 1, prints no traceback, and so nothing is deployed."""
    lock = tmp_path / "empty.lock"
    lock.touch()
    command = [sys.executable, "-m", "infra.bundle", "--into", str(tmp_path / "made"), "--lock", str(lock)]
    options = ["--cache", str(tmp_path / "cache"), "--target", "examples/projectile", "--allowed"]
    codes = []
    for target in ("examples.projectile:simulate", "pendulum:swing"):
        ended = subprocess.run([*command, *options, target], cwd=ROOT, capture_output=True, text=True, check=False)
        codes.append(ended.returncode)
    assert codes == [0, 1], ended.stderr
    assert "pendulum:swing: there is no module pendulum" in ended.stderr
    assert "Traceback" not in ended.stderr
