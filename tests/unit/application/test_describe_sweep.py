"""Describing a sweep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, SweepNotFound
from domain.failure import Failure, FailureGroup
from domain.progress import State
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed, Sweep
from tests.fakes.desk import Desk
from tests.fakes.ledger import MemoryLedger
from tests.fakes.sweeps import sweep_of


def test_a_description_holds_progress_and_location(monkeypatch: pytest.MonkeyPatch) -> None:
    """The progress comes from the ledger, the location from the store; without a failure no request is read."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(6, 2))
    desk.ledger.mark_done(sweep.id, ShardDone(0, 3))

    def unread(_: MemoryLedger, __: str) -> Sweep:
        pytest.fail("the request was read")

    monkeypatch.setattr(MemoryLedger, "sweep", unread)
    description = desk.sweeps.describe(sweep.id, no_deadline)
    progress = description.progress
    assert description.head == sweep.head
    assert (progress.done, progress.shards_done, progress.state) == (3, 1, State.INCOMPLETE)
    assert (description.results, description.groups) == (desk.results.location(sweep.id), ())


def test_failures_are_grouped_by_cause_with_an_example() -> None:
    """Each group counts shards and points, and the example names its point."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(12, 4))
    for shard in (3, 1):
        kind = ErrorKind(PointError(3 * shard, "ValueError", "no root", ("lab/model.py:7 root",)), 2)
        desk.ledger.mark_done(sweep.id, ShardDone(shard, 1, 2, (kind,)))
    desk.ledger.mark_failed(sweep.id, ShardFailed(2, Reason.RETRIES_EXHAUSTED, "timed out", 3))
    description = desk.sweeps.describe(sweep.id, no_deadline)
    assert description.groups == (
        FailureGroup(2, 4, Failure(1, 2, "ValueError", "no root", index=3, places=("lab/model.py:7 root",))),
        FailureGroup(1, 3, Failure(2, 3, "RetriesExhausted", "timed out", 3)),
    )
    assert (description.shards_grouped, description.points) == (3, {3: {"x": 3}})


def test_the_details_of_a_bounded_number_of_shards_are_read() -> None:
    """A sweep of which every shard failed is described by its first 200; the counts are those of all."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(300, 300))
    for shard in range(300):
        desk.ledger.mark_failed(sweep.id, ShardFailed(shard, Reason.WORKER_DIED, "killed"))
    description = desk.sweeps.describe(sweep.id, no_deadline)
    assert description.progress.shards_failed == 300
    assert description.shards_grouped == 200
    assert description.groups == (FailureGroup(200, 200, Failure(0, 1, "WorkerDied", "killed")),)


def test_a_request_that_cannot_be_read_costs_the_points_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its entry is damaged: state, counts and causes are those of the blocks."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(6, 2))
    kind = ErrorKind(PointError(4, "ValueError", "no root"), 2)
    desk.ledger.mark_done(sweep.id, ShardDone(1, 1, 2, (kind,)))
    whole = desk.sweeps.describe(sweep.id, no_deadline)

    def damaged(_: MemoryLedger, __: str) -> Sweep:
        raise DependencyUnavailable("the request is damaged")

    monkeypatch.setattr(MemoryLedger, "sweep", damaged)
    description = desk.sweeps.describe(sweep.id, no_deadline)
    assert [group.example.message for group in description.groups] == ["no root"]
    assert description == replace(whole, points={})
    assert whole.points == {4: {"x": 4}}


def test_an_unknown_sweep_is_not_found() -> None:
    """The caller gets `SweepNotFound` with the id."""
    with pytest.raises(SweepNotFound, match="'demo-x'"):
        Desk().sweeps.describe("demo-x", no_deadline)
