"""The map of shards: each cell shows the most urgent state of its shards."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.block import Block, Dispatch
from domain.dispatch import OutcomeKind
from domain.places import BLOCK_SHARDS, blocks_of
from domain.plan import Plan
from domain.progress import History
from domain.shard_map import LETTERS, ShardMap
from domain.sweep import SweepHead
from tests.fakes.courses import MOMENTS, Event, ShardModel, blocks_after, events

# Three blocks.
SHARDS = 2 * BLOCK_SHARDS + 30
PLAN = Plan(2 * SHARDS, SHARDS)
# Neighbours, so that several are in one cell, at both ends of the blocks, and one beyond the plan.
WATCHED = (0, 1, 2, 3, BLOCK_SHARDS - 1, BLOCK_SHARDS, 2 * BLOCK_SHARDS, SHARDS - 2, SHARDS - 1, SHARDS)
courses = events(st.sampled_from(WATCHED), 2)
cells = st.integers(1, SHARDS + 5)
# The letter of a shard by the state of its model, and which letter of a cell's shards is shown.
SHOWN = {
    "done": "D",
    "partial": "E",
    "failed": "F",
    "accepted": "R",
    "unknown": "R",
    "overdue": "O",
    "undispatched": ".",
}
URGENCY = "FOER.D"


def history(plan: Plan, blocks: dict[int, Block]) -> History:
    """Return the history of a sweep with this plan."""
    return History(SweepHead("s-1", plan, 0.0), cancelled=False, blocks=blocks)


def letters(happened: list[Event], since: float) -> str:
    """Return the letter of each shard of the plan, from its model."""
    return "".join(SHOWN[ShardModel.of(PLAN, shard, happened).state(since)] for shard in range(SHARDS))


def in_cells(shards: str, per_cell: int) -> str:
    """Return the most urgent letter of each cell of so many shards."""
    starts = range(0, len(shards), per_cell)
    return "".join(min(shards[start : start + per_cell], key=URGENCY.index) for start in starts)


@given(happened=courses, since=MOMENTS, most=cells)
def test_a_cell_shows_the_most_urgent_of_its_shards(happened: list[Event], since: float, most: int) -> None:
    """It is the letter of a model that reads the sweep shard by shard; there are at most as many cells as asked for."""
    shown = ShardMap.of(history(PLAN, blocks_after(happened)), since, most)
    assert shown.cells == in_cells(letters(happened, since), shown.shards_per_cell)
    assert len(shown.cells) <= most
    # One shard fewer in each cell would need more cells than there may be.
    assert shown.shards_per_cell == 1 or (shown.shards_per_cell - 1) * most < SHARDS


@given(happened=courses, since=MOMENTS, most=cells, fewer=cells)
def test_fewer_cells_show_what_the_map_shows(happened: list[Event], since: float, most: int, fewer: int) -> None:
    """A map that is made smaller is that of the same shards, as many more of them to a cell."""
    made = ShardMap.of(history(PLAN, blocks_after(happened)), since, most)
    smaller = made.at_most(fewer)
    assert smaller.cells == in_cells(letters(happened, since), smaller.shards_per_cell)
    assert len(smaller.cells) <= fewer
    assert smaller == made or len(made.cells) > fewer


def test_each_letter_is_explained() -> None:
    """The legend has every letter, in the order of urgency."""
    assert "".join(LETTERS) == URGENCY


@pytest.mark.one_python
def test_a_million_shards_are_drawn_in_well_under_a_second() -> None:
    """The map is made of sets of shards, not shard by shard."""
    plan = Plan(10**7, 10**6)
    sent = Dispatch(OutcomeKind.ACCEPTED, None, 0, 5.0)
    whole = (1 << BLOCK_SHARDS) - 1
    known = {number: Block(number, {sent: whole}, done=whole >> number % BLOCK_SHARDS) for number in blocks_of(plan)}
    made = history(plan, known)
    begun = time.process_time()
    shown = ShardMap.of(made, 0.0, 2_000)
    assert time.process_time() - begun < 0.8
    assert (len(shown.cells), shown.shards_per_cell) == (2_000, 500)
