"""The laws of a block: it says of 128 shards at once what a model says of each shard by itself."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import example, given
from hypothesis import strategies as st

from domain.block import Block, Mark
from domain.dispatch import Outcome, OutcomeKind
from domain.places import BLOCK_SHARDS, block_of, blocks_of, place_of, places
from domain.plan import Plan
from domain.reasons import Reason
from domain.standing import Redo, Standing
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.courses import MOMENTS, Event, ShardModel, block_after, blocks_after, events, outcomes
from tests.fakes.shard_invoker import REASONS

# The second and last block has 5 shards, of 3 or 4 points each.
SHARDS = BLOCK_SHARDS + 5
PLAN = Plan(3 * SHARDS + 50, SHARDS)
FIRST = BLOCK_SHARDS
courses = events(st.integers(FIRST, SHARDS - 1), 3)
redos = st.sampled_from(Redo)
UNSENT = [kind for kind in OutcomeKind if not kind.may_run]


def block_of_course(happened: list[Event]) -> Block:
    """Return the second block of the plan after these events."""
    return blocks_after(happened).get(1) or Block(1)


def sets_of(block: Block, since: float) -> dict[int, set[str]]:
    """Return by shard the names of the sets in which its standing has it."""
    standing = block.standing(PLAN, since)
    return {
        shard: {one.name for one in fields(Standing) if getattr(standing, one.name) >> place_of(shard) & 1}
        for shard in block.shards(PLAN)
    }


@given(st.sets(st.integers(0, 200)))
def test_the_places_of_a_set_are_yielded_in_order(chosen: set[int]) -> None:
    """A set of places is an integer with a bit for each."""
    assert list(places(sum(1 << place for place in chosen))) == sorted(chosen)


@given(st.integers(1, 5 * BLOCK_SHARDS))
@example(BLOCK_SHARDS)
@example(BLOCK_SHARDS + 1)
def test_the_blocks_of_a_plan_have_each_shard_once(shards: int) -> None:
    """The blocks are in order, each of 128 shards but the last, and each shard is in the block that it names."""
    plan = Plan(shards, shards)
    held = [(number, shard) for number in blocks_of(plan) for shard in Block(number).shards(plan)]
    assert [shard for _, shard in held] == list(range(shards))
    assert all(number == block_of(shard) == (shard - place_of(shard)) // BLOCK_SHARDS for number, shard in held)
    assert all(0 <= place_of(shard) < BLOCK_SHARDS for _, shard in held)


@given(courses, MOMENTS)
def test_a_shard_stands_where_its_own_course_says(happened: list[Event], since: float) -> None:
    """Each shard of a block is in one set of the standing: the one that a model of the single shard names."""
    expected = {shard: {ShardModel.of(PLAN, shard, happened).state(since)} for shard in Block(1).shards(PLAN)}
    assert sets_of(block_of_course(happened), since) == expected


@given(courses, MOMENTS, st.data())
def test_ends_count_alike_in_any_order_and_number(happened: list[Event], since: float, data: st.DataObject) -> None:
    """Marks only add: to repeat them, or to mark in another order, changes nothing."""
    ends = [event for event in happened if not isinstance(event, tuple)]
    outcomes = [event for event in happened if isinstance(event, tuple)]
    again = data.draw(st.lists(st.sampled_from(ends), max_size=5)) if ends else []
    shuffled = data.draw(st.permutations([*ends, *again]))
    once, other = block_of_course([*outcomes, *ends]), block_of_course([*shuffled, *outcomes])
    assert sets_of(once, since) == sets_of(other, since)
    errors = {place: mark.errors for place, mark in once.stored_errors().items()}
    assert errors == {place: mark.errors for place, mark in other.stored_errors().items()}


@given(courses, MOMENTS, redos)
def test_a_dispatch_sends_what_has_no_end_and_what_it_redoes(happened: list[Event], since: float, redo: Redo) -> None:
    """It sends undispatched, overdue and unknown shards, and on request those that failed or lack a point's value.

    A shard that ended or is overdue begins a generation above all that is known of it; any other keeps its own.
    """
    sent = {"undispatched", "overdue", "unknown"}
    sent |= {Redo.NOTHING: set[str](), Redo.SHARDS: {"failed"}, Redo.POINTS: {"failed", "partial"}}[redo]
    models = {shard: ShardModel.of(PLAN, shard, happened) for shard in Block(1).shards(PLAN)}
    expected = {}
    for shard, model in models.items():
        state = model.state(since)
        if state in sent:
            renewed = state in {"failed", "partial", "overdue"}
            expected[shard] = model.last_generation + 1 if renewed else model.generation
    runs = list(block_of_course(happened).runs(PLAN, redo, since))
    assert {shard.number: shard.generation for shard in runs} == expected
    assert [replace(shard, generation=0) for shard in runs] == [PLAN.shard(number) for number in sorted(expected)]


@given(courses, MOMENTS, redos, st.sampled_from([OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN]))
def test_what_is_dispatched_runs_until_it_ends(
    happened: list[Event], since: float, redo: Redo, kind: OutcomeKind
) -> None:
    """No earlier end hides a new run: the shard is with a worker, and the worker finds no end of its own run."""
    before = block_of_course(happened)
    runs = list(before.runs(PLAN, redo, since))
    reason = None if kind is OutcomeKind.ACCEPTED else Reason.NO_ANSWER
    after = before.after([Outcome.of(shard, kind, reason) for shard in runs], since)
    states = sets_of(after, since)
    assert [states[shard.number] for shard in runs] == [{kind.value}] * len(runs)
    assert [after.end_of(shard) for shard in runs] == [None] * len(runs)


@given(courses, MOMENTS, redos, st.data())
def test_a_late_failure_of_an_earlier_run_changes_nothing(
    happened: list[Event], since: float, redo: Redo, data: st.DataObject
) -> None:
    """The failure of a generation below the one that was sent last is not the shard's end."""
    before = block_of_course(happened)
    renewed = [shard for shard in before.runs(PLAN, redo, since) if shard.generation]
    after = before.after([Outcome.of(shard, OutcomeKind.ACCEPTED) for shard in renewed], since)
    late: list[Event] = [
        ShardFailed(shard.number, Reason.WORKER_DIED, "", generation=data.draw(st.integers(0, shard.generation - 1)))
        for shard in renewed
    ]
    ended = after
    for event in late:
        ended = block_after(ended, event)
    assert sets_of(ended, since) == sets_of(after, since)


@given(courses, MOMENTS, st.integers(FIRST, SHARDS - 1))
def test_late_results_without_an_error_are_the_end(happened: list[Event], since: float, shard: int) -> None:
    """A value is a value, whichever run made it and whatever happened since."""
    late: Event = ShardDone(shard, 3, generation=0)
    assert sets_of(block_after(block_of_course(happened), late), since)[shard] == {"done"}


@given(courses, events(st.integers(SHARDS, 2 * BLOCK_SHARDS - 1), 3), MOMENTS, redos)
def test_entries_beyond_the_plan_count_for_nothing(
    happened: list[Event], beyond: list[Event], since: float, redo: Redo
) -> None:
    """What a ledger holds of shards that the plan does not have neither counts nor is sent."""
    block, more = block_of_course(happened), block_of_course([*happened, *beyond])
    assert more.standing(PLAN, since) == block.standing(PLAN, since)
    assert list(more.runs(PLAN, redo, since)) == list(block.runs(PLAN, redo, since))


@given(courses, st.integers(FIRST, SHARDS - 1), st.integers(0, 4))
def test_a_run_has_ended_with_results_of_its_generation_or_a_later_one(
    happened: list[Event], shard: int, generation: int
) -> None:
    """The mark says how many points have no value; results without an error are those of every generation."""
    model = ShardModel.of(PLAN, shard, happened)
    expected = None
    if model.state(0) == "done":
        expected = Mark(place_of(shard), generation)
    elif model.stored_errors and model.stored_errors[0] >= generation:
        expected = Mark(place_of(shard), *model.stored_errors)
    assert block_of_course(happened).end_of(replace(PLAN.shard(shard), generation=generation)) == expected


TWO_OF_ONE_RUN = [ShardDone(3, 0, 4, (), 1), ShardDone(3, 0, 2, (), 1), ShardDone(3, 0, 1), ShardDone(5, 0, 7)]


@given(st.permutations(TWO_OF_ONE_RUN))
def test_of_two_results_of_one_generation_those_with_fewer_errors_count(ends: list[ShardDone]) -> None:
    """A later worker only adds values; its mark may arrive first."""
    assert blocks_after(ends)[0].stored_errors() == {3: Mark(3, 1, 2), 5: Mark(5, 0, 7)}


@given(courses)
def test_what_is_stored_stays_stored(happened: list[Event]) -> None:
    """Results are stored from the first end with results on, also while the shard runs again, or failed since."""
    stored = {event.number for event in happened if isinstance(event, ShardDone)}
    assert set(places(block_of_course(happened).stored(PLAN))) == {place_of(shard) for shard in stored}


@given(courses, MOMENTS, redos, st.sampled_from(UNSENT))
def test_a_dispatch_that_sends_nothing_leaves_ends_and_lost_shards(
    happened: list[Event], since: float, redo: Redo, kind: OutcomeKind
) -> None:
    """What failed, lacks values or is lost stays so, and the next dispatch sends the same shards again."""
    before = block_of_course(happened)
    runs = list(before.runs(PLAN, redo, since))
    after = before.after([Outcome.of(shard, kind, REASONS[kind]) for shard in runs], since)
    assert after.standing(PLAN, since) == before.standing(PLAN, since)
    assert list(after.runs(PLAN, redo, since)) == runs
    standing = before.standing(PLAN, since)
    begun = [shard for shard in runs if (standing.ended | standing.overdue) >> place_of(shard.number) & 1]
    assert before.after([Outcome.of(shard, kind, REASONS[kind]) for shard in begun], since) == before


@given(courses, outcomes(st.integers(FIRST, SHARDS - 1)), MOMENTS)
@example([(Outcome(FIRST, OutcomeKind.ACCEPTED, generation=1), 0)], Outcome(FIRST, OutcomeKind.ACCEPTED), 1)
def test_a_generation_never_falls(happened: list[Event], outcome: Outcome, at: float) -> None:
    """An outcome of an earlier generation than that of the shard's last dispatch changes nothing."""
    before = block_of_course(happened)
    after = before.after([outcome], at)
    place = place_of(outcome.shard)
    assert after.generation(place) >= before.generation(place)
    assert after == before or outcome.generation >= before.generation(place)


@given(courses, MOMENTS)
def test_the_sets_of_a_standing_are_those_of_its_shards(happened: list[Event], since: float) -> None:
    """Ended, stored and running shards are unions of the sets that a standing has."""
    standing = block_of_course(happened).standing(PLAN, since)
    whole = (1 << 5) - 1
    assert standing.ended | standing.running | standing.overdue | standing.undispatched == whole
    assert standing.stored & standing.failed == standing.ended & standing.running == 0
    assert standing.ended == standing.stored | standing.failed


def test_a_block_without_an_entry_has_everything_to_dispatch() -> None:
    """Nothing is known of it: the first run of each shard is in generation 0."""
    assert list(Block(0).runs(Plan(3, 3), Redo.NOTHING, 0)) == list(Plan(3, 3))
    assert Block(0).generation(7) == 0
