"""Submitting a sweep."""

from __future__ import annotations

import pytest

from application.plan_sweep import PlannedSweep
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.dispatch import OutcomeKind, Tally
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, SweepConflict
from domain.limits import Limits
from domain.plan import MaxPointsPerShard, ShardCount, Sharding
from domain.progress import Progress, State
from domain.reasons import Reason
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Json
from domain.standing import Redo
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.desk import Desk
from tests.fakes.shard_invoker import REASONS, RecordingInvoker

FOUR = ShardCount(4)


def request(size: int = 12, sharding: Sharding = FOUR, constants: dict[str, Json] | None = None) -> SweepRequest:
    """Return a request over `0..size-1`."""
    return SweepRequest("demo", "toy:f", Grid((Parameter("x", Range(0, size)),)), constants or {}, sharding)


def progress(desk: Desk, sweep_id: str) -> Progress:
    """Return where a sweep stands."""
    return desk.sweeps.describe(sweep_id, no_deadline).progress


def test_every_shard_is_dispatched_once_and_recorded() -> None:
    """The answer counts the outcome of every shard, and the ledger records each."""
    desk = Desk(invoker=RecordingInvoker({1: OutcomeKind.UNKNOWN, 3: OutcomeKind.REJECTED}))
    answer = desk.submit(request(), None, no_deadline)
    assert desk.invoker.dispatched == [0, 1, 2, 3]
    expected = Tally(accepted=2, unknown=1, rejected=1, reasons={Reason.ACCESS_DENIED: 1, Reason.NO_ANSWER: 1})
    assert answer.dispatched.attempted == answer.dispatched.progress.tally == expected
    assert (answer.sweep.id, answer.sweep.key, answer.replayed) == ("demo-000000000001", "demo-000000000001", False)
    assert progress(desk, answer.sweep.id) == answer.dispatched.progress


def test_the_same_key_dispatches_the_remaining_shards() -> None:
    """A second submission dispatches only shards that were not accepted and have not ended."""
    desk = Desk(invoker=RecordingInvoker(dict.fromkeys((1, 2, 3), OutcomeKind.DEFERRED)))
    first = desk.submit(request(), "key", no_deadline)
    desk.ledger.mark_done(first.sweep.id, ShardDone(2, 3))
    desk.invoker.refused, desk.invoker.dispatched = {}, []
    second = desk.submit(request(), "key", no_deadline)
    assert desk.invoker.dispatched == [1, 3]
    assert second.replayed
    assert second.sweep == first.sweep
    assert second.dispatched.attempted == Tally(accepted=2)
    assert second.dispatched.progress.tally == Tally(accepted=3, deferred=1, reasons={Reason.OUT_OF_TIME: 1})


def test_the_same_key_dispatches_unknown_shards_again() -> None:
    """A second submission dispatches an unknown shard again, unless it has ended, and no other shard."""
    desk = Desk(invoker=RecordingInvoker(dict.fromkeys((1, 2), OutcomeKind.UNKNOWN)))
    first = desk.submit(request(), "key", no_deadline)
    desk.ledger.mark_done(first.sweep.id, ShardDone(2, 3))
    desk.invoker.refused, desk.invoker.dispatched = {}, []
    second = desk.submit(request(), "key", no_deadline).dispatched
    assert desk.invoker.dispatched == [1]
    assert second.progress.tally == Tally(accepted=3, unknown=1, reasons={Reason.NO_ANSWER: 1})


@pytest.mark.parametrize("again", [OutcomeKind.REJECTED, OutcomeKind.EXHAUSTED, OutcomeKind.DEFERRED])
def test_an_unknown_shard_stays_unknown_if_its_second_dispatch_fails(again: OutcomeKind) -> None:
    """The worker of the first dispatch may still run, so the sweep is running. The ledger keeps the last reason."""
    desk = Desk(invoker=RecordingInvoker({1: OutcomeKind.UNKNOWN}))
    sweep = desk.submit(request(), "key", no_deadline).sweep
    desk.invoker.refused = {1: again}
    dispatched = desk.submit(request(), "key", no_deadline).dispatched
    assert dispatched.attempted == Tally.of(1, [(again, REASONS[again], 1)])
    assert dispatched.progress.tally == Tally(accepted=3, unknown=1, reasons={REASONS[again]: 1})
    assert progress(desk, sweep.id).state is State.RUNNING


def test_shards_that_have_ended_are_dispatched_again_only_on_request() -> None:
    """`Redo.SHARDS` dispatches those that failed, `Redo.POINTS` those with errors too, and the same key neither."""
    desk = Desk()
    sweep = desk.submit(request(), "key", no_deadline).sweep
    desk.ledger.mark_failed(sweep.id, ShardFailed(1, Reason.WORKER_DIED, ""))
    desk.ledger.mark_done(sweep.id, ShardDone(2, 3))
    desk.ledger.mark_done(sweep.id, ShardDone(3, 2, 1))
    for redo, expected in ((Redo.NOTHING, []), (Redo.SHARDS, [1]), (Redo.POINTS, [3])):
        desk.invoker.dispatched = []
        desk.submit.planned(PlannedSweep(request()), "key", no_deadline, redo)
        assert desk.invoker.dispatched == expected


def test_without_a_key_every_request_is_a_new_sweep() -> None:
    """Two equal requests without a key are two sweeps."""
    desk = Desk()
    assert desk.submit(request(), None, no_deadline).sweep.id != desk.submit(request(), None, no_deadline).sweep.id
    assert desk.invoker.dispatched == [0, 1, 2, 3] * 2


def test_a_key_belongs_to_one_request() -> None:
    """Another request with the same key raises `SweepConflict` and dispatches nothing."""
    desk = Desk()
    desk.submit(request(), "key", no_deadline)
    with pytest.raises(SweepConflict):
        desk.submit(request(13), "key", no_deadline)
    assert desk.invoker.dispatched == [0, 1, 2, 3]


def test_nothing_is_dispatched_while_another_caller_dispatches() -> None:
    """A caller dispatches nothing until the claim of the other caller expires."""
    desk = Desk(invoker=RecordingInvoker(dict.fromkeys(range(4), OutcomeKind.DEFERRED)))
    sweep = desk.submit(request(), "key", no_deadline).sweep
    desk.ledger.claim(sweep.id, 0, "other", 60)
    desk.invoker.refused, desk.invoker.dispatched = {}, []
    answer = desk.submit(request(), "key", no_deadline).dispatched
    assert (desk.invoker.dispatched, answer.attempted, answer.progress.state) == ([], Tally(), State.DISPATCHING)
    desk.clock.time += 61
    assert desk.submit(request(), "key", no_deadline).dispatched.attempted == Tally(accepted=4)


def test_an_interrupted_submission_goes_on_with_the_same_key() -> None:
    """Shards that were dispatched before the interruption are recorded, and not dispatched again."""
    desk = Desk(invoker=RecordingInvoker(breaks_after=2))
    with pytest.raises(KeyboardInterrupt):
        desk.submit(request(), "key", no_deadline)
    desk.invoker.breaks_after = None
    desk.submit(request(), "key", no_deadline)
    assert desk.invoker.dispatched == [0, 1, 2, 3]


@pytest.mark.parametrize("before", [[0], []], ids=["one dispatched", "nothing dispatched"])
def test_the_same_key_of_a_cancelled_sweep_answers_with_its_state(before: list[int]) -> None:
    """It dispatches nothing, whether or not anything was dispatched before the cancellation."""
    refused = dict.fromkeys({0, 1, 2, 3} - set(before), OutcomeKind.DEFERRED)
    desk = Desk(invoker=RecordingInvoker(refused))
    sweep = desk.submit(request(), "key", no_deadline).sweep
    assert desk.sweeps.cancel(sweep.id, no_deadline).stopped
    desk.invoker.dispatched = []
    answer = desk.submit(request(), "key", no_deadline)
    assert (answer.sweep, answer.replayed, desk.invoker.dispatched) == (sweep, True, [])
    assert answer.dispatched.progress.state is State.CANCELLED
    assert answer.dispatched.attempted == Tally()


LONG = "x" * 1000
ONE_LONG_POINT = PointList(("x",), (("short",), (LONG,), ("short",)))


@pytest.mark.parametrize(
    ("impossible", "path"),
    [
        pytest.param(request(constants={"text": LONG}), "", id="constants too large"),
        pytest.param(SweepRequest("demo", "toy:f", ONE_LONG_POINT), "", id="one shard of points too large"),
        pytest.param(request(20_000, MaxPointsPerShard(1)), "sharding", id="too many shards"),
        pytest.param(request(10**7, ShardCount(9)), "sharding", id="too many points in a shard"),
        pytest.param(SweepRequest("demo", None, PointList(("x",), (("short",),))), "target", id="no target"),
    ],
)
def test_an_impossible_request_is_refused_before_anything_is_written(impossible: SweepRequest, path: str) -> None:
    """Too many bytes, shards or points, or no target: the ledger has no sweep, and nothing is dispatched."""
    desk = Desk(limits=Limits(10_000, 1000))
    with pytest.raises(InvalidSweep) as raised:
        desk.submit(impossible, None, no_deadline)
    assert raised.value.problems[0].path == path
    assert desk.ledger.heads(1).heads == ()
    assert desk.invoker.dispatched == []
