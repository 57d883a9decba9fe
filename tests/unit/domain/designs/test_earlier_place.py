"""A point is found in an earlier design in no time that grows with it, and a design that cannot have any is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.designs.design import Design
from domain.designs.earlier_place import EarlierPlace, check_extends
from domain.designs.grid import Grid
from domain.designs.grid_place import MOST_EQUAL, AxisPlace, GridPlace
from domain.designs.kinds import DESIGN_KINDS
from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated
from domain.designs.row_place import RowPlace
from domain.errors import InvalidSweep
from domain.space.distributions.uniform import Uniform
from domain.space.geomspace import Geomspace
from domain.space.levels import Levels
from domain.space.linspace import Linspace
from domain.space.logspace import Logspace
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Scalar
from domain.space.values import Values
from domain.space.when import When
from tests.fakes.spaces import conditional_grids, grids, levels

X = (Parameter("x", Uniform(0, 1)), Parameter("y", Uniform(0, 1)))


def sampled(kind: str, points: int = 8, **options: object) -> Design:
    """Return a sampled design over two parameters."""
    row: Any = DESIGN_KINDS[kind]  # each has an `of`, with its own options
    made: Design = row.of(X, points=points, **options)
    return made


@given(grids() | conditional_grids(), st.data())
def test_every_point_of_a_grid_is_found_where_it_is(grid: Grid, data: st.DataObject) -> None:
    """Where levels are repeated, it is among the points that are equal."""
    index = data.draw(st.integers(0, grid.size - 1))
    found = GridPlace(grid).indices(grid.point(index))
    assert index in found or len(found) == MOST_EQUAL
    assert all(repr(grid.point(one)) == repr(grid.point(index)) for one in found)


@pytest.mark.parametrize(
    "many",
    [
        pytest.param(Linspace(-1, 1, 10**12 + 1), id="linspace"),
        pytest.param(Linspace(1, -1, 10**12 + 1), id="falling"),
        pytest.param(Geomspace(1e-9, 1e9, 10**12), id="geomspace"),
        pytest.param(Logspace(-3, 3, 10**12, 2.5), id="logspace"),
        pytest.param(Range(0, 2**62), id="integers"),
        pytest.param(Range(0, 10**12, 0.1), id="decimals"),
    ],
)
def test_a_level_of_very_many_is_found_by_halves(many: Levels) -> None:
    """At both ends and between them, whichever way they go; the axis remembers few of them."""
    axis = AxisPlace([Parameter("x", many)])
    for row in (0, 1, 7, many.size // 3, many.size - 2, many.size - 1):
        assert row in axis.rows({"x": many.value(row)})
    for other in (None, True, "1", 1e300, -1e300, 0.123456789):
        assert not axis.rows({"x": other})


def test_an_axis_forgets_what_it_has_found_before_it_remembers_too_much() -> None:
    """So that a process that looks for very many levels stays as small."""
    axis = AxisPlace([Parameter("x", Range(0, 10**6))])
    assert [axis.rows({"x": x}) for x in range(10_000)] == [(x,) for x in range(10_000)]
    assert len(axis._known) <= 4096


@given(st.integers(1, 4).flatmap(lambda size: st.tuples(levels(size), levels(size))), st.data())
def test_a_row_of_parameters_that_advance_together_is_found_by_all_of_them(
    pair: tuple[Levels, Levels], data: st.DataObject
) -> None:
    """One of them alone may have the same value in several rows."""
    row = data.draw(st.integers(0, pair[0].size - 1))
    axis = AxisPlace([Parameter("a", pair[0]), Parameter("b", pair[1])])
    values = {"a": pair[0].value(row), "b": pair[1].value(row)}
    assert row in axis.rows(values)
    assert not axis.rows({"a": values["a"]})


def test_levels_of_one_value_are_listed() -> None:
    """A linspace that goes nowhere has nothing to search: its rows are those of the other parameter."""
    still = Parameter("a", Linspace(3, 3, 40))
    assert AxisPlace([still]).rows({"a": 3.0}) == tuple(range(MOST_EQUAL))
    assert AxisPlace([still, Parameter("b", Range(0, 40))]).rows({"a": 3.0, "b": 39}) == (39,)
    assert AxisPlace([Parameter("a", Linspace(3, 3, 10**12))]).rows({"a": 3.0}) == ()


def test_of_equal_rows_of_a_list_the_first_are_found() -> None:
    """As many as of a grid; what does not exist at a point is null in a row."""
    rows: Sequence[tuple[Scalar, ...]] = [*[(1, None)] * 40, (2, None)]
    place = RowPlace(("x", "y"), rows, len(rows))
    assert place.indices({"x": 1, "y": None}) == [*range(MOST_EQUAL)]
    assert place.indices({"x": 2}) == [40]
    assert place.indices({"x": 2.0}) == []
    assert RowPlace(("x",), (), 0).indices({"x": 1}) == ()


def test_the_replicates_of_a_point_stand_together() -> None:
    """A replicate that the earlier design has not is nowhere; another design than a repeated one has replicate 0."""
    points = PointList(("x",), ((1,), (2,), (3,)))
    guess = EarlierPlace(Replicated(points, 3)).guess(Replicated(points, 5))
    assert [list(guess(index, {"x": 2})) for index in range(5, 10)] == [[3], [4], [5], [], []]
    assert list(EarlierPlace(points).guess(points)(0, {"x": 3})) == [2]


def test_points_of_a_design_that_is_not_known_may_be_where_they_were() -> None:
    """So that of a new kind of design the first points are kept, if it has them in the same order."""

    @dataclass(frozen=True, slots=True)
    class Other:
        names: tuple[str, ...] = ("x",)
        size: int = 2

    other: Any = Other()
    guess = EarlierPlace(other).guess(PointList(("x",), ((1,),)))
    assert [list(guess(index, {"x": 1})) for index in range(4)] == [[0], [1], [], []]
    check_extends(other, PointList(("x",), ((1,),)))


def test_a_grid_with_more_levels_of_a_crossed_design_finds_the_sequence_of_each() -> None:
    """The combination is found by values, and the place in the sequence stays."""
    parameters = (Parameter("g", Values(("b",))), *X, Parameter("h", Values((1,)), When.of({"g": "b"})))
    more = (Parameter("g", Values(("a", "b"))), *X, Parameter("h", Values((1, 2)), When.of({"g": "b"})))
    kind: Any = DESIGN_KINDS["sobol"]
    earlier = kind.of(parameters, points=4, grid=["g", "h"], first=[{"g": "b", "x": 0, "y": 0, "h": 1}])
    later = kind.of(more, points=8, grid=["g", "h"], first=[])
    guess = EarlierPlace(earlier).guess(later)
    found = {index: list(guess(index, later.point(index))) for index in range(later.size)}
    assert {index: one for index, one in found.items() if one} == {8 + place: [1 + place] for place in range(4)}
    for index, (one,) in ((index, one) for index, one in found.items() if one):
        assert earlier.point(one) == later.point(index)


LIST = PointList(("x", "y"), ((0.5, 0.5),))


@pytest.mark.parametrize(
    ("earlier", "later", "message"),
    [
        pytest.param(
            sampled("sobol"), sampled("halton"), "has a design of another kind, .*; take the same kind", id="kind"
        ),
        pytest.param(sampled("sobol"), sampled("sobol", seed=8), "has the seed 0, and with 8 all points", id="seed"),
        pytest.param(
            sampled("sobol"), sampled("sobol", scramble="none"), "has the scramble owen, and with none", id="scramble"
        ),
        pytest.param(
            sampled("halton"),
            sampled("halton", scramble=False),
            "has the scramble true, and with false",
            id="scrambled",
        ),
        pytest.param(
            sampled("latin_hypercube", 8),
            sampled("latin_hypercube", 1600),
            "is a latin_hypercube of 8 points, and one of 1,600 has none of them; a sobol, halton or random design",
            id="a latin hypercube with more points",
        ),
        pytest.param(sampled("random"), LIST, "has a sampled design, and only a sampled design has its", id="a list"),
        pytest.param(
            Replicated(sampled("random"), 2), Replicated(sampled("random", seed=1), 3), "has the seed 0", id="repeated"
        ),
    ],
)
def test_a_design_without_any_point_of_the_earlier_one_is_refused(earlier: Design, later: Design, message: str) -> None:
    """It would be computed as a whole, which its caller does not expect."""
    with pytest.raises(InvalidSweep, match=f"^extends: {message}"):
        check_extends(earlier, later)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        pytest.param(LIST, sampled("random"), id="a list by a sampled design"),
        pytest.param(sampled("random", first=[{"x": 1, "y": 2}]), LIST, id="what stands first by a list"),
        pytest.param(sampled("latin_hypercube"), sampled("latin_hypercube"), id="the same latin hypercube"),
        pytest.param(sampled("random", 8), sampled("random", 4), id="fewer points"),
        pytest.param(sampled("sobol", scramble="none"), sampled("sobol", seed=7, scramble="none"), id="an unused seed"),
        pytest.param(sampled("saltelli"), sampled("saltelli", second_order=True), id="further rows of each block"),
    ],
)
def test_a_design_that_may_have_points_of_the_earlier_one_is_not_refused(earlier: Design, later: Design) -> None:
    """Whether it has some is for each point to see."""
    check_extends(earlier, later)
