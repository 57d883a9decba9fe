"""The worker's event: what would fail the same way again is recorded, and only what may pass by itself is raised."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from adapters.aws.worker_event import ShardWorker
from adapters.machine.json_log import JsonLog
from adapters.machine.python_targets import load_target
from application.documents.request import Payloads
from application.execute_shard import FailShard, RunShard
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.sweep import ShardDone, ShardFailed
from tests.contract.sweeps import make_sweep
from tests.unit.application.in_memory import MemoryLedger, MemoryResults, StandingClock

_SWEEP = make_sweep(target="builtins:dict")
_EVENT: dict[str, Any] = json.loads(Payloads(_SWEEP).of(_SWEEP.plan.shard(2)))
_TARGETS = frozenset({"builtins:dict", "no_such_module:f"})


class Desk:
    """A worker with its ledger, results and log."""

    def __init__(self) -> None:
        """Start with one sweep."""
        self.ledger, self.results, self.log = MemoryLedger(StandingClock()), MemoryResults(), io.StringIO()
        self.ledger.open(_SWEEP)
        run, fail = RunShard(self.ledger, self.results), FailShard(self.ledger)
        self.work = ShardWorker(run, fail, load_target, _TARGETS, JsonLog("DEBUG", "worker", self.log))


def test_shard_is_done_once() -> None:
    """A duplicate delivery leaves the stored object as it is."""
    desk = Desk()
    assert [desk.work(_EVENT, "r")["outcome"] for _ in range(2)] == ["done", "done"]
    assert isinstance(desk.ledger.end_of(_SWEEP.id, 2), ShardDone)
    assert len(desk.results.objects) == 1


@pytest.mark.parametrize("change", [{"version": 2}, {"target": "os:system"}, {"target": "no_such_module:f"}], ids=str)
def test_hopeless_event_fails_its_shard(change: dict[str, Any]) -> None:
    """A bad version, a target not allowed and a broken module are recorded, not raised into two blind retries."""
    desk = Desk()
    assert desk.work(_EVENT | change, "r") == {"outcome": "failed"}
    assert isinstance(desk.ledger.end_of(_SWEEP.id, 2), ShardFailed)
    assert not desk.results.objects


def test_event_of_nobody_is_raised() -> None:
    """Where no shard is named there is none to mark."""
    with pytest.raises(InvalidSweep):
        Desk().work({}, "r")


def test_cancelled_sweep_is_not_run() -> None:
    """Nothing is stored and nothing is marked."""
    desk = Desk()
    desk.ledger.cancel(_SWEEP.id)
    assert desk.work(_EVENT, "r") == {"outcome": "cancelled"}
    assert desk.ledger.end_of(_SWEEP.id, 2) is None


def test_dependency_error_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda delivers the event again."""

    def fail(*_: object) -> None:
        raise DependencyUnavailable("no answer")

    desk = Desk()
    monkeypatch.setattr(desk.results, "put", fail)
    with pytest.raises(DependencyUnavailable):
        desk.work(_EVENT, "r")
    assert desk.ledger.end_of(_SWEEP.id, 2) is None
