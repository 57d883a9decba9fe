"""The same command continues a killed sweep, and the results are those of an undisturbed run."""

from __future__ import annotations

import os
import signal
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory, until

_SIZE, _SHARDS, _WIDTH = 60, 20, 3


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a new laboratory."""
    return Laboratory(tmp_path / "lab")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the results of a run without a failure."""
    lab = Laboratory(tmp_path_factory.mktemp("undisturbed"))
    assert lab.run("run", str(lab.write("gated", _SIZE, _SHARDS)), "--workers", "2").returncode == 0
    assert lab.evaluations() == Counter(range(_SIZE))
    return lab.results()


def _points(shards: set[int]) -> set[int]:
    return {_WIDTH * shard + place for shard in shards for place in range(_WIDTH)}


def _are_done(lab: Laboratory, count: int) -> bool:
    return len(lab.done()) == count


@pytest.mark.parametrize("moment", [0, 11, *(pytest.param(moment, marks=pytest.mark.long) for moment in (1, 5, 19))])
def test_a_killed_run_is_continued(lab: Laboratory, undisturbed: dict[str, bytes], moment: int) -> None:
    """After a kill with `moment` shards done, the next run does the others, and the results are the same bytes."""
    file = str(lab.write("gated", _SIZE, _SHARDS))
    lab.gate(_WIDTH * moment)
    process = lab.start("run", file, "--workers", "2")
    until(lambda: lab.evaluations()[_WIDTH * moment] and len(lab.done()) == moment)
    process.kill()
    process.communicate()
    # The workers end once their parent is gone, also in the middle of a shard.
    until(lambda: not lab.processes(), 5)
    lab.open()
    done, before = lab.done(), lab.evaluations()
    assert len(done) == moment
    code, answer = lab.run_json("run", file, "--workers", "2")
    assert (code, answer["done"], answer["failed"]) == (0, _SIZE, 0)
    again = lab.evaluations() - before
    assert again == Counter(set(range(_SIZE)) - _points(done))
    assert lab.results() == undisturbed
    assert lab.leftovers() == []


def test_a_run_killed_repeatedly_is_completed(lab: Laboratory, undisturbed: dict[str, bytes]) -> None:
    """Each run does four more shards before it is killed; the last one completes the sweep."""
    file = str(lab.write("gated", _SIZE, _SHARDS))
    for moment in (4, 8, 12, 16):
        lab.gate(_WIDTH * moment)
        process = lab.start("run", file, "--workers", "2")
        until(partial(_are_done, lab, moment))
        process.kill()
        process.communicate()
    lab.open()
    assert lab.run("run", file, "--workers", "2").returncode == 0
    assert lab.results() == undisturbed


@pytest.mark.parametrize("count", [1, 2])
def test_a_killed_worker_fails_its_shard_alone(lab: Laboratory, undisturbed: dict[str, bytes], count: int) -> None:
    """A killed worker fails its shard with a reason, and the next run does only the failed shards."""
    file = str(lab.write("gated", _SIZE, _SHARDS))
    lab.gate(12)
    process = lab.start("run", file, "--workers", "2", "--json")
    # Each worker waits in the middle of a shard.
    until(lambda: lab.evaluations()[12] and lab.evaluations()[15])
    for worker in lab.workers()[:count]:
        os.kill(worker, signal.SIGKILL)
    lab.open()
    output, errors = process.communicate(timeout=60)
    failed = set(lab.ends())
    assert process.returncode == 1
    assert len(failed) == count
    assert failed <= {4, 5}
    assert "the worker process was killed by SIGKILL" in output
    assert "Traceback" not in errors
    assert lab.done() == set(range(_SHARDS)) - failed
    before = lab.evaluations()
    assert lab.run("run", file).returncode == 0
    assert lab.evaluations() - before == Counter(_points(failed))
    assert lab.results() == undisturbed


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("leave", "the worker process exited with code 3"),
        ("killed", "the worker process was killed by SIGKILL (out of memory?)"),
    ],
    ids=["exits", "killed"],
)
def test_a_target_that_ends_its_process_fails_its_shard(lab: Laboratory, target: str, reason: str) -> None:
    """The shard fails with a reason, all others are done, and no process is left."""
    file = str(lab.write(target, 40, 20))
    code, _ = lab.run_json("run", file, "--workers", "2")
    _, status = lab.run_json("status", "latest")
    assert code == 1
    example = {"shard": 3, "points": 2, "attempts": 1}
    group = {"reason": "WorkerDied", "message": reason, "shards": 1, "points": 2, "example": example}
    assert status["failures"] == [group]
    assert (status["state"], status["done"], status["failed"]) == ("failed", 38, 2)
    assert (status["shards_done"], status["shards_failed"]) == (19, 1)
    assert lab.processes() == []


def test_every_shard_may_end_its_worker(lab: Laboratory) -> None:
    """A target that always ends its process fails every shard, and the run still ends."""
    file = str(lab.write("leave", 8, 1))
    code, answer = lab.run_json("run", file)
    assert (code, answer["done"], answer["failed"], answer["state"]) == (1, 0, 8, "failed")


def test_a_hanging_worker_ends_with_its_parent(lab: Laboratory) -> None:
    """A worker in the middle of an endless point ends when the run is killed."""
    process = lab.start("run", str(lab.write("hang", 4, 4)), "--workers", "2")
    until(lambda: lab.evaluations()[0] == 1 and len(lab.done()) == 3)
    process.kill()
    process.communicate()
    until(lambda: not lab.processes(), 5)
    assert len(lab.results()) == 3
