"""States that once no call could leave: a shard that was lost, and a failure that is delivered late."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.dispatch import OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.progress import Progress, Running, State
from domain.sweep import ShardDone, Sweep
from tests.fakes.desk import LIFETIME, Desk
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.worker_desk import WorkerDesk


def progress(desk: Desk, sweep: Sweep) -> Progress:
    """Return where a sweep stands."""
    return desk.sweeps.describe(sweep.id, no_deadline).progress


def submit_again(desk: Desk, sweep: Sweep) -> None:
    """Send the same request with the same key."""
    desk.submit(sweep.request, sweep.key, no_deadline)


def retry(desk: Desk, sweep: Sweep) -> None:
    """Retry the sweep."""
    desk.sweeps.retry(sweep.id, no_deadline)


def dispatched(invoker: RecordingInvoker | None = None) -> WorkerDesk:
    """Return a desk whose sweep of three shards has been dispatched a moment ago."""
    desk = WorkerDesk(invoker=invoker)
    submit_again(desk, desk.sweep)
    desk.invoker.refused, desk.invoker.dispatched = {}, []
    return desk


@pytest.mark.parametrize("kind", [OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN])
@pytest.mark.parametrize("again", [submit_again, retry])
def test_a_lost_shard_is_dispatched_again(kind: OutcomeKind, again: Callable[[Desk, Sweep], None]) -> None:
    """After its lifetime the sweep does not run any more, and either call sends the shard in a new generation."""
    desk = dispatched(RecordingInvoker({1: kind}))
    for shard in (0, 2):
        desk.run(shard)
    desk.clock.time += LIFETIME
    assert (progress(desk, desk.sweep).state, desk.state(1)) == (State.RUNNING, kind.value)
    desk.clock.time += 1
    lost = progress(desk, desk.sweep)
    assert (lost.state, lost.overdue, lost.running, desk.state(1)) == (State.INCOMPLETE, 1, 0, "overdue")
    again(desk, desk.sweep)
    assert (desk.invoker.dispatched, desk.block.generation(1)) == ([1], 1)
    assert progress(desk, desk.sweep).state is State.RUNNING
    assert desk.run(1, generation=1) == ShardDone(1, 3, generation=1)
    assert progress(desk, desk.sweep).state is State.DONE


@pytest.mark.parametrize("generation", [0, 1])
def test_the_late_result_of_a_lost_shard_still_counts(generation: int) -> None:
    """Whether it comes before or after the shard is dispatched again, the shard is done."""
    desk = dispatched()
    desk.clock.time += LIFETIME + 1
    if generation:
        retry(desk, desk.sweep)
    assert desk.run(1) == ShardDone(1, 3)
    assert desk.state(1) == "done"
    desk.calls = []
    desk.run(1, generation=1)
    assert desk.calls == []


def test_a_lost_shard_that_is_lost_again_is_dispatched_again() -> None:
    """Each time in a generation of its own, for as long as it takes."""
    desk = dispatched()
    for generation in (1, 2, 3):
        desk.clock.time += LIFETIME + 1
        retry(desk, desk.sweep)
        assert desk.block.generation(1) == generation
    assert desk.invoker.dispatched == [0, 1, 2] * 3


def test_an_old_failure_does_not_replace_a_retried_shard() -> None:
    """The record of the first run's failure may be delivered twice: the second run goes on."""
    desk = dispatched()
    desk.lose(1)
    assert desk.state(1) == "failed"
    retry(desk, desk.sweep)
    desk.lose(1)
    assert desk.state(1) == "accepted"
    assert progress(desk, desk.sweep).state is State.RUNNING
    desk.lose(1, generation=1)
    assert desk.state(1) == "failed"


def test_an_old_failure_does_not_replace_the_details_of_a_later_one() -> None:
    """The ledger keeps the failure of the last run, in whichever order the records arrive."""
    desk = dispatched()
    desk.lose(1)
    retry(desk, desk.sweep)
    desk.lose(1, generation=1)
    desk.lose(1)
    (end,) = desk.ledger.ends(desk.sweep.id, [1])
    assert end.generation == 1


@pytest.mark.parametrize("ended", ["failed", "partial"])
def test_an_end_of_which_no_dispatch_was_recorded_does_not_hide_the_next_run(ended: str) -> None:
    """A dispatcher sent a second run and died; that one ended, and a retry begins a third."""

    def target(x: int) -> object:
        raise ValueError(x)

    desk = WorkerDesk(target)
    submit_again(desk, desk.sweep)
    for generation in (0, 1):
        if ended == "failed":
            desk.lose(1, generation)
        else:
            desk.run(1, generation)
    assert desk.state(1) == ended
    retry(desk, desk.sweep)
    assert (desk.state(1), desk.block.generation(1)) == ("accepted", 2)


def test_the_oldest_running_shards_are_those_that_hang() -> None:
    """The status names them, with the moment of their dispatch."""
    desk = dispatched(RecordingInvoker({2: OutcomeKind.DEFERRED}))
    begin = desk.clock.time
    desk.clock.time += 60
    submit_again(desk, desk.sweep)
    assert progress(desk, desk.sweep).oldest == (Running(0, begin), Running(1, begin), Running(2, begin + 60))
    desk.run(0)
    assert progress(desk, desk.sweep).oldest == (Running(1, begin), Running(2, begin + 60))
