"""How outcomes and ends add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.plan import Plan
from domain.progress import Failure, Record, State, Tally, progress, remaining
from domain.sweep import Outcome, OutcomeKind, PointError, ShardDone, ShardEnd, ShardFailed

PLAN = Plan(10, 3)  # shards of 3, 3 and 4 points


def accepted(*shards: int) -> dict[int, Outcome]:
    """Give an accepted outcome for each shard."""
    return {shard: Outcome(shard, OutcomeKind.ACCEPTED) for shard in shards}


def record(
    outcomes: dict[int, Outcome] | None = None,
    ends: list[ShardEnd] | None = None,
    *,
    dispatching: bool = False,
    cancelled: bool = False,
) -> Record:
    """Give a ledger's record."""
    return Record(outcomes or {}, {end.number: end for end in ends or []}, dispatching, cancelled)


DONE: list[ShardEnd] = [ShardDone(0, 3), ShardDone(1, 3), ShardDone(2, 4)]
FAILED = ShardFailed(2, "killed", "no memory", 3)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (record(), State.INCOMPLETE),
        (record(dispatching=True), State.DISPATCHING),
        (record(accepted(0)), State.RUNNING),
        (record(accepted(0), [ShardDone(0, 3)]), State.INCOMPLETE),
        (record({0: Outcome(0, OutcomeKind.UNKNOWN)}), State.RUNNING),
        (record({0: Outcome(0, OutcomeKind.REJECTED)}), State.INCOMPLETE),
        (record(ends=DONE), State.DONE),
        (record(ends=[*DONE[:2], FAILED]), State.FAILED),
        (record(accepted(0), cancelled=True), State.CANCELLED),
        (record(ends=DONE, cancelled=True), State.DONE),
    ],
)
def test_the_state_follows_from_what_is_known(known: Record, state: State) -> None:
    """Ended beats cancelled, cancelled beats dispatching, and nothing that may run is called incomplete."""
    assert progress(PLAN, known).state is state


def test_points_are_counted_with_their_failures() -> None:
    """Errors of the target and the points of failed shards are failed; both are listed by shard."""
    error = PointError(1, "ValueError", "no root")
    known = record(accepted(0, 1, 2), [FAILED, ShardDone(0, 1, 2, error), ShardDone(1, 3)])
    sums = progress(PLAN, known)
    assert (sums.size, sums.shards, sums.done, sums.failed, sums.lost) == (10, 3, 4, 6, 4)
    assert (sums.shards_done, sums.shards_failed) == (2, 1)
    assert sums.failures == (Failure(0, 2, "ValueError", "no root"), Failure(2, 4, "killed", "no memory", 3))


@given(st.dictionaries(st.integers(0, 9), st.sampled_from(OutcomeKind)))
def test_every_shard_is_in_the_tally_once(kinds: dict[int, OutcomeKind]) -> None:
    """The kinds and those waiting add up to the number of shards; only what may run counts as handed over."""
    outcomes = [Outcome(shard, kind) for shard, kind in kinds.items()]
    tally = Tally.of(10, outcomes)
    parts = (tally.accepted, tally.rejected, tally.exhausted, tally.unknown, tally.deferred, tally.waiting)
    assert sum(parts) == 10
    assert tally.waiting == 10 - len(kinds)
    assert tally.handed_over == sum(outcome.may_run for outcome in outcomes)


def test_the_tally_says_why_shards_were_not_accepted() -> None:
    """So many for each reason code, in the order of the codes; an accepted shard's request id is no reason."""
    codes = [(OutcomeKind.DEFERRED, "OutOfTime"), (OutcomeKind.EXHAUSTED, "Throttled"), (OutcomeKind.UNKNOWN, "Reset")]
    outcomes = [Outcome(shard, *codes[shard % 3]) for shard in range(5)]
    tally = Tally.of(9, [*outcomes, Outcome(5, OutcomeKind.ACCEPTED, "request-5")])
    assert list(tally.reasons.items()) == [("OutOfTime", 2), ("Reset", 1), ("Throttled", 2)]


@given(st.dictionaries(st.integers(0, 9), st.sampled_from(OutcomeKind)), st.sets(st.integers(0, 9)))
def test_what_remains_is_what_nobody_has(kinds: dict[int, OutcomeKind], ended: set[int]) -> None:
    """In order, every shard that has not ended and that was not accepted; the unknown ones are among them."""
    known = record(
        {shard: Outcome(shard, kind) for shard, kind in kinds.items()}, [ShardDone(number, 1) for number in ended]
    )
    taken = {shard for shard, kind in kinds.items() if kind is OutcomeKind.ACCEPTED}
    assert list(remaining(Plan(10, 10), known)) == sorted(set(range(10)) - ended - taken)
