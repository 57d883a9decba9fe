"""How the progress of a sweep follows from its history."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.block import Block
from domain.dispatch import Outcome, OutcomeKind, Tally
from domain.places import BLOCK_SHARDS, blocks_of
from domain.plan import Plan
from domain.progress import History, Progress, Running, State
from domain.reasons import Reason
from domain.spans import SPAN_SHARDS
from domain.sweep import SweepHead
from tests.fakes.courses import MOMENTS, Event, ShardModel, blocks_after, events
from tests.fakes.shard_invoker import REASONS, outcome_of

# Three blocks, of shards of 2 or 3 points.
SHARDS = 2 * BLOCK_SHARDS + 30
PLAN = Plan(2 * SHARDS + 99, SHARDS)
# Shards at both ends of the blocks, so that several events meet at one, and one beyond the plan.
WATCHED = (0, 1, BLOCK_SHARDS - 1, BLOCK_SHARDS, 2 * BLOCK_SHARDS, SHARDS - 1, SHARDS)
courses = events(st.sampled_from(WATCHED), 2)
# A damaged entry may have more errors than its shard has points.
damaged = events(st.sampled_from(WATCHED), 9)
SMALL = Plan(10, 3)  # shards of 3, 3 and 4 points
NOW = 100.0


def history(plan: Plan, blocks: dict[int, Block], *, cancelled: bool = False) -> History:
    """Return the history of a sweep with this plan."""
    return History(SweepHead("s-1", plan, 0.0), cancelled, blocks)


def block(*kinds: OutcomeKind, **known: object) -> Block:
    """Return the block of the small plan with an outcome for each of its first shards, and with what else is known."""
    made = Block(0).after([outcome_of(shard, kind) for shard, kind in enumerate(kinds)], NOW)
    return replace(made, **known)  # type: ignore[arg-type]  # each name is a field's


def models(happened: list[Event]) -> list[ShardModel]:
    """Return the model of each shard of the plan."""
    untouched = {number: ShardModel(PLAN.shard(number).size, ()) for number in range(SHARDS)}
    touched = {number: ShardModel.of(PLAN, number, happened) for number in WATCHED if number < SHARDS}
    return list((untouched | touched).values())


ACCEPTED, UNKNOWN, REJECTED = OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN, OutcomeKind.REJECTED
PARTIAL = {0: {2: 1}}
FAILED = {0: 0b100}


@pytest.mark.parametrize(
    ("known", "cancelled", "state"),
    [
        pytest.param(None, False, State.INCOMPLETE, id="nothing known"),
        pytest.param(block(claimed=True), False, State.DISPATCHING, id="claimed"),
        pytest.param(block(ACCEPTED), False, State.RUNNING, id="one shard accepted"),
        pytest.param(block(UNKNOWN), False, State.RUNNING, id="one shard unknown"),
        pytest.param(block(ACCEPTED, done=0b1), False, State.INCOMPLETE, id="the accepted shard done"),
        pytest.param(block(REJECTED), False, State.INCOMPLETE, id="one shard rejected"),
        pytest.param(block(done=0b111), False, State.DONE, id="all shards done"),
        pytest.param(block(done=0b111, claimed=True), False, State.DONE, id="all shards done, and claimed"),
        pytest.param(block(done=0b111), True, State.DONE, id="all shards done, and cancelled"),
        pytest.param(block(done=0b11, errors=PARTIAL), False, State.DONE_WITH_ERRORS, id="one shard with errors"),
        pytest.param(block(done=0b11, failed=FAILED), False, State.FAILED, id="one shard failed"),
        pytest.param(block(done=0b1, errors={0: {1: 1}}, failed=FAILED), False, State.FAILED, id="one of each, failed"),
        pytest.param(block(done=0b11, failed=FAILED), True, State.CANCELLED, id="one shard failed, and cancelled"),
        pytest.param(block(done=0b11, failed=FAILED, claimed=True), False, State.DISPATCHING, id="a retry begins"),
        pytest.param(block(ACCEPTED), True, State.CANCELLED, id="cancelled"),
        pytest.param(block(claimed=True), True, State.CANCELLED, id="cancelled while dispatching"),
    ],
)
def test_the_state_follows_from_the_history(*, known: Block | None, cancelled: bool, state: State) -> None:
    """Done outranks a cancellation, which outranks a dispatch, which outranks what runs, and that what has ended."""
    blocks = {0: known} if known else {}
    assert Progress.of(history(SMALL, blocks, cancelled=cancelled), NOW).state is state


def test_a_lost_shard_does_not_run() -> None:
    """A shard that was dispatched longer ago than it can live is overdue, and its sweep is incomplete."""
    known = history(SMALL, {0: block(ACCEPTED, UNKNOWN, done=0b100)})
    assert Progress.of(known, NOW).state is State.RUNNING
    lost = Progress.of(known, NOW + 1)
    assert (lost.state, lost.overdue, lost.running, lost.unknown, lost.oldest) == (State.INCOMPLETE, 2, 0, 0, ())


@given(courses, MOMENTS)
def test_the_counts_of_shards_are_those_of_their_models(happened: list[Event], since: float) -> None:
    """Every shard is counted once by where it stands."""
    progress = Progress.of(history(PLAN, blocks_after(happened)), since)
    counts = Counter(model.state(since) for model in models(happened))
    assert progress.shards == counts.total()
    assert (progress.shards_done, progress.shards_partial) == (counts["done"] + counts["partial"], counts["partial"])
    assert (progress.shards_failed, progress.failing_shards) == (counts["failed"], counts["failed"] + counts["partial"])
    assert (progress.running, progress.unknown) == (counts["accepted"] + counts["unknown"], counts["unknown"])
    assert (progress.overdue, progress.undispatched) == (counts["overdue"], counts["undispatched"])


@given(courses | damaged, MOMENTS)
def test_the_counts_of_points_are_those_of_their_models(happened: list[Event], since: float) -> None:
    """A value that is stored counts, also while its shard runs again; `done + failed` is `size` at the end."""
    progress = Progress.of(history(PLAN, blocks_after(happened)), since)
    points = [model.points(since) for model in models(happened)]
    assert progress.size == PLAN.size
    assert (progress.done, progress.failed) == (sum(done for done, _ in points), sum(failed for _, failed in points))
    assert min(progress.done, progress.failed, PLAN.size - progress.done - progress.failed) >= 0


@given(courses, MOMENTS)
def test_the_tally_counts_the_outcome_of_each_shard(happened: list[Event], since: float) -> None:
    """An outcome counts whatever became of the shard afterwards. A shard that has ended does not wait for one."""
    outcomes = [(model.dispatch[0].kind, model.dispatch[0].reason, 1) for model in models(happened) if model.dispatch]
    ended = [
        model
        for model in models(happened)
        if not model.dispatch and model.state(since) in {"done", "partial", "failed"}
    ]
    expected = Tally.of(SHARDS, [*outcomes, (OutcomeKind.ACCEPTED, None, len(ended))])
    assert Progress.of(history(PLAN, blocks_after(happened)), since).tally == expected


@given(courses, MOMENTS)
def test_the_oldest_running_shards_are_named(happened: list[Event], since: float) -> None:
    """Each running shard is named with the moment of the dispatch that counts, the oldest first."""
    oldest = Progress.of(history(PLAN, blocks_after(happened)), since).oldest
    running = {
        Running(number, model.dispatch[1])
        for number, model in enumerate(models(happened))
        if model.dispatch and model.state(since) in {"accepted", "unknown"}
    }
    assert set(oldest) == running
    assert [one.since for one in oldest] == sorted(one.since for one in running)


def test_at_most_twenty_running_shards_are_named() -> None:
    """They are the twenty that were dispatched first, in whichever block they are."""
    blocks = {}
    for number in blocks_of(PLAN):
        at = 10.0 - number
        shards = Block(number).shards(PLAN)
        blocks[number] = Block(number).after((Outcome(shard, ACCEPTED) for shard in shards[:15]), at)
    oldest = Progress.of(history(PLAN, blocks), 0).oldest
    last, before = range(2 * BLOCK_SHARDS, 2 * BLOCK_SHARDS + 15), range(BLOCK_SHARDS, BLOCK_SHARDS + 5)
    assert oldest == (*(Running(shard, 8.0) for shard in last), *(Running(shard, 9.0) for shard in before))


@given(happened=courses, since=MOMENTS, cancelled=st.booleans())
def test_a_sweep_at_its_end_has_counted_every_point(*, happened: list[Event], since: float, cancelled: bool) -> None:
    """A sweep that is done has a value of every point; with errors or failures, `done + failed` is `size`."""
    ended = [event for event in happened if not isinstance(event, tuple)]
    rest = [Block(number) for number in blocks_of(PLAN)]
    blocks = {one.number: one for one in rest} | blocks_after(ended)
    touched = {event.number for event in ended}
    for number, one in blocks.items():
        others = sum(1 << place for place, shard in enumerate(one.shards(PLAN)) if shard not in touched)
        blocks[number] = replace(one, done=one.done | others)
    progress = Progress.of(history(PLAN, blocks, cancelled=cancelled), since)
    assert progress.done + progress.failed == PLAN.size
    assert (progress.state is State.DONE) == (progress.done == PLAN.size)
    assert not progress.can_start
    assert progress.can_retry == (progress.failed > 0 and not cancelled)


@pytest.mark.parametrize(
    ("known", "cancelled", "can_start", "can_retry"),
    [
        pytest.param(None, False, True, True, id="incomplete"),
        pytest.param(block(claimed=True), False, True, False, id="dispatching"),
        pytest.param(block(ACCEPTED, ACCEPTED, ACCEPTED), False, True, False, id="running"),
        pytest.param(block(ACCEPTED, ACCEPTED, failed=FAILED), False, True, True, id="running, and one failed"),
        pytest.param(block(ACCEPTED, ACCEPTED, UNKNOWN), False, True, True, id="running, and one unknown"),
        pytest.param(block(done=0b111), False, False, False, id="done"),
        pytest.param(block(done=0b11, errors=PARTIAL), False, False, True, id="done with errors"),
        pytest.param(block(done=0b11, failed=FAILED), False, False, True, id="failed"),
        pytest.param(block(done=0b11, failed=FAILED, claimed=True), False, True, False, id="a retry begins"),
        pytest.param(block(ACCEPTED), True, False, False, id="cancelled"),
        pytest.param(block(done=0b111, claimed=True), False, False, False, id="done, and claimed"),
    ],
)
def test_what_a_call_can_change_follows_from_the_state(
    *, known: Block | None, cancelled: bool, can_start: bool, can_retry: bool
) -> None:
    """A cancellation stops what may still start; a retry dispatches what lacks an end, or a value."""
    progress = Progress.of(history(SMALL, {0: known} if known else {}, cancelled=cancelled), NOW)
    assert (progress.can_start, progress.can_retry) == (can_start, can_retry)


def test_blocks_beyond_the_plan_count_for_nothing() -> None:
    """A ledger that has an entry of a block that the plan does not have is read all the same."""
    known = {0: block(done=0b111), 5: replace(Block(5), failed={0: 0b10}, claimed=True)}
    assert Progress.of(history(SMALL, known), NOW) == Progress.of(history(SMALL, {0: known[0]}), NOW)


SPANNED = Plan(2 * SPAN_SHARDS, SPAN_SHARDS + 5)  # the second span has one block of five shards
OF_SECOND = SPAN_SHARDS // BLOCK_SHARDS


@pytest.mark.parametrize(
    ("assigned", "cancelled", "known", "state"),
    [
        pytest.param({0}, False, Block(0), State.DISPATCHING, id="assigned"),
        pytest.param(set(), False, Block(0), State.INCOMPLETE, id="not assigned"),
        pytest.param({1}, False, Block(0).after([outcome_of(0, ACCEPTED)], NOW), State.DISPATCHING, id="some run"),
        pytest.param({0}, True, Block(0), State.CANCELLED, id="assigned, and cancelled"),
    ],
)
def test_a_sweep_is_dispatching_while_a_dispatcher_has_a_span(
    *, assigned: set[int], cancelled: bool, known: Block, state: State
) -> None:
    """A cancellation outranks it; it outranks what runs."""
    found = replace(history(SPANNED, {0: known}, cancelled=cancelled), assigned=frozenset(assigned))
    assert Progress.of(found, NOW).state is state


def test_the_shards_of_an_undelivered_span_are_deferred_for_its_reason() -> None:
    """Those that have an outcome keep it, those that ended were accepted, and those of other spans wait."""
    block = Block(OF_SECOND).after([outcome_of(SPAN_SHARDS, REJECTED), outcome_of(SPAN_SHARDS + 1, ACCEPTED)], NOW)
    block = replace(block, done=0b100)
    found = replace(history(SPANNED, {OF_SECOND: block}), undelivered={1: Reason.RETRIES_EXHAUSTED})
    progress = Progress.of(found, NOW)
    rejected = REASONS[REJECTED]
    assert progress.tally == Tally(
        accepted=2, rejected=1, deferred=2, waiting=SPAN_SHARDS, reasons={rejected: 1, Reason.RETRIES_EXHAUSTED: 2}
    )
    assert (progress.undispatched, progress.state) == (SPAN_SHARDS + 3, State.RUNNING)
    assert progress.can_retry


def test_an_undelivered_span_that_a_dispatcher_has_again_waits() -> None:
    """Why it was not delivered before counts no more."""
    found = history(SPANNED, {})
    found = replace(found, assigned=frozenset({1}), undelivered={1: Reason.RETRIES_EXHAUSTED})
    assert Progress.of(found, NOW).tally == Tally(waiting=SPANNED.shards)


def test_a_shard_that_failed_stays_failed_where_its_span_is_undelivered() -> None:
    """A retry that sends nothing begins no run: the shard keeps its end, and counts as accepted once."""
    block = replace(Block(OF_SECOND).after([outcome_of(SPAN_SHARDS, ACCEPTED)], NOW), failed={0: 1})
    found = replace(history(SPANNED, {OF_SECOND: block}), undelivered={1: Reason.UNDELIVERED})
    progress = Progress.of(found, NOW)
    assert (progress.shards_failed, progress.tally.accepted, progress.tally.deferred) == (1, 1, 4)
