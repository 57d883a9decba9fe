"""How the progress of a sweep follows from its history."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dispatch import Outcome, OutcomeKind, Tally
from domain.plan import Plan
from domain.progress import Failure, History, Progress, State, remaining
from domain.reasons import Reason
from domain.sweep import PointError, ShardDone, ShardEnd, ShardFailed
from tests.fakes.shard_invoker import outcome_of

PLAN = Plan(10, 3)  # shards of 3, 3 and 4 points


def accepted(*shards: int) -> dict[int, Outcome]:
    """Return an accepted outcome for each shard."""
    return {shard: Outcome(shard, OutcomeKind.ACCEPTED) for shard in shards}


def history(
    outcomes: dict[int, Outcome] | None = None,
    ends: list[ShardEnd] | None = None,
    *,
    dispatching: bool = False,
    cancelled: bool = False,
) -> History:
    """Return a history with these outcomes and ends."""
    return History(outcomes or {}, {end.number: end for end in ends or []}, dispatching, cancelled)


DONE: list[ShardEnd] = [ShardDone(0, 3), ShardDone(1, 3), ShardDone(2, 4)]
FAILED = ShardFailed(2, Reason.WORKER_DIED, "no memory", 3)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        pytest.param(history(), State.INCOMPLETE, id="no outcome"),
        pytest.param(history(dispatching=True), State.DISPATCHING, id="dispatching"),
        pytest.param(history(accepted(0)), State.RUNNING, id="one shard accepted"),
        pytest.param(history(accepted(0), [ShardDone(0, 3)]), State.INCOMPLETE, id="the accepted shard done"),
        pytest.param(
            history({0: Outcome(0, OutcomeKind.UNKNOWN, Reason.NO_ANSWER)}), State.RUNNING, id="one shard unknown"
        ),
        pytest.param(
            history({0: Outcome(0, OutcomeKind.REJECTED, Reason.ACCESS_DENIED)}),
            State.INCOMPLETE,
            id="one shard rejected",
        ),
        pytest.param(history(ends=DONE), State.DONE, id="all shards done"),
        pytest.param(history(ends=[*DONE[:2], FAILED]), State.FAILED, id="one shard failed"),
        pytest.param(history(accepted(0), cancelled=True), State.CANCELLED, id="cancelled"),
        pytest.param(history(dispatching=True, cancelled=True), State.CANCELLED, id="cancelled while dispatching"),
        pytest.param(history(ends=DONE, cancelled=True), State.DONE, id="cancelled after all shards were done"),
    ],
)
def test_the_state_follows_from_the_history(known: History, state: State) -> None:
    """Ends outrank a cancellation, which outranks a dispatch. A sweep with a shard that may run is never incomplete."""
    assert Progress.of(PLAN, known).state is state


def test_failed_points_are_counted() -> None:
    """Points that raised and points of failed shards count as failed. Both are listed by shard."""
    error = PointError(1, "ValueError", "no root")
    known = history(accepted(0, 1, 2), [FAILED, ShardDone(0, 1, 2, error), ShardDone(1, 3)])
    progress = Progress.of(PLAN, known)
    assert (progress.size, progress.shards, progress.done, progress.failed, progress.lost) == (10, 3, 4, 6, 4)
    assert (progress.shards_done, progress.shards_failed) == (2, 1)
    assert progress.failures == (Failure(0, 2, "ValueError", "no root"), Failure(2, 4, "WorkerDied", "no memory", 3))


@given(st.dictionaries(st.integers(0, 9), st.sampled_from(OutcomeKind)))
def test_every_shard_is_in_the_tally_once(kinds: dict[int, OutcomeKind]) -> None:
    """The counts of all kinds and of the waiting shards add up to the number of shards."""
    outcomes = [outcome_of(shard, kind) for shard, kind in kinds.items()]
    tally = Tally.of(10, outcomes)
    counts = (tally.accepted, tally.rejected, tally.exhausted, tally.unknown, tally.deferred, tally.waiting)
    assert sum(counts) == 10
    assert tally.waiting == 10 - len(kinds)
    assert tally.may_run == sum(outcome.may_run for outcome in outcomes)


def test_the_tally_counts_the_reasons() -> None:
    """The tally counts the shards for each reason, sorted by code. An accepted shard has no reason."""
    kinds = (OutcomeKind.DEFERRED, OutcomeKind.EXHAUSTED, OutcomeKind.UNKNOWN)
    outcomes = [outcome_of(shard, kinds[shard % 3]) for shard in range(5)]
    tally = Tally.of(9, [*outcomes, Outcome(5, OutcomeKind.ACCEPTED, request_id="request-5")])
    assert list(tally.reasons.items()) == [(Reason.NO_ANSWER, 1), (Reason.OUT_OF_TIME, 2), (Reason.THROTTLED, 2)]


@given(st.dictionaries(st.integers(0, 9), st.sampled_from(OutcomeKind)), st.sets(st.integers(0, 9)))
def test_shards_neither_ended_nor_accepted_remain(kinds: dict[int, OutcomeKind], ended: set[int]) -> None:
    """`remaining` yields them in order, the unknown ones included."""
    known = history(
        {shard: outcome_of(shard, kind) for shard, kind in kinds.items()}, [ShardDone(number, 1) for number in ended]
    )
    was_accepted = {shard for shard, kind in kinds.items() if kind is OutcomeKind.ACCEPTED}
    assert list(remaining(Plan(10, 10), known)) == sorted(set(range(10)) - ended - was_accepted)
