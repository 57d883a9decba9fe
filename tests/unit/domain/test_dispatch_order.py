"""The order of dispatch: of blocks, of the shards that are sent together, and of spans."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dispatch_order import DispatchOrder
from domain.places import BLOCK_SHARDS, block_of, blocks_of
from domain.plan import Plan, Shard
from domain.spans import SPAN_BLOCKS, SPAN_SHARDS, spans_of
from domain.spread import Spread

SPREAD = DispatchOrder.SPREAD
plans = st.integers(1, 200_000).map(lambda shards: Plan(shards, shards))


def shards_of(plan: Plan, blocks: list[int]) -> list[Shard]:
    """Return the shards of some blocks of a plan, block by block."""
    numbers = (number for block in blocks for number in range(block * BLOCK_SHARDS, (block + 1) * BLOCK_SHARDS))
    return [plan.shard(number) for number in numbers if number < plan.shards]


@given(plans)
def test_the_order_of_the_plan_is_that_of_the_numbers(plan: Plan) -> None:
    """Block after block, each of them whole, and span after span."""
    order = DispatchOrder.PLAN
    assert order.blocks(plan, blocks_of(plan)) == list(blocks_of(plan))
    assert order.shards(plan, shards_of(plan, [0])) == shards_of(plan, [0])
    assert order.spans(plan) == list(spans_of(plan))
    assert order.round_blocks == 1


@settings(max_examples=30)
@given(plans)
def test_each_block_shard_and_span_is_there_once(plan: Plan) -> None:
    """Another order leaves nothing out, and adds nothing."""
    blocks = SPREAD.blocks(plan, blocks_of(plan))
    assert sorted(blocks) == list(blocks_of(plan))
    assert sorted(SPREAD.spans(plan), key=lambda span: span.number) == list(spans_of(plan))
    first = shards_of(plan, sorted(blocks[: SPREAD.round_blocks]))
    assert sorted(SPREAD.shards(plan, first), key=lambda shard: shard.number) == first


@given(st.integers(1, SPAN_SHARDS))
def test_a_sweep_of_one_round_starts_in_the_spread_order_of_its_shards(shards: int) -> None:
    """So what holds of that order holds of the sweep: no gap is wider than three even ones."""
    plan = Plan(shards, shards)
    blocks = SPREAD.blocks(plan, blocks_of(plan))
    assert len(blocks) <= SPREAD.round_blocks
    started = [shard.number for shard in SPREAD.shards(plan, shards_of(plan, blocks))]
    assert started == list(map(Spread(shards).number, range(shards)))


@given(st.integers(SPAN_SHARDS + 1, 1_000_000), st.data())
def test_the_blocks_of_a_larger_sweep_are_spread_over_it(shards: int, data: st.DataObject) -> None:
    """No gap between blocks that have begun is wider than four even ones."""
    plan = Plan(shards, shards)
    count = len(blocks_of(plan))
    begun = sorted(SPREAD.blocks(plan, blocks_of(plan))[: data.draw(st.integers(1, count))])
    assert begun[0] == 0
    widest = max(after - before for before, after in pairwise([*begun, count]))
    assert widest * len(begun) <= 4 * count


@settings(max_examples=30)
@given(st.integers(SPAN_SHARDS + 1, 1_000_000), st.data())
def test_the_blocks_of_a_round_take_turns(shards: int, data: st.DataObject) -> None:
    """While 32 blocks are sent, none of them is far ahead of another."""
    plan = Plan(shards, shards)
    blocks = SPREAD.blocks(plan, blocks_of(plan))
    first = data.draw(st.integers(0, len(blocks) // SPAN_BLOCKS - 1)) * SPAN_BLOCKS
    whole = [block for block in blocks[first : first + SPAN_BLOCKS] if block < blocks_of(plan)[-1]]
    started = SPREAD.shards(plan, shards_of(plan, whole))
    taken = Counter(block_of(shard.number) for shard in started[: data.draw(st.integers(1, len(started)))])
    assert max(taken.values()) - min(taken[block] for block in whole) <= BLOCK_SHARDS // 16


@pytest.mark.parametrize("chosen", [slice(None, None, 2), slice(100, 900), slice(999, None)])
def test_what_is_left_keeps_its_order(chosen: slice) -> None:
    """A dispatch of some of the shards sends them in the order that they have among all."""
    plan = Plan(1000, 1000)
    some = range(1000)[chosen]
    every = [shard.number for shard in SPREAD.shards(plan, plan)]
    left = [shard.number for shard in SPREAD.shards(plan, map(plan.shard, some))]
    assert left == [number for number in every if number in some]


def test_spans_that_are_sent_side_by_side_are_as_even_as_the_whole() -> None:
    """The parameter that varies fastest has every level in each span from the beginning."""
    plan = Plan(4 * SPAN_SHARDS, 4 * SPAN_SHARDS)
    for span in SPREAD.spans(plan):
        started = SPREAD.shards(plan, shards_of(plan, list(span.blocks)))
        assert {shard.number % 4 for shard in started[:16]} == {0, 1, 2, 3}
