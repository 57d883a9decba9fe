"""The event of a worker: a permanent error fails the shard, and only an error that a retry may cure is raised."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.aws.worker_event import WorkerEvents
from adapters.machine.json_log import JsonLog
from adapters.machine.python_targets import PythonTargets
from application.documents.payload import Payloads
from application.ports.result_store import StoredObject
from application.ports.target_loader import TargetLoader
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.limits import Limits
from domain.plan import Shard
from domain.progress import Progress
from domain.reasons import Reason
from domain.sweep import ShardFailed
from tests.fakes.desk import Desk
from tests.fakes.sweeps import make_sweep
from tests.fakes.target_loader import KnownTargets

_SWEEP = make_sweep(target="builtins:dict")
_SHARD = _SWEEP.plan.shard(2)
_TARGETS = frozenset({"builtins:dict", "no_such_module:f", "toy:half"})


def _event(shard: Shard) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(Payloads(_SWEEP).of(shard))
    return event


_EVENT = _event(_SHARD)
_RETRIED = _event(replace(_SHARD, generation=2))


class WorkerDesk(Desk):
    """A worker with its ledger, results and log."""

    def __init__(self, targets: TargetLoader | None = None, level: str = "DEBUG") -> None:
        """Open one sweep."""
        super().__init__(targets=targets or PythonTargets(), limits=Limits(100, 1_000_000, _TARGETS))
        self.ledger.open(_SWEEP)
        self.log = io.StringIO()
        self.events = WorkerEvents(self.execute, self.fail, JsonLog(level, "worker", self.log))

    def work(self, event: object, deadline: Deadline = no_deadline) -> str:
        """Execute an event and return its outcome."""
        return self.events(event, "r", deadline)["outcome"]

    @property
    def progress(self) -> Progress:
        """Where the sweep stands."""
        return self.survey.progress(self.ledger.history(_SWEEP.id))

    @property
    def failed(self) -> list[object]:
        """The recorded failures of shard 2."""
        return list(self.ledger.ends(_SWEEP.id, [2]))

    @property
    def stored(self) -> StoredObject | None:
        """The object of shard 2, or None if there is none."""
        return self.results.get(_SWEEP.id, 2)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What was logged."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


def test_duplicate_event_changes_nothing() -> None:
    """A worker that receives the event of a done shard reports it done and keeps the stored object."""
    desk = WorkerDesk()
    assert desk.work(_EVENT) == "done"
    stored = desk.stored
    assert desk.work(_EVENT) == "done"
    assert desk.progress.shards_done == 1
    assert stored is not None
    assert desk.stored == stored


@pytest.mark.parametrize(
    ("event", "change", "reason", "generation"),
    [
        pytest.param(_EVENT, {"version": 4}, Reason.PAYLOAD_REFUSED, 0, id="another version"),
        pytest.param(_RETRIED, {"version": 4}, Reason.PAYLOAD_REFUSED, 2, id="another version of a retried shard"),
        pytest.param(_EVENT, {"extra": 1}, Reason.PAYLOAD_REFUSED, 0, id="an unknown member"),
        pytest.param(_RETRIED, {"version": 1}, Reason.PAYLOAD_REFUSED, 2, id="a generation in version 1"),
        pytest.param(_EVENT, {"target": "os:system"}, Reason.TARGET_UNAVAILABLE, 0, id="a target that is not allowed"),
        pytest.param(_EVENT, {"target": "no_such_module:f"}, Reason.TARGET_UNAVAILABLE, 0, id="no such module"),
        pytest.param(_RETRIED, {"target": "no_such_module:f"}, Reason.TARGET_UNAVAILABLE, 2, id="none of a retry"),
    ],
)
def test_permanent_error_fails_the_shard(
    event: dict[str, Any], change: dict[str, Any], reason: Reason, generation: int
) -> None:
    """The worker records it in the shard's generation. If it raised, Lambda would retry the event twice in vain."""
    desk = WorkerDesk()
    assert desk.work(event | change) == "failed"
    (end,) = desk.failed
    assert isinstance(end, ShardFailed)
    assert (end.reason, end.generation) == (reason, generation)
    assert desk.stored is None
    failed = [line for line in desk.lines if line.get("message") == "shard failed"]
    assert [(line["level"], line["shard"]) for line in failed] == [("WARN", 2)]
    assert [line["ShardsFailed"] for line in desk.lines if "ShardsFailed" in line] == [1]


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({}, id="nothing"),
        pytest.param([], id="a list"),
        pytest.param(_EVENT | {"shard": {"number": True}}, id="true as a number"),
        pytest.param(_EVENT | {"shard": {"number": -1}}, id="a negative number"),
        pytest.param(_EVENT | {"shard": {"number": 10**9}}, id="a number that no shard has"),
        pytest.param(_EVENT | {"sweep_id": "../a", "version": 3}, id="no id of a sweep"),
    ],
)
def test_event_without_a_shard_is_raised(event: object) -> None:
    """An event that names no shard of a sweep raises `InvalidSweep`: there is no shard to mark."""
    desk = WorkerDesk()
    with pytest.raises(InvalidSweep):
        desk.work(event)
    assert desk.progress.shards_failed == 0


def test_shard_of_a_cancelled_sweep_is_not_executed() -> None:
    """The worker reports the cancellation and marks no end."""
    desk = WorkerDesk()
    desk.ledger.cancel(_SWEEP.id)
    assert desk.work(_EVENT) == "cancelled"
    assert (desk.progress.shards_done, desk.progress.shards_failed) == (0, 0)


def test_dependency_error_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker raises `DependencyUnavailable` and marks no end, so Lambda retries the event."""

    def fail(*_: object) -> None:
        raise DependencyUnavailable("no answer")

    desk = WorkerDesk()
    monkeypatch.setattr(desk.results, "put", fail)
    with pytest.raises(DependencyUnavailable):
        desk.work(_EVENT)
    assert (desk.progress.shards_done, desk.progress.shards_failed) == (0, 0)


@pytest.mark.parametrize("event", [_EVENT, _EVENT | {"version": 3}], ids=["executed", "unreadable"])
def test_every_call_of_the_ledger_keeps_within_the_time_of_the_invocation(
    monkeypatch: pytest.MonkeyPatch, event: dict[str, Any]
) -> None:
    """A worker whose ledger hangs must end, and say so, before Lambda stops it."""
    desk = WorkerDesk()
    deadlines: list[Deadline] = []

    def within(deadline: Deadline) -> object:
        deadlines.append(deadline)
        return desk.ledger

    monkeypatch.setattr(desk.ledger, "within", within)

    def deadline() -> float:
        return 7.0

    desk.work(event, deadline)
    assert deadlines
    assert set(deadlines) == {deadline}


@pytest.mark.parametrize("cancelled", [False, True], ids=["executed", "cancelled"])
def test_a_shard_that_goes_well_leaves_no_line(cancelled: bool) -> None:  # noqa: FBT001 - pytest passes it by name
    """At a million shards the lines would cost as much as all the rest; only a log for debugging has them."""
    quiet, loud = WorkerDesk(level="INFO"), WorkerDesk()
    for desk in (quiet, loud):
        if cancelled:
            desk.ledger.cancel(_SWEEP.id)
        desk.work(_EVENT)
    assert quiet.lines == []
    second = "shard not run: the sweep is cancelled" if cancelled else "shard done"
    assert [line["message"] for line in loud.lines] == ["shard started", second]
    assert {line["shard"] for line in loud.lines} == {2}


def test_the_log_says_how_many_values_are_those_of_an_earlier_sweep() -> None:
    """Of a sweep that extends one; no other line has the count."""
    desk = WorkerDesk()
    earlier = replace(_SWEEP, id="lab-000000000000", key="earlier")
    desk.ledger.open(earlier)
    desk.work(_EVENT | {"sweep_id": earlier.id})
    extending = _EVENT | {"version": 3, "shard": {**_EVENT["shard"], "generation": 0}, "extends": earlier.id}
    desk.work(extending)
    done = [line for line in desk.lines if line["message"] == "shard done"]
    assert [line.get("reused") for line in done] == [None, _SHARD.size]


def test_failed_points_are_one_metric() -> None:
    """The worker reports how many points have no value, in one line for the shard."""
    calls = iter(range(100))

    def half(**_: object) -> int:
        number = next(calls)
        if number % 2:
            raise ValueError("odd")
        return number

    desk = WorkerDesk(KnownTargets(half=half), level="INFO")
    assert desk.work(_EVENT | {"target": "toy:half"}) == "done"
    assert [line["PointsFailed"] for line in desk.lines] == [_SHARD.size // 2]
    assert desk.progress.shards_partial == 1
