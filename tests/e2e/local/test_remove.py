"""`sweep remove`: takes sweeps off the machine, after asking."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import SWEEP, Laboratory, until


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a laboratory with the sweeps `a` and `b`."""
    lab = Laboratory(tmp_path)
    (lab.folder / "model.py").write_text("def f(x):\n    return x\n")
    for name in ("a", "b"):
        (lab.folder / f"{name}.yaml").write_text(f"name: {name}\ntarget: model:f\nparameters: {{x: [1, 2]}}\n")
        assert lab.run("run", f"{name}.yaml").returncode == 0
    return lab


def _names(lab: Laboratory) -> list[str]:
    return [row.split("-")[0] for row in lab.run("list").stdout.splitlines()[1:]]


def _answered(lab: Laboratory, answer: bytes, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `sweep remove` on a terminal at which a person types an answer."""
    screen, terminal = pty.openpty()
    os.write(screen, answer)
    command = [SWEEP, "remove", *arguments, "--out", str(lab.out)]
    ended = subprocess.run(command, stdin=terminal, capture_output=True, text=True, check=False, timeout=60)
    os.close(screen)
    os.close(terminal)
    return ended


def test_a_removed_sweep_is_gone_with_its_results(lab: Laboratory) -> None:
    """After a yes there is neither its row nor its folder; other sweeps stay; the same run starts anew."""
    ended = _answered(lab, b"y\n", "a")
    assert ended.returncode == 0, ended.stderr
    assert "2 points, " in ended.stderr
    assert "and free" in ended.stderr
    assert _names(lab) == ["b"]
    assert [path.name[0] for path in (lab.out / "sweeps").iterdir()] == ["b"]
    assert not (lab.out / ".removed").exists()
    assert lab.run("run", "a.yaml").returncode == 0
    assert _names(lab) == ["a", "b"]


def test_a_no_removes_nothing(lab: Laboratory) -> None:
    """After a no, and without a terminal to ask, all stays."""
    assert _answered(lab, b"n\n", "a", "b").returncode == 1
    ended = lab.run("remove", "a")
    assert (ended.returncode, "--yes: is needed" in ended.stderr) == (2, True)
    assert _names(lab) == ["b", "a"]


def test_old_sweeps_are_removed_by_age(lab: Laboratory) -> None:
    """`--older-than` counts days since the submission; `--yes` does not ask."""
    assert lab.run("remove", "--older-than", "1", "--yes").stderr == "there are no such sweeps\n"
    ended = lab.run("remove", "--older-than", "0", "--yes")
    assert ended.returncode == 0
    assert [line.split("-")[0] for line in ended.stdout.splitlines()] == ["removed b", "removed a"]
    assert _names(lab) == []
    ended = lab.run("remove")
    assert (ended.returncode, "say which sweeps" in ended.stderr) == (2, True)


def test_a_sweep_that_runs_is_not_removed(tmp_path: Path) -> None:
    """The command ends with 1, and the run with all of its results."""
    lab = Laboratory(tmp_path)
    lab.gate(0)
    process = lab.start("run", str(lab.write("gated", 4, 2)), "--workers", "1")
    until(lab.evaluations)
    ended = lab.run("remove", "lab", "--yes")
    assert (ended.returncode, "a process is running lab-" in ended.stderr) == (1, True)
    lab.open()
    lab.gate(99)
    assert process.wait(60) == 0
    process.communicate()
    assert len(lab.results()) == 2
