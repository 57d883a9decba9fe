"""Explicit points."""

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
def test_walk_and_part_give_the_points_under_their_own_indices(points: PointList, data: st.DataObject) -> None:
    """A part holds just its points, counted from 0, and walks them as the whole list does."""
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
def test_points_by_name_are_read_in_the_order_of_the_first(points: PointList) -> None:
    """The order of the names in later points does not matter."""
    by_name = [points.point(index) for index in range(points.size)]
    turned = [by_name[0], *(dict(reversed(point.items())) for point in by_name[1:])]
    assert PointList.of(points=turned) == points


def test_a_part_claims_no_point_that_it_does_not_hold() -> None:
    """Its size is that of its own points, and a point beyond is an `IndexError`."""
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
        ([], "design.points"),
        ([{}], "design.points.0"),
        ([{"a": 1}, {"b": 1}], "design.points.1"),
        ([{"a": 1}, {}], "design.points.1"),
        ([{"a": 1}, {"a": math.inf}], "design.points.1.a"),
        ([{"a b": 1}], "parameters.a b"),
        ([{f"p{number}": 1 for number in range(MOST_PARAMETERS + 1)}], "parameters"),
    ],
)
def test_points_that_make_no_sense_are_refused(points: list[dict[str, Scalar]], path: str) -> None:
    """Each refusal names the place."""
    with pytest.raises(InvalidSweep) as raised:
        PointList.of(points=points)
    assert raised.value.problems[0].path == path


@pytest.mark.parametrize(("names", "row"), [(("a", "a"), (1, 2)), (("a", "b"), (1,))])
def test_rows_must_fit_their_names(names: tuple[str, ...], row: tuple[Scalar, ...]) -> None:
    """A name used twice would lose a value, and so would a row of another width."""
    with pytest.raises(InvalidSweep):
        PointList(names, (row,))
