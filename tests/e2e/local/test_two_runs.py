"""Two runs of the same file at the same time evaluate no point twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory, until


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a new laboratory."""
    return Laboratory(tmp_path)


def test_runs_started_together_run_no_shard_twice(lab: Laboratory) -> None:
    """Three runs that start at the same moment, in a folder that does not exist, evaluate each point once."""
    file = str(lab.write("gated"))
    runs = [lab.start("run", file, "--workers", "1") for _ in range(3)]
    errors = [run.communicate(timeout=60)[1] for run in runs]
    assert "Traceback" not in "".join(errors)
    assert lab.evaluations() == Counter(range(60))
    assert 0 in [run.returncode for run in runs]
    assert len(lab.results()) == 20


def test_a_second_run_evaluates_nothing(lab: Laboratory) -> None:
    """A run that finds another at work evaluates nothing, says so, and exits with 1."""
    file = str(lab.write("gated", 120, 20))
    lab.gate(12)
    first = lab.start("run", file, "--workers", "1")
    until(lambda: len(lab.done()) == 2)
    second = lab.run("run", file, "--workers", "1")
    assert first.poll() is None
    assert second.returncode == 1
    assert "Another process is running this sweep" in second.stdout
    lab.open()
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert lab.evaluations() == Counter(range(120))


def test_one_of_two_runs_retries_failed_shards(lab: Laboratory) -> None:
    """Of two runs at the same time, one evaluates the failed shards again."""
    file = str(lab.write("healing", 180, 20))
    assert lab.run("run", file, "--workers", "2").returncode == 1
    (lab.folder / "healed").touch()
    failed = {0, 11}
    assert lab.done() == set(range(20)) - failed
    before = lab.evaluations()
    runs = [lab.start("run", file, "--workers", "1") for _ in range(2)]
    for run in runs:
        run.communicate(timeout=60)
    again = lab.evaluations() - before
    assert again == Counter(point for shard in failed for point in range(9 * shard, 9 * shard + 9))
    assert len(lab.done()) == 20
