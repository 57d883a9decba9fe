"""Skipped points in blocks and in a sweep's progress: what a damaged or unfinished count makes of the others."""

from __future__ import annotations

import pytest

from domain.block import Block
from domain.plan import Plan
from domain.progress import History, Progress, State
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed, SweepHead

PLAN = Plan(40, 4)


def progress(block: Block) -> Progress:
    """Return what one block adds up to."""
    return Progress.of(History(SweepHead("lab-1", PLAN, 0.0), cancelled=False, blocks={0: block}), 0.0)


def after(*ends: ShardEnd) -> Block:
    """Return a block after these ends."""
    block = Block(0)
    for end in ends:
        block = block.ended(end)
    return block


def test_values_errors_and_skipped_points_are_all_points() -> None:
    """Of shards that have ended in each way; of one without results, all points failed."""
    block = after(
        ShardDone(0, 10), ShardDone(1, 7, skipped=3), ShardDone(2, 1, 4, skipped=5), ShardFailed(3, Reason.OTHER, "")
    )
    found = progress(block)
    assert (found.done, found.failed, found.skipped) == (18, 14, 8)
    assert found.done + found.failed + found.skipped == found.size


def test_a_sweep_whose_points_are_all_skipped_is_done() -> None:
    """It has no value, and lacks none."""
    found = progress(after(*(ShardDone(shard, 0, skipped=10) for shard in range(4))))
    assert (found.state, found.done, found.skipped) == (State.DONE, 0, 40)
    assert not found.can_retry


@pytest.mark.parametrize(
    ("block", "counts"),
    [
        pytest.param(Block(0, skipped={0: 5, 7: 5, 200: 1}), (0, 0, 0), id="without results"),
        pytest.param(Block(0, done=1, skipped={0: 99}), (0, 0, 10), id="more than the shard has"),
        pytest.param(Block(0, errors={0: {0: 8}}, skipped={0: 9}), (0, 8, 2), id="more than errors leave"),
        pytest.param(Block(0, errors={0: {0: 99}}, skipped={0: 9}), (0, 10, 0), id="beside too many errors"),
    ],
)
def test_a_damaged_count_makes_no_more_points_than_there_are(block: Block, counts: tuple[int, int, int]) -> None:
    """Whatever the entry says, each point of a shard counts once, and none of a shard without results as skipped."""
    found = progress(block)
    assert (found.done, found.failed, found.skipped) == counts


def test_of_two_counts_of_a_shard_the_smaller_one_stays() -> None:
    """Every run skips the same points: one of the two is damage."""
    ends = ShardDone(0, 4, skipped=6), ShardDone(0, 6, skipped=4)
    assert after(*ends).skipped == after(*reversed(ends)).skipped == {0: 4}
