"""How outcomes and ends add up."""

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
    """Return what a ledger knows."""
    return History(outcomes or {}, {end.number: end for end in ends or []}, dispatching, cancelled)


DONE: list[ShardEnd] = [ShardDone(0, 3), ShardDone(1, 3), ShardDone(2, 4)]
FAILED = ShardFailed(2, Reason.WORKER_DIED, "no memory", 3)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (history(), State.INCOMPLETE),
        (history(dispatching=True), State.DISPATCHING),
        (history(accepted(0)), State.RUNNING),
        (history(accepted(0), [ShardDone(0, 3)]), State.INCOMPLETE),
        (history({0: Outcome(0, OutcomeKind.UNKNOWN, Reason.NO_ANSWER)}), State.RUNNING),
        (history({0: Outcome(0, OutcomeKind.REJECTED, Reason.ACCESS_DENIED)}), State.INCOMPLETE),
        (history(ends=DONE), State.DONE),
        (history(ends=[*DONE[:2], FAILED]), State.FAILED),
        (history(accepted(0), cancelled=True), State.CANCELLED),
        (history(ends=DONE, cancelled=True), State.DONE),
    ],
)
def test_the_state_follows_from_what_is_known(known: History, state: State) -> None:
    """Ended beats cancelled, cancelled beats dispatching, and nothing that may run is called incomplete."""
    assert Progress.of(PLAN, known).state is state


def test_points_are_counted_with_their_failures() -> None:
    """Errors of the target and the points of failed shards are failed; both are listed by shard."""
    error = PointError(1, "ValueError", "no root")
    known = history(accepted(0, 1, 2), [FAILED, ShardDone(0, 1, 2, error), ShardDone(1, 3)])
    sums = Progress.of(PLAN, known)
    assert (sums.size, sums.shards, sums.done, sums.failed, sums.lost) == (10, 3, 4, 6, 4)
    assert (sums.shards_done, sums.shards_failed) == (2, 1)
    assert sums.failures == (Failure(0, 2, "ValueError", "no root"), Failure(2, 4, "WorkerDied", "no memory", 3))


@given(st.dictionaries(st.integers(0, 9), st.sampled_from(OutcomeKind)))
def test_every_shard_is_in_the_tally_once(kinds: dict[int, OutcomeKind]) -> None:
    """The kinds and those waiting add up to the number of shards; only what may run counts as dispatched."""
    outcomes = [outcome_of(shard, kind) for shard, kind in kinds.items()]
    tally = Tally.of(10, outcomes)
    parts = (tally.accepted, tally.rejected, tally.exhausted, tally.unknown, tally.deferred, tally.waiting)
    assert sum(parts) == 10
    assert tally.waiting == 10 - len(kinds)
    assert tally.may_run == sum(outcome.may_run for outcome in outcomes)


def test_the_tally_says_why_shards_were_not_accepted() -> None:
    """So many for each reason, in the order of their codes; an accepted shard's request id is no reason."""
    kinds = (OutcomeKind.DEFERRED, OutcomeKind.EXHAUSTED, OutcomeKind.UNKNOWN)
    outcomes = [outcome_of(shard, kinds[shard % 3]) for shard in range(5)]
    tally = Tally.of(9, [*outcomes, Outcome(5, OutcomeKind.ACCEPTED, request_id="request-5")])
    assert list(tally.reasons.items()) == [(Reason.NO_ANSWER, 1), (Reason.OUT_OF_TIME, 2), (Reason.THROTTLED, 2)]


@given(st.dictionaries(st.integers(0, 9), st.sampled_from(OutcomeKind)), st.sets(st.integers(0, 9)))
def test_what_remains_is_what_no_worker_has(kinds: dict[int, OutcomeKind], ended: set[int]) -> None:
    """In order, every shard that has not ended and that was not accepted; the unknown ones are among them."""
    known = history(
        {shard: outcome_of(shard, kind) for shard, kind in kinds.items()}, [ShardDone(number, 1) for number in ended]
    )
    taken = {shard for shard, kind in kinds.items() if kind is OutcomeKind.ACCEPTED}
    assert list(remaining(Plan(10, 10), known)) == sorted(set(range(10)) - ended - taken)
