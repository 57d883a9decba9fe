"""The spread order: every beginning of it is even, over the numbers and over their remainders."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.places import BLOCK_SHARDS
from domain.spans import SPAN_SHARDS
from domain.spread import Spread

# Those of which a count has many divisors, or next to none.
_SPECIAL = (1, 2, 3, 4, 6, 255, 256, 257, 1024, 2520, 3250, 4093, 4095, SPAN_SHARDS)


def widest_gaps(count: int, numbers: Iterator[int]) -> Iterator[int]:
    """Yield after each number the widest gap between neighbours that were taken, or between one and the end."""
    taken = [next(numbers), count]
    gaps = [(-count, 0)]
    yield count
    for number in numbers:
        place = bisect(taken, number)
        taken.insert(place, number)
        for left, right in (taken[place - 1 : place + 1], taken[place : place + 2]):
            heappush(gaps, (left - right, left))
        # A gap that a later number has divided is none any more.
        while taken[bisect(taken, gaps[0][1])] - gaps[0][1] != -gaps[0][0]:
            heappop(gaps)
        yield -gaps[0][0]


@given(st.integers(1, 2_000))
def test_each_number_has_one_rank(count: int) -> None:
    """The order is a permutation, and 0 is its first number."""
    spread = Spread(count)
    order = [spread.number(rank) for rank in range(count)]
    assert sorted(order) == list(range(count))
    assert [spread.rank(number) for number in order] == list(range(count))
    assert order[0] == 0


@pytest.mark.parametrize("count", _SPECIAL)
def test_no_gap_is_wider_than_three_even_ones(count: int) -> None:
    """Among the first k of n numbers, for every k, and every n up to the shards of a span."""
    spread = Spread(count)
    gaps = widest_gaps(count, map(spread.number, range(count)))
    assert all(gap * taken <= 3 * count for taken, gap in enumerate(gaps, 1))


@settings(max_examples=50)
@given(st.integers(1, SPAN_SHARDS))
def test_no_gap_of_any_count_is_wider_than_three_even_ones(count: int) -> None:
    """Whatever the count is, up to the shards of a span."""
    test_no_gap_is_wider_than_three_even_ones(count)


@pytest.mark.long
@pytest.mark.parametrize("first", range(1, SPAN_SHARDS, BLOCK_SHARDS))
def test_no_gap_of_every_count_is_wider_than_three_even_ones(first: int) -> None:
    """Each of them is tried."""
    for count in range(first, first + BLOCK_SHARDS):
        test_no_gap_is_wider_than_three_even_ones(count)


@given(st.integers(SPAN_SHARDS, 10**12), st.integers(1, 500))
def test_no_gap_of_a_large_count_is_wider_than_four_even_ones(count: int, taken: int) -> None:
    """Neither an order nor a gap of it costs memory: the first numbers are computed from their ranks."""
    numbers = sorted(map(Spread(count).number, range(taken)))
    assert numbers[0] == 0
    widest = max(after - before for before, after in pairwise([*numbers, count]))
    assert widest * taken <= 4 * count


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_the_levels_of_the_fastest_parameter_come_equally_often(levels: int, others: int, data: st.DataObject) -> None:
    """Where shard i has point i of a grid, its level is i modulo the levels: none is more than one ahead."""
    spread = Spread(levels * others)
    taken = data.draw(st.integers(1, spread.count))
    often = Counter(spread.number(rank) % levels for rank in range(taken))
    assert {often[level] for level in range(levels)} <= {taken // levels, -(-taken // levels)}


@given(st.integers(1, 10**18), st.data())
def test_a_rank_is_computed_from_its_number(count: int, data: st.DataObject) -> None:
    """Of as many numbers as a plan can have shards, without a list."""
    spread = Spread(count)
    number = data.draw(st.integers(0, count - 1))
    assert spread.number(spread.rank(number)) == number


def test_the_order_is_the_same_for_ever() -> None:
    """A sweep that another version began goes on in its order."""
    assert [Spread(10).number(rank) for rank in range(10)] == [0, 7, 4, 1, 8, 5, 2, 9, 6, 3]
    assert [Spread(count).step for count in (256, 1000, 4096, 10**6)] == [181, 633, 2539, 618073]
