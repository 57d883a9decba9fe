"""The law of the marks that a ledger removes: no reading misses them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from domain.block import Block
from domain.dispatch import Outcome, OutcomeKind
from domain.plan import Plan
from domain.reasons import Reason
from domain.standing import Redo
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.courses import MOMENTS, Event, block_after, blocks_after, events

# Two shards, so that several events meet at one.
PLAN = Plan(7, 2)
courses = events(st.integers(0, 1), 3)
# One more than the generations that a course has, and one more for the run that a dispatch begins.
_GENERATIONS = 6


def block_of_course(happened: list[Event]) -> Block:
    """Return the one block of the plan after these events."""
    return blocks_after(happened).get(0) or Block(0)


def sent(generation: int) -> Event:
    """Return a dispatch of the first shard."""
    return Outcome(0, OutcomeKind.ACCEPTED, generation=generation), 1.0


FAILED = ShardFailed(0, Reason.WORKER_DIED, "")


def without(block: Block, removed: Block) -> Block:
    """Return a block without the marks of another one, as a ledger removes them."""
    errors = {
        generation: {place: lost for place, lost in marks.items() if place not in removed.errors.get(generation, {})}
        for generation, marks in block.errors.items()
    }
    failed = {generation: chosen & ~removed.failed.get(generation, 0) for generation, chosen in block.failed.items()}
    return replace(block, errors=errors, failed=failed)


def reading(block: Block, since: float) -> tuple[object, ...]:
    """Return all that a reader can learn of a block."""
    runs = [list(block.runs(PLAN, redo, since)) for redo in Redo]
    tasks = [replace(shard, generation=generation) for shard in PLAN for generation in range(_GENERATIONS)]
    return block.standing(PLAN, since), runs, block.stored(PLAN), block.stored_errors(), list(map(block.end_of, tasks))


@given(courses, courses, MOMENTS)
@example([sent(0), FAILED], [], 0)
@example([ShardDone(0, 2, 1)], [], 0)
@example([FAILED, sent(1)], [sent(0)], 0)
def test_superseded_marks_can_be_removed(happened: list[Event], further: list[Event], since: float) -> None:
    """Neither now nor after any further ends and dispatches, whether the removal comes before these or after them."""
    block = block_of_course(happened)
    superseded = block.superseded()
    removed = without(block, superseded)
    assert reading(removed, since) == reading(block, since)
    for event in further:
        block, removed = block_after(block, event), block_after(removed, event)
        assert reading(removed, since) == reading(block, since)
    assert reading(without(block, superseded), since) == reading(block, since)


@given(courses)
def test_superseded_marks_are_among_those_of_the_block(happened: list[Event]) -> None:
    """Nothing else is removed, and after the removal there is nothing left to remove."""
    block = block_of_course(happened)
    superseded = block.superseded()
    assert superseded == Block(0, errors=superseded.errors, failed=superseded.failed)
    assert all(chosen and not chosen & ~block.failed[run] for run, chosen in superseded.failed.items())
    assert all(marks and marks.items() <= block.errors[run].items() for run, marks in superseded.errors.items())
    assert without(block, superseded).superseded() == Block(0)
