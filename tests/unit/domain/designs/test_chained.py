"""Points one after the other: the head's, and then the tail's."""

from __future__ import annotations

import pytest

from domain.designs.chained import Chained
from domain.designs.point_list import PointList

CHAINED = Chained(PointList(("x",), ((1,), (2,))), PointList(("x",), ((3,), (4,), (5,))))


@pytest.mark.parametrize(("start", "stop"), [(0, 5), (0, 2), (1, 4), (2, 5), (3, 3), (5, 5)])
def test_a_walk_passes_over_the_border(start: int, stop: int) -> None:
    """Whichever of the two a range begins and ends in, its points are those of their indices."""
    assert list(CHAINED.walk(start, stop, lambda _, value: value)) == [(one,) for one in range(start + 1, stop + 1)]
    assert [CHAINED.point(index) for index in range(start, stop)] == [{"x": one} for one in range(start + 1, stop + 1)]


def test_its_points_have_the_names_of_both() -> None:
    """And there are as many as of both together."""
    assert (CHAINED.names, CHAINED.size) == (("x",), 5)
    with pytest.raises(IndexError, match="there are 5"):
        CHAINED.walk(4, 6, lambda _, value: value)
