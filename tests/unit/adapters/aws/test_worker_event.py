"""The worker's event: what would fail the same way again is recorded, and only what may pass by itself is raised."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from adapters.aws.worker_event import WorkerEvents
from adapters.machine.json_log import JsonLog
from adapters.machine.python_targets import PythonTargets
from application.documents.payload import Payloads
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.limits import Limits
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.desk import Desk
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep(target="builtins:dict")
_EVENT: dict[str, Any] = json.loads(Payloads(_SWEEP).of(_SWEEP.plan.shard(2)))
_TARGETS = frozenset({"builtins:dict", "no_such_module:f"})


class WorkerDesk(Desk):
    """A worker with its ledger, results and log."""

    def __init__(self) -> None:
        """Start with one sweep."""
        super().__init__(targets=PythonTargets(), limits=Limits(100, 1_000_000, _TARGETS))
        self.ledger.open(_SWEEP)
        self.log = io.StringIO()
        self.work = WorkerEvents(self.execute, self.fail, JsonLog("DEBUG", "worker", self.log))

    @property
    def stored(self) -> bytes | None:
        """The shard's object."""
        return self.results.get(_SWEEP.id, 2)


def test_shard_is_done_once() -> None:
    """A duplicate delivery leaves the stored object as it is."""
    desk = WorkerDesk()
    assert [desk.work(_EVENT, "r")["outcome"] for _ in range(2)] == ["done", "done"]
    assert isinstance(desk.ledger.end_of(_SWEEP.id, 2), ShardDone)
    assert desk.stored


@pytest.mark.parametrize("change", [{"version": 2}, {"target": "os:system"}, {"target": "no_such_module:f"}], ids=str)
def test_hopeless_event_fails_its_shard(change: dict[str, Any]) -> None:
    """A bad version, a target not allowed and a broken module are recorded, not raised into two blind retries."""
    desk = WorkerDesk()
    assert desk.work(_EVENT | change, "r") == {"outcome": "failed"}
    assert isinstance(desk.ledger.end_of(_SWEEP.id, 2), ShardFailed)
    assert desk.stored is None


def test_event_of_nobody_is_raised() -> None:
    """Where no shard is named there is none to mark."""
    with pytest.raises(InvalidSweep):
        WorkerDesk().work({}, "r")


def test_cancelled_sweep_is_not_run() -> None:
    """Nothing is stored and nothing is marked."""
    desk = WorkerDesk()
    desk.ledger.cancel(_SWEEP.id)
    assert desk.work(_EVENT, "r") == {"outcome": "cancelled"}
    assert desk.ledger.end_of(_SWEEP.id, 2) is None


def test_dependency_error_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda delivers the event again."""

    def fail(*_: object) -> None:
        raise DependencyUnavailable("no answer")

    desk = WorkerDesk()
    monkeypatch.setattr(desk.results, "put", fail)
    with pytest.raises(DependencyUnavailable):
        desk.work(_EVENT, "r")
    assert desk.ledger.end_of(_SWEEP.id, 2) is None
