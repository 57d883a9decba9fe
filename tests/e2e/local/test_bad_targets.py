"""`sweep run` refuses a target that it cannot evaluate: it exits with 2 and a reason, and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory

_MODULES = {
    "good": "def f(x): return x\ndef g(x, y): return x\ndef many(**all): return 1\nnumber = 5\n",
    "raising": "import sys\n\nraise ValueError('bad day')\n",
    "leaving": "raise SystemExit('enough')\n",
    "dying": "import os\nos._exit(5)\n",
    "wrong": "def f(:\n",
    "needy": "import no_such_library\n",
}
_TARGETS = {
    "nothere:f": "there is no module nothere; run from the folder that holds it, or install it",
    "good:ff": "the module good has no ff; did you mean good:f?",
    "good:number": "good:number is a int, not a function",
    "good:g": "takes (x, y), but the sweep gives the keywords (x): missing a required argument: 'y'",
    "math:hypot2": "did you mean math:hypot?",
    "raising:f": "importing raising failed: ValueError: bad day (raising.py, line 3)",
    "leaving:f": "importing leaving failed: SystemExit: enough",
    "dying:f": "importing dying:f did not end well: the worker process exited with code 5",
    "wrong:f": "importing wrong failed: SyntaxError: invalid syntax (wrong.py, line 1)",
    "needy:f": "the module needy needs no_such_library, which is not installed",
    "good": "must read module:function",
}


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a laboratory with good and bad modules, and a sweep of the parameter x."""
    lab = Laboratory(tmp_path)
    for name, source in _MODULES.items():
        (tmp_path / f"{name}.py").write_text(source)
    lab.write("gated", 4, 2)
    return lab


@pytest.mark.parametrize("target", _TARGETS)
def test_a_bad_target_is_refused(lab: Laboratory, target: str) -> None:
    """`sweep run` prints one line with the reason, and leaves no ledger, no results and no process."""
    ended = lab.run("run", "sweep.json", "--target", target)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith(("error: target: ", "error: --target: "))
    assert _TARGETS[target] in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert not lab.out.exists()
    assert lab.processes() == []


@pytest.mark.parametrize("out", ["/proc/nowhere", "sweep.json", "sweep.json/deeper", "/dev/null"])
def test_a_folder_that_cannot_be_written_is_refused(lab: Laboratory, out: str) -> None:
    """`sweep run` names the folder and a remedy, and evaluates no point."""
    ended = lab.run("run", "sweep.json", "--out", out)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"error: --out: cannot write to {out}: ")
    assert ended.stderr.endswith("; choose another folder\n")
    assert lab.evaluations().total() == 0
    assert lab.processes() == []


def test_a_ledger_that_is_no_database_is_refused(lab: Laboratory) -> None:
    """Each command names the folder and exits with 1, because the input is correct."""
    lab.out.mkdir()
    (lab.out / "ledger.sqlite3").write_text("my diary" * 1000)
    for command in (["run", "sweep.json"], ["status", "latest"], ["list"], ["results", "latest"]):
        ended = lab.run(*command)
        assert ended.returncode == 1
        assert ended.stderr == f"error: the ledger in {lab.out} does not work: file is not a database\n"


def test_a_target_may_accept_any_keyword(lab: Laboratory) -> None:
    """A target with `**keywords` fits every sweep."""
    assert lab.run("run", "sweep.json", "--target", "good:many").returncode == 0
