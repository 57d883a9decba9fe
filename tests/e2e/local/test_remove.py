"""`sweep remove`: takes sweeps off the machine, after asking."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

from tests.e2e.local.laboratory import SWEEP, Laboratory, until


def _names(two: Laboratory) -> list[str]:
    return [row.split("-")[0] for row in two.run("list").stdout.splitlines()[1:]]


def _answered(two: Laboratory, answer: bytes, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `sweep remove` on a terminal at which a person types an answer."""
    screen, terminal = pty.openpty()
    os.write(screen, answer)
    command = [SWEEP, "remove", *arguments, "--out", str(two.out)]
    ended = subprocess.run(command, stdin=terminal, capture_output=True, text=True, check=False, timeout=60)
    os.close(screen)
    os.close(terminal)
    return ended


def test_a_removed_sweep_is_gone_with_its_results(two: Laboratory) -> None:
    """After a yes there is neither its row nor its folder; other sweeps stay; the same run starts anew."""
    ended = _answered(two, b"y\n", "a")
    assert ended.returncode == 0, ended.stderr
    assert "2 points, " in ended.stderr
    assert "and free" in ended.stderr
    assert _names(two) == ["b"]
    assert [path.name[0] for path in (two.out / "sweeps").iterdir()] == ["b"]
    assert not (two.out / ".removed").exists()
    assert two.run("run", "a.yaml").returncode == 0
    assert _names(two) == ["a", "b"]


def test_a_no_removes_nothing(two: Laboratory) -> None:
    """After a no, and without a terminal to ask, all stays."""
    assert _answered(two, b"n\n", "a", "b").returncode == 1
    ended = two.run("remove", "a")
    assert (ended.returncode, "--yes: is needed" in ended.stderr) == (2, True)
    assert _names(two) == ["b", "a"]


def test_old_sweeps_are_removed_by_age(two: Laboratory) -> None:
    """`--older-than` counts days since the submission; `--yes` does not ask."""
    assert two.run("remove", "--older-than", "1", "--yes").stderr == "there are no such sweeps\n"
    ended = two.run("remove", "--older-than", "0", "--yes")
    assert ended.returncode == 0
    assert [line.split("-")[0] for line in ended.stdout.splitlines()] == ["removed b", "removed a"]
    assert _names(two) == []
    ended = two.run("remove")
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
