"""Where a point of a sequence stands in an earlier one."""

from __future__ import annotations

import pytest

from domain.sequences.beginning import earlier_index
from domain.sequences.saltelli import Saltelli
from domain.sequences.sobol import Sobol


def test_the_first_points_of_a_sequence_are_those_of_a_shorter_one() -> None:
    """The others are nowhere."""
    place = earlier_index(Sobol(2, 4, 7, "owen"), Sobol(2, 8, 7, "owen"))
    assert [place(index) for index in range(8)] == [0, 1, 2, 3, None, None, None, None]


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("now", [False, True])
def test_the_rows_of_a_block_are_found_with_and_without_those_for_the_second_order(*, before: bool, now: bool) -> None:
    """What both kinds of blocks have is found, of as many blocks as there are."""
    earlier, later = Saltelli(3, 4, 7, "owen", before), Saltelli(3, 6, 7, "owen", now)
    place = earlier_index(earlier, later)
    found = {index: place(index) for index in range(later.size)}
    shared = {earlier.point(index): index for index in range(earlier.size)}
    assert found == {index: shared.get(later.point(index)) for index in range(later.size)}
