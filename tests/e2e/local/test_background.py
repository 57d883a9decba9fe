"""A submitted sweep of a folder runs in a process of its own, to its end, whatever becomes of its caller."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from adapters.documents.sweep_file import read_sweep_file
from domain.dispatch_policy import no_deadline
from domain.errors import SweepConflict
from entrypoints.places import Where, open_place
from tests.e2e.local.laboratory import Laboratory, until
from tests.fakes.at_once import at_once

_SIZE, _SHARDS = 60, 20
# Prints, and may be made to wait while it is imported.
_TALK = """
import os
import time

import lab

while os.path.exists("wait"):
    time.sleep(0.01)


def f(x):
    print("point", x, flush=True)
    return lab.gated(x)
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laboratory:
    """Return a laboratory with the target `talk:f`, whose runs have one worker each."""
    monkeypatch.setenv("SWEEP_WORKERS", "1")
    lab = Laboratory(tmp_path / "lab")
    (lab.folder / "talk.py").write_text(_TALK)
    return lab


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the results of a run in the foreground."""
    lab = Laboratory(tmp_path_factory.mktemp("undisturbed"))
    assert lab.run("run", str(lab.write("gated", _SIZE, _SHARDS)), "--workers", "2").returncode == 0
    return lab.results()


def _write(lab: Laboratory) -> str:
    file = lab.write("gated", _SIZE, _SHARDS)
    file.write_text(file.read_text().replace("lab:gated", "talk:f"))
    return str(file)


def _evaluated(lab: Laboratory, before: Counter[int]) -> int:
    """Return how many points were evaluated since then."""
    return (lab.evaluations() - before).total()


def _finish(lab: Laboratory) -> None:
    """Let the target wait no longer, and wait until no process is left."""
    lab.open()
    until(lambda: not lab.processes())


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGHUP, marks=pytest.mark.long)])
def test_a_submitted_sweep_runs_on_when_its_caller_is_interrupted(
    lab: Laboratory, undisturbed: dict[str, bytes], number: signal.Signals
) -> None:
    """Ctrl-C on the caller's terminal, or its end, ends the waiting alone; the results are those of `sweep run`."""
    lab.gate(12)
    caller = lab.start("submit", _write(lab), "--wait")
    until(lambda: len(lab.done()) == 4)
    removal = lab.run("remove", "latest", "--yes")
    assert (removal.returncode, "a process is running lab-" in removal.stderr) == (1, True)
    os.killpg(caller.pid, number)
    _, errors = caller.communicate(timeout=60)
    assert caller.returncode in {130, -number}
    assert "Traceback" not in errors
    _finish(lab)
    assert lab.results() == undisturbed
    assert lab.evaluations() == Counter(range(_SIZE))
    (log,) = (lab.out / "logs").iterdir()
    assert sorted(log.read_text().splitlines()) == sorted(f"point {x}" for x in range(_SIZE))


def test_a_caller_that_is_killed_before_its_answer_has_submitted_one_sweep(
    lab: Laboratory, undisturbed: dict[str, bytes]
) -> None:
    """The process that it started runs the sweep, and the same command is answered with that sweep."""
    file = _write(lab)
    (lab.folder / "wait").touch()
    caller = lab.start("submit", file)
    until(lab.workers)
    caller.kill()
    caller.communicate()
    (lab.folder / "wait").unlink()
    lab.gate(0)
    again = lab.run("submit", file)
    assert (again.returncode, again.stdout.startswith("went on with lab-")) == (0, True), again.stderr
    _finish(lab)
    assert lab.results() == undisturbed
    assert lab.evaluations() == Counter(range(_SIZE))


@pytest.mark.parametrize("way", ["retry", pytest.param("run", marks=pytest.mark.long)])
def test_a_killed_runner_leaves_a_sweep_that_goes_on(lab: Laboratory, undisturbed: dict[str, bytes], way: str) -> None:
    """It is incomplete, with a log; a retry from any folder, or the same file, runs what is left of it."""
    file = _write(lab)
    lab.gate(12)
    assert lab.run("submit", file).returncode == 0
    until(lambda: len(lab.done()) == 4)
    for runner in lab.runners():
        os.kill(runner, signal.SIGKILL)
    until(lambda: not lab.processes())
    lab.open()
    status = lab.run("status", "latest").stdout
    assert ": incomplete" in status
    assert f"log:     {lab.out / 'logs'}/lab-" in status
    before = lab.evaluations()
    if way == "run":
        ended = lab.run("run", file)
        assert "resuming lab-" in ended.stderr
    else:
        elsewhere = Laboratory(lab.folder / "elsewhere")
        elsewhere.log, elsewhere.out = lab.log, lab.out
        ended = elsewhere.run("retry", "latest", "--wait")
    assert ended.returncode == 0, ended.stderr
    assert lab.evaluations() - before == Counter(range(12, _SIZE))
    assert lab.results() == undisturbed


@pytest.mark.long
@pytest.mark.parametrize("delay", [0.0, 0.1, 0.2, 0.4, 0.8])
def test_a_runner_may_be_killed_at_any_moment(lab: Laboratory, undisturbed: dict[str, bytes], delay: float) -> None:
    """Before the caller has its answer, the same command goes on with the sweep; afterwards a retry does."""
    file = _write(lab)
    lab.gate(30)
    caller = lab.start("submit", file)
    until(lab.runners)
    time.sleep(delay)  # the delays are samples of possible moments; the test does not depend on them
    for runner in lab.runners():
        os.kill(runner, signal.SIGKILL)
    _, errors = caller.communicate(timeout=60)
    until(lambda: not lab.processes())
    lab.open()
    again = ("retry", "latest") if caller.returncode == 0 else ("submit", file)
    assert caller.returncode == 0 or "ended before it began" in errors
    assert lab.run(*again, "--wait").returncode == 0
    assert lab.results() == undisturbed


def test_a_cancelled_sweep_starts_no_further_shard(lab: Laboratory) -> None:
    """The process of the sweep ends by itself, and so does a run in the foreground, which says why."""
    file = _write(lab)
    for command in ("submit", "run"):
        before = lab.evaluations()
        lab.gate(0)
        process = lab.start(command, file)
        until(partial(_evaluated, lab, before))
        cancelled = lab.run("cancel", "latest")
        assert (cancelled.returncode, "no further shard starts" in cancelled.stdout) == (0, True)
        _finish(lab)
        output, _ = process.communicate(timeout=60)
        assert _evaluated(lab, before) < _SIZE
        status = lab.run("status", "latest")
        assert (status.returncode, ": cancelled" in status.stdout) == (1, True)
        assert "running:" not in status.stdout
        if command == "run":
            assert (process.returncode, "The sweep was cancelled" in output) == (1, True)
            assert "running:" not in output


def test_callers_at_once_start_one_run(lab: Laboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three submissions under one key are one sweep, of which every point is evaluated once."""
    monkeypatch.setenv("LAB_LOG", str(lab.log))
    monkeypatch.setenv("LAB_MARK", lab.mark)
    request = read_sweep_file(Path(_write(lab)))
    monkeypatch.chdir(lab.folder)
    places = [open_place(Where(lab.out), [str(lab.folder)]) for _ in range(3)]
    submissions = at_once([partial(place.sweeps.submit, request, "key", no_deadline) for place in places])
    assert len({submission.sweep.id for submission in submissions}) == 1
    assert [submission.replayed for submission in submissions].count(False) == 1
    with pytest.raises(SweepConflict):
        places[0].sweeps.submit(read_sweep_file(lab.write("gated", 4, 2)), "key", no_deadline)
    until(lambda: not lab.processes())
    assert lab.evaluations() == Counter(range(_SIZE))


def test_what_cannot_be_run_is_refused_and_leaves_no_sweep(lab: Laboratory) -> None:
    """The caller learns why as from `sweep run`, and no process is left."""
    ended = lab.run("submit", str(lab.write("absent")))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("error: target: ")
    assert "absent" in ended.stderr
    # The runner answers before it ends.
    until(lambda: not lab.processes())
    assert not (lab.out / "ledger.sqlite3").exists()
    assert not list((lab.out / "logs").iterdir())
