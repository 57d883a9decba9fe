"""The event of a worker: a permanent error fails the shard, and only an error that a retry may cure is raised."""

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
        """Open one sweep."""
        super().__init__(targets=PythonTargets(), limits=Limits(100, 1_000_000, _TARGETS))
        self.ledger.open(_SWEEP)
        self.log = io.StringIO()
        self.work = WorkerEvents(self.execute, self.fail, JsonLog("DEBUG", "worker", self.log))

    @property
    def stored(self) -> bytes | None:
        """The object of shard 2, or None if there is none."""
        return self.results.get(_SWEEP.id, 2)


def test_duplicate_event_changes_nothing() -> None:
    """A worker that receives the event of a done shard reports it done and keeps the stored object."""
    desk = WorkerDesk()
    assert [desk.work(_EVENT, "r")["outcome"] for _ in range(2)] == ["done", "done"]
    assert isinstance(desk.ledger.end_of(_SWEEP.id, 2), ShardDone)
    assert desk.stored


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"version": 2}, id="another version"),
        pytest.param({"target": "os:system"}, id="a target that is not allowed"),
        pytest.param({"target": "no_such_module:f"}, id="no such module"),
    ],
)
def test_permanent_error_fails_the_shard(change: dict[str, Any]) -> None:
    """The worker records a permanent error. If it raised one, Lambda would retry the event twice in vain."""
    desk = WorkerDesk()
    assert desk.work(_EVENT | change, "r") == {"outcome": "failed"}
    assert isinstance(desk.ledger.end_of(_SWEEP.id, 2), ShardFailed)
    assert desk.stored is None


def test_event_without_a_shard_is_raised() -> None:
    """An event that names no shard raises `InvalidSweep`: there is no shard to mark."""
    with pytest.raises(InvalidSweep):
        WorkerDesk().work({}, "r")


def test_shard_of_a_cancelled_sweep_is_not_executed() -> None:
    """The worker reports the cancellation and marks no end."""
    desk = WorkerDesk()
    desk.ledger.cancel(_SWEEP.id)
    assert desk.work(_EVENT, "r") == {"outcome": "cancelled"}
    assert desk.ledger.end_of(_SWEEP.id, 2) is None


def test_dependency_error_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker raises `DependencyUnavailable` and marks no end, so Lambda retries the event."""

    def fail(*_: object) -> None:
        raise DependencyUnavailable("no answer")

    desk = WorkerDesk()
    monkeypatch.setattr(desk.results, "put", fail)
    with pytest.raises(DependencyUnavailable):
        desk.work(_EVENT, "r")
    assert desk.ledger.end_of(_SWEEP.id, 2) is None
