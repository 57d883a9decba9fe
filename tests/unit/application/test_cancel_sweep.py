"""Cancelling a sweep: it has an effect only where something can still start."""

from __future__ import annotations

import pytest

from application.meter import Meter
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.errors import SweepConflict, SweepNotFound
from domain.progress import State
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep
from tests.fakes.desk import LIFETIME, Desk
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.sweeps import sweep_of, task_of

DONE, PARTIAL = ShardDone(1, 2), ShardDone(1, 1, 1)
FAILED = ShardFailed(1, Reason.WORKER_DIED, "killed")


def submitted(desk: Desk) -> Sweep:
    """Return a sweep of two shards that have been dispatched; the first is done."""
    sweep = desk.submit(sweep_of(4, 2).request, "key", no_deadline).sweep
    desk.ledger.mark_done(sweep.id, ShardDone(0, 2))
    desk.invoker.refused, desk.invoker.dispatched = {}, []
    return sweep


def mark(desk: Desk, sweep: Sweep, end: ShardEnd) -> None:
    """Record an end."""
    if isinstance(end, ShardFailed):
        desk.ledger.mark_failed(sweep.id, end)
    else:
        desk.ledger.mark_done(sweep.id, end)


@pytest.mark.parametrize(
    ("end", "state", "retried"),
    [
        pytest.param(DONE, State.DONE, [], id="done"),
        pytest.param(PARTIAL, State.DONE_WITH_ERRORS, [1], id="done with errors"),
        pytest.param(FAILED, State.FAILED, [1], id="failed"),
    ],
)
def test_a_sweep_that_has_ended_stays_as_it_is(end: ShardEnd, state: State, retried: list[int]) -> None:
    """The cancellation says that it stopped nothing, and a retry works as before."""
    desk = Desk()
    sweep = submitted(desk)
    mark(desk, sweep, end)
    cancellation = desk.sweeps.cancel(sweep.id, no_deadline)
    assert (cancellation.stopped, cancellation.description.progress.state) == (False, state)
    assert not desk.ledger.history(sweep.id).cancelled
    desk.sweeps.retry(sweep.id, no_deadline)
    assert desk.invoker.dispatched == retried


@pytest.mark.parametrize(
    ("kind", "later"),
    [
        pytest.param(OutcomeKind.ACCEPTED, 0, id="running"),
        pytest.param(OutcomeKind.ACCEPTED, LIFETIME + 1, id="lost"),
        pytest.param(OutcomeKind.DEFERRED, 0, id="not dispatched"),
    ],
)
def test_what_has_not_started_does_not_start(kind: OutcomeKind, later: float) -> None:
    """The cancellation says that it stopped something; a second one changes nothing, and says so."""
    desk = Desk(invoker=RecordingInvoker({1: kind}))
    sweep = submitted(desk)
    desk.clock.time += later
    for stopped in (True, False):
        cancellation = desk.sweeps.cancel(sweep.id, no_deadline)
        assert (cancellation.stopped, cancellation.description.progress.state) == (stopped, State.CANCELLED)
    assert desk.execute(task_of(sweep, 1), Meter(), no_deadline) is None
    with pytest.raises(SweepConflict, match="submit its request under another key"):
        desk.sweeps.retry(sweep.id, no_deadline)
    assert desk.invoker.dispatched == []


@pytest.mark.parametrize(
    ("end", "state"),
    [
        pytest.param(DONE, State.DONE, id="done"),
        pytest.param(PARTIAL, State.CANCELLED, id="errors"),
        pytest.param(FAILED, State.CANCELLED, id="failed"),
    ],
)
def test_workers_that_have_begun_go_on_to_the_end(end: ShardEnd, state: State) -> None:
    """If every point has a value in the end, the sweep is done after all."""
    desk = Desk()
    sweep = submitted(desk)
    assert desk.sweeps.cancel(sweep.id, no_deadline).stopped
    mark(desk, sweep, end)
    assert desk.sweeps.describe(sweep.id, no_deadline).progress.state is state


def test_an_unknown_sweep_cannot_be_cancelled() -> None:
    """The caller gets `SweepNotFound` with the id."""
    with pytest.raises(SweepNotFound, match="'demo-x'"):
        Desk().sweeps.cancel("demo-x", no_deadline)
