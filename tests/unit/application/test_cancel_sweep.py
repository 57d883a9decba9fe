"""Cancelling a sweep: it has an effect only where something can still start."""

from __future__ import annotations

from dataclasses import replace

import pytest

from application.cancel_sweep import CancelSweep
from application.describe_sweep import DescribeSweep
from application.meter import Meter
from application.ports.ledger import Look
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, SweepConflict, SweepNotFound
from domain.progress import State
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep
from tests.fakes.desk import LIFETIME, Desk
from tests.fakes.ledger import MemoryLedger
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.sweeps import sweep_of, task_of
from tests.fakes.target_loader import KnownTargets

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


class HalfCancelled(MemoryLedger):
    """A ledger that writes a cancellation in two steps, and fails between them the first time.

    The first step is what the history has, the second is what a worker sees.
    """

    def __init__(self, desk: Desk) -> None:
        """Start empty."""
        super().__init__(desk.clock)
        self.calls = 0

    def cancel(self, sweep_id: str) -> None:
        """Write both steps, or one."""
        super().cancel(sweep_id)
        self.calls += 1
        if self.calls == 1:
            raise DependencyUnavailable("the table")

    def look(self, sweep_id: str, shard: int) -> Look:
        """Return what a worker sees."""
        return replace(super().look(sweep_id, shard), cancelled=self.calls > 1)


def half_cancelled() -> tuple[Desk, HalfCancelled, Sweep]:
    """Return a sweep of two shards of which workers do not see that it is cancelled; the first shard is done."""
    desk = Desk(targets=KnownTargets(f=lambda x: x))
    ledger = HalfCancelled(desk)
    describe = DescribeSweep(ledger, desk.results, desk.survey)
    desk.sweeps = replace(desk.sweeps, describe=describe, cancel=CancelSweep(ledger, describe))
    desk.execute = replace(desk.execute, ledger=ledger)
    sweep = ledger.open(sweep_of(4, 2))
    ledger.mark_done(sweep.id, ShardDone(0, 2))
    with pytest.raises(DependencyUnavailable):
        desk.sweeps.cancel(sweep.id, no_deadline)
    return desk, ledger, sweep


def test_a_second_cancellation_makes_a_half_finished_one_whole() -> None:
    """The caller hears that the sweep is cancelled, and then no shard starts any more."""
    desk, ledger, sweep = half_cancelled()
    cancellation = desk.sweeps.cancel(sweep.id, no_deadline)
    assert (cancellation.stopped, cancellation.description.progress.state) == (False, State.CANCELLED)
    assert ledger.calls == 2
    assert desk.execute(task_of(sweep, 1), Meter(), no_deadline) is None


def test_a_cancelled_sweep_without_a_pending_shard_is_not_cancelled_again() -> None:
    """No shard of it can start."""
    desk, ledger, sweep = half_cancelled()
    ledger.mark_failed(sweep.id, FAILED)
    cancellation = desk.sweeps.cancel(sweep.id, no_deadline)
    assert (cancellation.stopped, cancellation.description.progress.state) == (False, State.CANCELLED)
    assert ledger.calls == 1


def test_an_unknown_sweep_cannot_be_cancelled() -> None:
    """The caller gets `SweepNotFound` with the id."""
    with pytest.raises(SweepNotFound, match="'demo-x'"):
        Desk().sweeps.cancel("demo-x", no_deadline)
