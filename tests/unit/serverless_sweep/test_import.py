"""`import serverless_sweep`: it costs next to nothing, and takes no other name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import entrypoints.python_api
import serverless_sweep

_ROOT = Path(__file__).parents[3]
_LIGHT = """
import sys, time
before, began = set(sys.modules), time.process_time()
import serverless_sweep
assert time.process_time() - began < 0.1
new = {name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names
assert new == {"serverless_sweep"}, new
levels = serverless_sweep.linspace(0, 1, 3)
heavy = "boto3 botocore duckdb pandas polars pyarrow xarray numpy rich typer cloudpickle".split()
assert not [name for name in heavy if name in sys.modules]
"""
# Beside it lie packages called `domain` and `adapters`.
_CLASH = """
import concurrent.futures, importlib, pickle, sys
import domain
import serverless_sweep as ss
from adapters.part import PART

assert domain.LAW == PART == "the user's"
levels = ss.range_(0, 3)
assert type(levels).__module__ == "serverless_sweep._own.domain.space.range"
assert pickle.loads(pickle.dumps(levels)) == levels

# Many threads at once, with imports inside functions.
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    names = ["InvalidSweep", "Job", "Results", "run", "submit", "open"] * 8
    assert len({id(value) for value in pool.map(lambda name: getattr(ss, name), names)}) == 6
try:
    ss.open("nothing", out="empty")
except ss.InvalidSweep as error:
    assert "there are no sweeps in empty" in str(error)

# A debugger that stands in our code evaluates imports as our code does.
own = sys.modules["serverless_sweep._own.domain.errors"]
assert eval("__import__('domain.plan').plan.__name__", vars(own)) == "serverless_sweep._own.domain.plan"
again = importlib.reload(own)
assert again.InvalidSweep.__module__ == "serverless_sweep._own.domain.errors"

assert "application" not in sys.modules
assert importlib.import_module("domain") is domain
assert {name for name in sys.modules if name.partition(".")[0] == "domain"} == {"domain"}
"""


def _run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "program.py").write_text(program)
    command = [sys.executable, "program.py"]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_import_loads_nothing(tmp_path: Path) -> None:
    """No library is loaded before a name is used, and none for AWS, tables or terminals by a name that needs none."""
    ended = _run(_LIGHT, tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_packages_of_the_users_keep_their_names(tmp_path: Path) -> None:
    """The user's `domain` and `adapters` are the user's, before and after ours are loaded under names of their own."""
    (tmp_path / "domain.py").write_text('LAW = "the user\'s"\n')
    (tmp_path / "adapters").mkdir()
    (tmp_path / "adapters" / "__init__.py").touch()
    (tmp_path / "adapters" / "part.py").write_text('PART = "the user\'s"\n')
    ended = _run(_CLASH, tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_names_are_those_of_the_entrypoint() -> None:
    """`dir` and completion show what there is, and each name is documented."""
    assert dir(serverless_sweep) == serverless_sweep.__all__ == entrypoints.python_api.__all__
    for name in serverless_sweep.__all__:
        assert getattr(serverless_sweep, name).__doc__, name


def test_another_name_is_missing() -> None:
    """A misspelt name is an `AttributeError`, as of any module."""
    with pytest.raises(AttributeError, match="module 'serverless_sweep' has no attribute 'runn'"):
        serverless_sweep.runn  # noqa: B018 - it is missing
