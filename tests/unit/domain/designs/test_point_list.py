"""Designs that list their points."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.designs.point_list import PointList
from domain.errors import InvalidSweep
from domain.space.names import MOST_PARAMETERS
from domain.space.scalars import Scalar
from tests.fakes.spaces import point_lists


@given(point_lists(), st.data())
def test_walk_and_part_keep_the_points_of_the_range(points: PointList, data: st.DataObject) -> None:
    """A part holds only its range of points, with indices from 0, and walks them as the whole list does."""
    start = data.draw(st.integers(0, points.size - 1))
    stop = data.draw(st.integers(start + 1, points.size))
    part = points.part(start, stop)
    assert part.size == stop - start
    expected = [tuple(points.point(index).items()) for index in range(start, stop)]
    for source, first in ((points, start), (part, 0)):
        last = first + stop - start
        assert list(source.walk(first, last, lambda name, value: (name, value))) == expected
        assert [tuple(source.point(index).items()) for index in range(first, last)] == expected


@given(point_lists())
def test_the_first_point_sets_the_order_of_the_names(points: PointList) -> None:
    """Later points may list the same names in another order."""
    by_name = [points.point(index) for index in range(points.size)]
    turned = [by_name[0], *(dict(reversed(point.items())) for point in by_name[1:])]
    assert PointList.of(points=turned) == points


def test_a_part_has_only_its_own_points() -> None:
    """Its size counts its own points, and any other index raises `IndexError`."""
    part = PointList(("a",), ((1,), (2,), (3,))).part(1, 2)
    assert (part.size, part.point(0)) == (1, {"a": 2})
    for index in (-1, 1):
        with pytest.raises(IndexError):
            part.point(index)
    with pytest.raises(IndexError):
        part.walk(0, 2, lambda _, value: value)


@pytest.mark.parametrize(
    ("points", "path"),
    [
        pytest.param([], "design.points", id="no points"),
        pytest.param([{}], "design.points.0", id="a point without names"),
        pytest.param([{"a": 1}, {"b": 1}], "design.points.1", id="another name"),
        pytest.param([{"a": 1}, {}], "design.points.1", id="a missing name"),
        pytest.param([{"a": 1}, {"a": math.inf}], "design.points.1.a", id="infinity"),
        pytest.param([{"a b": 1}], "parameters.a b", id="a name with a space"),
        pytest.param([{f"p{number}": 1 for number in range(MOST_PARAMETERS + 1)}], "parameters", id="too many names"),
    ],
)
def test_invalid_points_are_refused(points: list[dict[str, Scalar]], path: str) -> None:
    """The error names the path."""
    with pytest.raises(InvalidSweep) as raised:
        PointList.of(points=points)
    assert raised.value.problems[0].path == path


@pytest.mark.parametrize(
    ("names", "row"),
    [pytest.param(("a", "a"), (1, 2), id="a name twice"), pytest.param(("a", "b"), (1,), id="a short row")],
)
def test_rows_must_fit_their_names(names: tuple[str, ...], row: tuple[Scalar, ...]) -> None:
    """A repeated name is refused, and so is a row of another width: either would lose a value."""
    with pytest.raises(InvalidSweep):
        PointList(names, (row,))
