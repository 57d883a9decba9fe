"""Retrying a sweep: which shards it dispatches, and when it is a conflict."""

from __future__ import annotations

import pytest

from domain.dispatch import OutcomeKind, Tally
from domain.dispatch_policy import no_deadline
from domain.errors import SweepConflict, SweepNotFound
from domain.progress import State
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed, Sweep
from tests.fakes.desk import Desk
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.sweeps import sweep_of


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


def test_an_unknown_sweep_has_no_retry() -> None:
    """The caller gets `SweepNotFound` with the id."""
    with pytest.raises(SweepNotFound, match="'demo-x'"):
        Desk().sweeps.retry("demo-x", no_deadline)
