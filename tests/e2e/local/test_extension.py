"""`sweep run --extend` as a user types it: the target is called only where the earlier sweep has no value."""

from __future__ import annotations

import shlex
import signal
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory, until

MODEL = """
from pathlib import Path

def area(x, y):
    with open("calls", "a") as file:
        file.write("x")
    return x * y
"""
AREA = ("model:area", "-p", "x=uniform:0:1", "-p", "y=loguniform:0.001:1")
SOBOL = (*AREA, "--design", "sobol", "--seed", "7", "--shards", "4", "--workers", "1")


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a laboratory with a target that counts its calls."""
    lab = Laboratory(tmp_path)
    (lab.folder / "model.py").write_text(MODEL)
    return lab


def calls(lab: Laboratory) -> int:
    """Return how often the target was called."""
    return (lab.folder / "calls").stat().st_size


def test_more_points_of_a_sequence_are_the_points_that_are_evaluated(lab: Laboratory) -> None:
    """256 points become 1,024 by 768 calls; an edited target is another function, and is refused."""
    assert lab.run("run", *SOBOL, "--points", "256").returncode == 0
    extended = lab.run("run", *SOBOL, "--points", "1024", "--extend", "area")
    assert (extended.returncode, calls(lab)) == (0, 1024)
    assert "256 points were taken from area-" in extended.stderr
    assert ", 768 evaluated" in extended.stderr
    (lab.folder / "model.py").write_text(MODEL.replace("x * y", "x + y"))
    refused = lab.run("run", *SOBOL, "--points", "2048", "--extend", "area")
    assert (refused.returncode, calls(lab)) == (2, 1024)
    assert "--extend: model.py has changed since area-" in refused.stderr


@pytest.mark.long
def test_the_files_are_those_of_a_run_without_the_earlier_sweep(lab: Laboratory, tmp_path: Path) -> None:
    """Byte for byte; the same command again finds nothing to do."""
    lab.run("run", *SOBOL, "--points", "256")
    earlier = _files(lab)
    lab.run("run", *SOBOL, "--points", "1024", "--extend", "area")
    again = lab.run("run", *SOBOL, "--points", "1024", "--extend", "area")
    assert "reusing area-" in again.stderr
    plain = Laboratory(tmp_path / "plain")
    (plain.folder / "model.py").write_text(MODEL)
    plain.run("run", *SOBOL, "--points", "1024")
    assert _files(lab) - earlier == _files(plain)


def _files(lab: Laboratory) -> set[bytes]:
    """Return the result files of all sweeps."""
    return {path.read_bytes() for path in lab.out.glob("sweeps/*/results/*.jsonl.gz")}


@pytest.mark.long
def test_an_interrupted_extension_goes_on_by_the_command_that_it_prints(lab: Laboratory) -> None:
    """Also from a file, and once the earlier sweep is removed: what it has taken is its own by then."""
    assert lab.run("run", str(lab.write("rationed", 60, 20)), "--workers", "1").returncode == 0
    lab.gate(90)
    file = lab.write("rationed", 120, 40)
    process = lab.start("run", str(file), "--workers", "1", "--extend", "latest")
    until(lambda: sum(lab.evaluations().values()) == 90 and len(lab.done()) >= 29)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    command = errors.splitlines()[-1]
    assert "--extend lab-" in command
    lab.open()
    earlier = command.partition("--extend ")[2].split()[0]
    assert lab.run("remove", earlier, "--yes").returncode == 0
    ended = lab.run(*shlex.split(command)[1:], "--workers", "1")
    assert ended.returncode == 0, ended.stderr
    assert set(lab.evaluations()) == set(range(120))
    assert all(lab.evaluations()[x] == 1 for x in range(60))


@pytest.mark.long
def test_a_longer_axis_is_evaluated_at_its_new_values(lab: Laboratory) -> None:
    """Before, between and after the old ones; on this machine and in the background."""
    assert lab.run("run", "model:area", "-p", "x=1,2,3", "-p", "y=1,2", "--workers", "1").returncode == 0
    longer = ["model:area", "-p", "x=0,1,1.5,2,3,4", "-p", "y=1,2"]
    submitted = lab.run("submit", *longer, "--extend", "area", "--wait")
    assert (submitted.returncode, calls(lab)) == (0, 12), submitted.stderr
    other = lab.run("submit", *longer, "--replicates", "2", "--extend", "area")
    assert other.returncode == 2
    assert "--extend: area-" in other.stderr
    assert "has the parameters x, y, and this sweep x, y, replicate;" in other.stderr
    nowhere = lab.run("run", *longer, "--extend", "area", "--out", "nowhere")
    assert "--extend: there are no sweeps in nowhere" in nowhere.stderr
    assert not (lab.folder / "nowhere").exists()
