"""Numbers are named as ranges, the first of them, and all are counted."""

from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from domain.ranges import MOST_RANGES, Ranges


@given(st.sets(st.integers(0, 300)))
def test_ranges_hold_the_numbers_that_were_added(numbers: set[int]) -> None:
    """Numbers in order make as few ranges as possible."""
    ranges = Ranges()
    for number in sorted(numbers):
        ranges.add(number, number + 1)
    assert ranges.count == len(numbers)
    assert [*chain(*ranges.first)] == sorted(numbers)[: sum(map(len, ranges.first))]
    assert all(one.stop < other.start for one, other in zip(ranges.first, ranges.first[1:], strict=False))


def test_only_the_first_ranges_are_kept() -> None:
    """Beyond a hundred ranges the numbers are counted; nothing that comes later joins an earlier range."""
    ranges = Ranges()
    for start in range(0, 4 * MOST_RANGES, 4):
        ranges.add(start, start + 2)
    ranges.add(4 * MOST_RANGES - 2, 4 * MOST_RANGES)
    assert (ranges.count, len(ranges.first)) == (2 * MOST_RANGES + 2, MOST_RANGES)
    ranges.add(0, 10**18)
    ranges.add(4 * MOST_RANGES, 4 * MOST_RANGES + 1)
    assert (ranges.count, len(ranges.first)) == (10**18 + 2 * MOST_RANGES + 3, MOST_RANGES)
    assert ranges.first[-1] == range(4 * MOST_RANGES - 4, 4 * MOST_RANGES)
