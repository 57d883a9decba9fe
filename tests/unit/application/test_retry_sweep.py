"""Retrying a sweep: which shards it dispatches, and when it is a conflict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from domain.dispatch import Outcome, OutcomeKind, Tally
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import SweepConflict, SweepNotFound
from domain.plan import Shard
from domain.progress import State
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed, Sweep
from tests.fakes.desk import LIFETIME, Desk
from tests.fakes.shard_invoker import REASONS, RecordingInvoker
from tests.fakes.sweeps import sweep_of
from tests.fakes.ways_in import UNSENT


def submitted(desk: Desk, shards: int = 5) -> Sweep:
    """Return a sweep with two points a shard whose shards have been dispatched."""
    sweep = desk.submit(sweep_of(2 * shards, shards).request, "key", no_deadline).sweep
    desk.invoker.refused, desk.invoker.dispatched = {}, []
    return sweep


def test_a_retry_dispatches_what_lacks_a_value_and_does_not_run() -> None:
    """Failed shards, shards with errors and undispatched ones; done and running ones are left alone."""
    desk = Desk(invoker=RecordingInvoker({3: OutcomeKind.EXHAUSTED}))
    sweep = submitted(desk)
    desk.ledger.mark_done(sweep.id, ShardDone(0, 2))
    desk.ledger.mark_failed(sweep.id, ShardFailed(1, Reason.WORKER_DIED, "killed"))
    desk.ledger.mark_done(sweep.id, ShardDone(2, 1, 1))
    submission = desk.sweeps.retry(sweep.id, no_deadline)
    assert desk.invoker.dispatched == [1, 2, 3]
    assert (submission.sweep, submission.replayed) == (sweep, True)
    assert submission.dispatched.attempted == Tally(accepted=3)
    assert submission.dispatched.progress.state is State.RUNNING


def test_a_retry_during_a_dispatch_is_a_conflict() -> None:
    """Two dispatchers would send the same shards."""
    desk = Desk(invoker=RecordingInvoker({3: OutcomeKind.EXHAUSTED}))
    sweep = submitted(desk)
    assert desk.ledger.claim(sweep.id, 0, "another", 60)
    with pytest.raises(SweepConflict, match="are being dispatched right now"):
        desk.sweeps.retry(sweep.id, no_deadline)
    assert desk.invoker.dispatched == []


def test_a_retry_dispatches_the_blocks_that_no_other_caller_dispatches() -> None:
    """It is no conflict if there is something to do beside the other one."""
    desk = Desk(invoker=RecordingInvoker(dict.fromkeys((3, 200), OutcomeKind.EXHAUSTED)))
    sweep = submitted(desk, 201)
    assert desk.ledger.claim(sweep.id, 0, "another", 60)
    assert desk.sweeps.retry(sweep.id, no_deadline).dispatched.progress.state is State.DISPATCHING
    assert desk.invoker.dispatched == [200]


def test_a_retry_of_what_is_done_or_running_dispatches_nothing() -> None:
    """It is no conflict either: it answers where the sweep stands."""
    desk = Desk()
    sweep = submitted(desk, 2)
    assert desk.sweeps.retry(sweep.id, no_deadline).dispatched.progress.state is State.RUNNING
    for shard in range(2):
        desk.ledger.mark_done(sweep.id, ShardDone(shard, 2))
    assert desk.sweeps.retry(sweep.id, no_deadline).dispatched.progress.state is State.DONE
    assert desk.invoker.dispatched == []


def ended(desk: Desk, sweep: Sweep, way: str) -> None:
    """Bring a sweep of one shard with two points to its end, or lose the shard."""
    match way:
        case "failed":
            desk.ledger.mark_failed(sweep.id, ShardFailed(0, Reason.WORKER_DIED, "killed"))
        case "partial":
            kind = ErrorKind(PointError(1, "ValueError", "no root"), 1)
            desk.ledger.mark_done(sweep.id, ShardDone(0, 1, 1, (kind,)))
        case _:
            desk.clock.time += LIFETIME + 1


@pytest.mark.parametrize("kind", UNSENT)
@pytest.mark.parametrize(
    ("way", "state"),
    [
        pytest.param("failed", State.FAILED, id="failed"),
        pytest.param("partial", State.DONE_WITH_ERRORS, id="partial"),
        pytest.param("overdue", State.INCOMPLETE, id="overdue"),
    ],
)
def test_a_retry_that_sends_nothing_changes_nothing(way: str, state: State, kind: OutcomeKind) -> None:
    """State, counts and failures are what they were, and so is what a retry and a cancellation can do.

    The answer alone says what became of the attempt.
    """
    desk = Desk()
    sweep = submitted(desk, 1)
    ended(desk, sweep, way)
    before = desk.sweeps.describe(sweep.id, no_deadline)
    failures = desk.sweeps.list_failures(sweep.id, 9, None, no_deadline)
    desk.invoker.refused = {0: kind}
    dispatched = desk.sweeps.retry(sweep.id, no_deadline).dispatched
    assert dispatched.attempted == Tally.of(1, [(kind, REASONS[kind], 1)])
    assert dispatched.progress == before.progress
    assert (before.progress.state, before.progress.can_retry) == (state, True)
    assert desk.sweeps.describe(sweep.id, no_deadline) == before
    assert desk.sweeps.list_failures(sweep.id, 9, None, no_deadline) == failures
    assert desk.sweeps.cancel(sweep.id, no_deadline).stopped == (way == "overdue")
    assert desk.ledger.history(sweep.id).cancelled == (way == "overdue")


@pytest.mark.parametrize("way", ["failed", "partial", "overdue"])
def test_a_retry_after_one_that_sent_nothing_begins_one_generation(way: str) -> None:
    """Attempts that no worker heard of are not counted."""
    desk = Desk()
    sweep = submitted(desk, 1)
    ended(desk, sweep, way)
    for refused in ({0: OutcomeKind.EXHAUSTED}, {0: OutcomeKind.REJECTED}, {}):
        desk.invoker.refused = refused
        desk.sweeps.retry(sweep.id, no_deadline)
    block = desk.ledger.history(sweep.id).blocks[0]
    assert (desk.invoker.dispatched, block.generation(0)) == ([0] * 3, 1)
    assert desk.sweeps.describe(sweep.id, no_deadline).progress.state is State.RUNNING


def test_a_sweep_that_is_cancelled_during_its_retry_is_a_conflict() -> None:
    """The history that the retry read says nothing of the cancellation, and the first claim does."""

    class Cancelling(RecordingInvoker):
        def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
            desk.ledger.cancel(sweep.id)
            return super().dispatch(sweep, shards, deadline)

    desk = Desk(invoker=Cancelling())
    sweep = desk.ledger.open(sweep_of(201, 201))
    with pytest.raises(SweepConflict, match="is cancelled"):
        desk.sweeps.retry(sweep.id, no_deadline)
    assert desk.invoker.dispatched == []


def test_an_unknown_sweep_has_no_retry() -> None:
    """The caller gets `SweepNotFound` with the id."""
    with pytest.raises(SweepNotFound, match="'demo-x'"):
        Desk().sweeps.retry("demo-x", no_deadline)
