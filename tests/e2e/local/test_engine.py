"""The local engine with workers of the tests: faults between the engine and its worker processes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from adapters.local.process_engine import EngineSetup, ProcessEngine
from adapters.local.sqlite_ledger import SqliteLedger
from adapters.machine.clock import SystemClock
from application.fail_shard import FailShard
from application.ports.engine import EngineCounts
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.sweep import ShardFailed
from tests.e2e.local.laboratory import until
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep(size=4, shards=8)
# The first lines of each worker: it reads its setup from the engine and can send messages.
_HEAD = """
import json, os, sys, time
out = os.fdopen(int(sys.argv[1]), "w")
def say(kind, **fields): print(json.dumps({"kind": kind, **fields}), file=out, flush=True)
json.loads(sys.stdin.readline())
"""


class _Lab:
    """An engine over workers that a test writes, with a real ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = SqliteLedger(folder, SystemClock())
        self.ledger.open(_SWEEP)
        self.seen: list[EngineCounts] = []

    def engine(self, script: str, workers: int = 2) -> ProcessEngine:
        path = self.folder / "worker.py"
        path.write_text(_HEAD + script)
        return ProcessEngine(self.folder, EngineSetup((sys.executable, str(path)), workers))

    def run(self, engine: ProcessEngine, shards: int = 8) -> EngineCounts:
        with engine:
            assert engine.start(_SWEEP.request) == {"m": "1"}
            list(engine.dispatch(_SWEEP, map(_SWEEP.plan.shard, range(shards)), no_deadline))
            engine.run(_SWEEP.id, partial(FailShard(self.ledger), _SWEEP.id, deadline=no_deadline), self.seen.append)
        return self.seen[-1]

    def ends(self) -> set[str]:
        ends = self.ledger.ends(_SWEEP.id, range(_SWEEP.plan.shards))
        return {f"{end.reason}: {end.message}" for end in ends if isinstance(end, ShardFailed)}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[_Lab]:
    """Yield a new laboratory."""
    lab = _Lab(tmp_path)
    yield lab
    lab.ledger.close()


def test_workers_report_what_they_did(lab: _Lab) -> None:
    """The engine's counts add up over the workers and never decrease."""
    script = """
say("Ready", sources={"m": "1"})
for line in sys.stdin:
    say("At", points=1, errors=0)
    say("Ended", values=2, errors=1)
"""
    ended = lab.run(lab.engine(script))
    assert ended == EngineCounts(done=16, failed=8, shards_done=8, shards_failed=0)
    done = [progress.done for progress in lab.seen]
    assert done == sorted(done)


def test_a_worker_may_report_a_failed_shard(lab: _Lab) -> None:
    """The ledger gets the reason, and the worker continues with the next shard."""
    script = """
say("Ready", sources={"m": "1"})
for line in sys.stdin: say("Failed", reason="DependencyUnavailable", message="disk full")
"""
    ended = lab.run(lab.engine(script, 1))
    assert (ended.failed, ended.shards_failed) == (24, 8)
    assert lab.ends() == {"DependencyUnavailable: disk full"}


@pytest.mark.parametrize(
    ("death", "cause"),
    [
        pytest.param("os._exit(0)", "the worker process exited with code 0", id="exit 0"),
        pytest.param("os._exit(9)", "the worker process exited with code 9", id="exit 9"),
        pytest.param(
            "os.kill(os.getpid(), 9)", "the worker process was killed by SIGKILL (out of memory?)", id="SIGKILL"
        ),
        pytest.param("os.kill(os.getpid(), 11)", "the worker process was killed by SIGSEGV", id="SIGSEGV"),
        pytest.param(
            "say('At', points=1, errors=0); out.write('{half'); os._exit(1)",
            "the worker process exited with code 1",
            id="exit within a message",
        ),
    ],
)
def test_each_dead_worker_fails_one_shard(lab: _Lab, death: str, cause: str) -> None:
    """A worker that always dies fails each shard once, with the cause, and the run ends."""
    ended = lab.run(lab.engine(f'say("Ready", sources={{"m": "1"}})\nsys.stdin.readline()\n{death}\n'))
    assert (ended.failed, ended.shards_failed) == (24, 8)
    assert lab.ends() == {f"WorkerDied: {cause}"}


def test_an_end_reported_before_death_counts(lab: _Lab) -> None:
    """A shard is done if its worker reports so and then dies."""
    script = 'say("Ready", sources={"m": "1"})\nsys.stdin.readline()\nsay("Ended", values=3, errors=0)\nos._exit(1)\n'
    assert lab.run(lab.engine(script, 1), 1) == EngineCounts(done=3, failed=0, shards_done=1, shards_failed=0)
    assert lab.ends() == set()


@pytest.mark.parametrize(
    "script",
    ["os._exit(4)", "say('Fault', message='no such thing')", "os.kill(os.getpid(), 9)"],
    ids=["exit 4", "fault", "SIGKILL"],
)
def test_a_worker_that_is_never_ready_refuses_the_target(lab: _Lab, script: str) -> None:
    """`start` raises an error of the target before any shard is dispatched."""
    with lab.engine(script) as engine, pytest.raises(InvalidSweep, match=r"^target: "):
        engine.start(_SWEEP.request)


def test_workers_that_cannot_be_replaced_end_the_run(lab: _Lab) -> None:
    """The first worker dies and the second is never ready, so `run` raises `DependencyUnavailable`."""
    script = """
if os.path.exists("{folder}/tried"): os._exit(6)
open("{folder}/tried", "w")
say("Ready", sources={"m": "1"})
sys.stdin.readline()
os._exit(1)
""".replace("{folder}", str(lab.folder))
    with pytest.raises(DependencyUnavailable, match=r"no worker can be started any more: .* exited with code 6"):
        lab.run(lab.engine(script, 1))


def test_a_missing_interpreter_is_reported(lab: _Lab) -> None:
    """`start` raises `DependencyUnavailable` with the name of the interpreter."""
    engine = ProcessEngine(lab.folder, EngineSetup(("/nowhere/python",), 1))
    with engine, pytest.raises(DependencyUnavailable, match="/nowhere/python"):
        engine.start(_SWEEP.request)


@pytest.mark.parametrize(
    "script",
    [
        'say("Ready", sources={"m": "1"})\ntime.sleep(1000)',
        'import signal as s; s.signal(s.SIGTERM, s.SIG_IGN); say("Ready", sources={"m": "1"})\ntime.sleep(1000)',
        'import subprocess; say("Ready", sources={"m": str(subprocess.Popen(["sleep", "999"]).pid)}); time.sleep(1000)',
    ],
    ids=["sleeps", "ignores SIGTERM", "has a child"],
)
def test_leaving_the_engine_leaves_no_process(lab: _Lab, script: str) -> None:
    """Leaving the engine kills workers that do not end by themselves, and the processes that they have started."""
    with lab.engine(script) as engine:
        child = engine.start(_SWEEP.request)["m"]
        workers = [worker._process.pid for worker in engine._workers]
    assert not any(map(_lives, workers))
    if child != "1":
        until(_dead(int(child)), 2)


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _dead(process: int) -> Callable[[], bool]:
    return lambda: not _lives(process)
