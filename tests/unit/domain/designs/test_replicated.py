"""Designs whose points are repeated."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.designs.replicated import MOST_REPLICATES, Replicated, first_index, repetition
from domain.errors import InvalidSweep
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Scalar
from domain.space.values import Values
from tests.fakes.spaces import grids, point_lists, replicated


def _pair(name: str, value: Scalar) -> tuple[str, Scalar]:
    return name, value


@given(grids() | point_lists(), st.integers(1, 4))
def test_every_point_is_repeated_and_the_replicate_varies_fastest(design: Design, count: int) -> None:
    """Point `i` is point `i // count` of the design, with the replicate `i % count` as its last parameter."""
    repeated = Replicated(design, count)
    expected = [
        {**design.point(number), "replicate": replicate} for number in range(design.size) for replicate in range(count)
    ]
    assert repeated.size == len(expected)
    assert [repeated.point(index) for index in range(repeated.size)] == expected
    assert all(tuple(point) == repeated.names for point in expected)


@given(replicated())
def test_the_parameters_of_the_request_are_those_of_the_design(repeated: Replicated) -> None:
    """So are the options of a document; the replicates stand beside them."""
    design = repeated.design
    assert (repeated.parameters, repeated.options()) == (design.parameters, design.options())
    assert repeated.travels_whole is design.travels_whole


@given(replicated(), st.data())
def test_a_walk_is_the_points_of_its_range(design: Replicated, data: st.DataObject) -> None:
    """Wherever it begins and ends, be it among the replicates of one point."""
    start = data.draw(st.integers(0, design.size))
    stop = data.draw(st.integers(start, design.size))
    expected = [tuple(design.point(index).items()) for index in range(start, stop)]
    assert list(design.walk(start, stop, _pair)) == expected


@pytest.mark.parametrize("count", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "design",
    [
        PointList(("x", "y"), ((1, "a"), (2, "b"), (3, "c"), (4, "d"))),
        Grid((Parameter("x", Values((1, 2))), Parameter("y", Values(("a", "b"))))),
    ],
    ids=["points", "grid"],
)
def test_a_part_has_the_points_of_every_range(design: Design, count: int) -> None:
    """For each of all ranges the part has them, counted from `first_index`, and of a list no other points."""
    whole = Replicated(design, count, 7)
    for start in range(whole.size):
        for stop in range(start + 1, whole.size + 1):
            part, first = whole.part(start, stop), first_index(whole, start)
            walked = list(part.walk(start - first, stop - first, _pair))
            assert walked == list(whole.walk(start, stop, _pair))
            assert [tuple(part.point(index - first).items()) for index in range(start, stop)] == walked
            assert (part.count, part.seed) == (count, 7)
            if not design.travels_whole:
                assert part.size == len({index // count for index in range(start, stop)}) * count


def test_a_value_is_rendered_once_for_all_replicates() -> None:
    """So a point costs little more for each of them."""
    rendered: Counter[str] = Counter()

    def render(name: str, value: Scalar) -> Scalar:
        rendered[name] += 1
        return value

    design = Replicated(PointList(("x",), ((1,), (2,), (3,))), 100)
    assert len(list(design.walk(50, 250, render))) == 200
    assert rendered == {"x": 3, "replicate": 100}


def test_any_point_of_very_many_is_computed_by_itself() -> None:
    """Of 10^18 points with a million replicates each, a walk over the border of two points yields just its range."""
    design = Replicated(Grid((Parameter("x", Range(0, 10**18)),)), MOST_REPLICATES)
    border = 10**18 // 2 * MOST_REPLICATES
    assert list(design.walk(border - 1, border + 1, lambda _, value: value)) == [
        (10**18 // 2 - 1, MOST_REPLICATES - 1),
        (10**18 // 2, 0),
    ]
    assert design.point(design.size - 1) == {"x": 10**18 - 1, "replicate": MOST_REPLICATES - 1}


def test_what_is_outside_is_refused() -> None:
    """An index or a range that the design does not have raises `IndexError`."""
    design = Replicated(PointList(("x",), ((1,), (2,))), 3)
    for index in (-1, 6):
        with pytest.raises(IndexError):
            design.point(index)
    with pytest.raises(IndexError):
        design.walk(0, 7, _pair)


@pytest.mark.parametrize(
    ("name", "count", "seed", "path"),
    [
        pytest.param("x", 0, 0, "replicates", id="no replicate"),
        pytest.param("x", MOST_REPLICATES + 1, 0, "replicates", id="too many replicates"),
        pytest.param("x", 1, 2**63, "replicates.seed", id="a seed beyond 64 bits"),
        pytest.param("replicate", 2, 0, "parameters.replicate", id="a parameter named as the axis"),
        pytest.param("seed", 2, 0, "parameters.seed", id="a parameter named as the seed"),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, count: int, seed: int, path: str) -> None:
    """The error names the path."""
    with pytest.raises(InvalidSweep) as raised:
        Replicated(PointList((name,), ((1,),)), count, seed)
    assert raised.value.problems[0].path == path


def test_another_design_is_repeated_once() -> None:
    """Its parts count their points from 0, and a grid is its own part."""
    points, grid = PointList(("x",), ((1,), (2,))), Grid((Parameter("x", Values((1,))),))
    assert repetition(points) == (points, 1)
    assert repetition(Replicated(points, 3)) == (points, 3)
    assert [first_index(points, 1), first_index(grid, 1), first_index(Replicated(grid, 3), 2)] == [1, 0, 0]
