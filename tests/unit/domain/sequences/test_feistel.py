"""The network, lane by lane."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sequences.feistel import KEYS, Feistel
from domain.sequences.lanes import packed, unpacked
from domain.sequences.unit_sequence import MOST_POINTS

keys = st.lists(st.integers(0, 2**64 - 1), min_size=KEYS, max_size=KEYS)


@given(st.integers(2, MOST_POINTS), st.lists(keys, min_size=1, max_size=5), st.integers(1, 3), st.data())
def test_a_lane_knows_nothing_of_the_others(
    size: int, lanes: list[list[int]], copies: int, data: st.DataObject
) -> None:
    """A number has the image that it has alone, with its lane's keys, and it is one that the network has room for."""
    network = Feistel.of(size, lanes, copies)
    room = network.rows << network.bits
    numbers = data.draw(st.lists(st.integers(0, room - 1), min_size=len(lanes) * copies, max_size=len(lanes) * copies))
    images = unpacked(network.images(packed(numbers)), len(numbers))
    alone = [Feistel.of(size, [one], 1) for one in lanes] * copies
    assert images == tuple(one.images(number) for one, number in zip(alone, numbers, strict=True))
    assert max(images) < room


@given(st.integers(2, MOST_POINTS))
def test_the_room_is_little_more_than_the_numbers(size: int) -> None:
    """The network has room for at least `size` numbers, and for less than the square root of twice that beyond."""
    network = Feistel.of(size, [[0] * KEYS], 1)
    assert 0 <= (network.rows << network.bits) - size < (2 * size) ** 0.5


@pytest.mark.parametrize("size", [2, 3, 257, 1000, 4096])
def test_the_network_permutes_all_that_it_has_room_for(size: int) -> None:
    """The images of all numbers that there is room for are those numbers."""
    network = Feistel.of(size, [list(range(7, 7 + KEYS))], 1)
    room = range(network.rows << network.bits)
    assert sorted(map(network.images, room)) == list(room)


@given(st.lists(st.integers(0, 2**53 - 1), min_size=1, max_size=9), st.integers(1, MOST_POINTS))
def test_what_is_beyond_the_size_is_marked(numbers: list[int], size: int) -> None:
    """A lane has a 1 where its number is not below the size."""
    network = Feistel.of(2, [[0] * KEYS], len(numbers))
    marks = unpacked(network.beyond(packed(numbers), size), len(numbers))
    assert marks == tuple(int(number >= size) for number in numbers)
