"""The generation of a shard goes with it through the local engine."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.local.process_engine import EngineSetup, ProcessEngine
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.sweep import ShardFailed
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()
_SHARD = replace(_SWEEP.plan.shard(4), generation=3)

# A worker that writes down the payload that it gets, and then fails the shard, or dies.
_WORKER = """
import json, os, sys
out = os.fdopen(int(sys.argv[1]), "w")
def say(kind, **fields): print(json.dumps({"kind": kind, **fields}), file=out, flush=True)
sys.stdin.readline()
say("Ready", sources={})
for line in sys.stdin:
    open("PATH", "w").write(line)
    END
"""


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ('say("Failed", reason="DependencyUnavailable", message="disk full")', "DependencyUnavailable"),
        ("os._exit(1)", "WorkerDied"),
    ],
    ids=["reports a failure", "dies"],
)
def test_a_failure_is_of_the_generation_that_was_dispatched(tmp_path: Path, end: str, reason: str) -> None:
    """Outcome, payload and failure all name the shard's generation, whether its worker reports the failure or dies."""
    script, payload = tmp_path / "worker.py", tmp_path / "payload"
    script.write_text(_WORKER.replace("PATH", str(payload)).replace("END", end))
    failures: list[ShardFailed] = []
    with ProcessEngine(tmp_path, EngineSetup((sys.executable, str(script)), 1)) as engine:
        engine.start(_SWEEP.request)
        outcomes = list(engine.dispatch(_SWEEP, [_SHARD], no_deadline))
        engine.run(_SWEEP.id, failures.append, lambda _: None)
    assert outcomes == [Outcome(4, OutcomeKind.ACCEPTED, generation=3)]
    assert json.loads(payload.read_text())["shard"]["generation"] == 3
    assert [(end.number, end.reason, end.generation) for end in failures] == [(4, reason, 3)]


_GREETED = """
import os, sys, time
draft = f"DRAFT{os.getpid()}"
with open(draft, "w") as file:
    file.write(sys.stdin.readline())
os.rename(draft, f"PATH/{os.getpid()}")
while len(os.listdir("PATH")) < 3:
    time.sleep(0.01)
os.write(int(sys.argv[1]), b'{"kind": "Ready", "sources": {}}\\n')
time.sleep(100)
"""


def test_one_worker_alone_is_asked_for_the_sources(tmp_path: Path) -> None:
    """To digest them takes as long as importing them, and the first worker's answer stands for all."""
    script, greetings = tmp_path / "worker.py", tmp_path / "greetings"
    greetings.mkdir()
    script.write_text(_GREETED.replace("PATH", str(greetings)).replace("DRAFT", f"{tmp_path}/"))
    with ProcessEngine(tmp_path, EngineSetup((sys.executable, str(script)), 3)) as engine:
        assert engine.start(_SWEEP.request) == {}
    wanted = [json.loads(path.read_text())["wants_sources"] for path in greetings.iterdir()]
    assert sorted(wanted) == [False, False, True]


def test_a_cancellation_empties_the_queue(tmp_path: Path) -> None:
    """Once a worker finds the sweep cancelled, no further shard is sent to one, and what was accepted ends."""
    script, payload = tmp_path / "worker.py", tmp_path / "payload"
    script.write_text(_WORKER.replace("PATH", str(payload)).replace("END", 'say("Cancelled")'))
    ended: list[bool] = []
    engine = ProcessEngine(tmp_path, EngineSetup((sys.executable, str(script)), 1), lambda: ended.append(True))
    shards = [_SWEEP.plan.shard(number) for number in range(3)]
    with engine:
        engine.start(_SWEEP.request)
        assert len(list(engine.dispatch(_SWEEP, shards, no_deadline))) == 3
        engine.run(_SWEEP.id, lambda _: None, lambda _: None)
        assert (engine.queued, ended) == (0, [])
    assert ended == [True]
    assert json.loads(payload.read_text())["shard"]["number"] == 0
