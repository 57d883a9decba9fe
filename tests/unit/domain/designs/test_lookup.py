"""The index of a point is found by its values, whatever the size of the grid."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.lookup import MOST_WALKED, index_of
from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated
from domain.designs.whole import walk_whole
from domain.errors import InvalidSweep
from domain.space.levels import Levels
from domain.space.linspace import Linspace
from domain.space.logspace import Logspace
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Scalar
from domain.space.values import Values
from tests.fakes.spaces import designs


def _grid(*levels: Levels) -> Grid:
    return Grid(tuple(Parameter(name, one) for name, one in zip("xyz", levels, strict=False)))


def _key(value: Scalar) -> tuple[bool, Scalar]:
    return isinstance(value, bool), value


@given(designs(), st.data())
def test_a_point_is_found_by_its_values_unless_another_one_has_them(design: Design, data: st.DataObject) -> None:
    """Values of a point find the only point that has them; where more have them, that is said, as brute force finds.

    What does not exist at a point is null there.
    """
    index = data.draw(st.integers(0, design.size - 1))
    named = data.draw(st.sets(st.sampled_from(design.names))) or set(design.names)
    points = [
        dict(zip(design.names, row, strict=True)) for row in walk_whole(design, 0, design.size, lambda _, one: one)
    ]
    wanted = {name: points[index][name] for name in named}
    fitting = [
        number
        for number, point in enumerate(points)
        if all(_key(point[name]) == _key(value) for name, value in wanted.items())
    ]
    if len(fitting) == 1:
        assert index_of(design, wanted) == index
    else:
        with pytest.raises(InvalidSweep, match=rf"{len(fitting):,} points .* first is point {fitting[0]};"):
            index_of(design, wanted)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(1, 10**18), st.integers(0, 10**18))
def test_a_level_of_very_many_is_found(start: float, stop: float, num: int, place: int) -> None:
    """Levels in order are searched by halves, up or down, and those that are equal are counted."""
    assume(abs(start - stop) > 1)
    levels = Linspace(start, stop, num)
    number = place % num
    grid = _grid(levels, Values((1, 2)))
    wanted = {"x": levels.value(number), "y": 2}
    # Of very many levels so close together, floats are equal.
    if any(levels.value(other) == wanted["x"] for other in {max(0, number - 1), min(num - 1, number + 1)} - {number}):
        with pytest.raises(InvalidSweep, match="points have these values"):
            index_of(grid, wanted)
    else:
        assert grid.point(index_of(grid, wanted)) == wanted


@pytest.mark.parametrize(
    ("levels", "value", "index"),
    [
        pytest.param(Linspace(0, 1, 11), 0.3, 3, id="a float with fewer digits than the level has"),
        pytest.param(Linspace(1, 0, 11), 0.3, 7, id="falling"),
        pytest.param(Range(0, 10**18), 10**17, 10**17, id="an integer of very many"),
        pytest.param(Range(0, 100), 45.0, 45, id="a float that is an integer"),
        pytest.param(Values((True, 1)), 1, 1, id="one is not true"),
        pytest.param(Values((1, True)), True, 1, id="true is not one"),
        pytest.param(Values(("10", 10, None)), None, 2, id="null"),
        pytest.param(Values(("10", 0.1 + 0.2)), 0.3, 1, id="close to a value"),
        pytest.param(Logspace(0, 3, 4), 100, 2, id="a power"),
    ],
)
def test_values_are_matched_as_a_person_types_them(levels: Levels, value: Scalar, index: int) -> None:
    """Numbers by value, with a relative slack of 1e-9 where none is equal; booleans and text as themselves."""
    assert index_of(_grid(levels), {"x": value}) == index


def test_parameters_that_advance_together_are_one_axis() -> None:
    """Values of zipped parameters must stand at one place; other places, be they many or few, fit no point."""
    axes = (Parameter("x", Range(0, 4)), Parameter("y", Values((1, 1, 2, 2))), Parameter("z", Range(3, -1, -1)))
    grid = Grid(axes, (("x", "y", "z"),))
    assert index_of(grid, {"y": 1, "x": 1}) == 1
    assert index_of(grid, {"x": 1, "y": 1, "z": 2}) == 1
    for wanted in ({"x": 1, "y": 2}, {"x": 1, "z": 1}):
        with pytest.raises(InvalidSweep, match="no point has all of these values together"):
            index_of(grid, wanted)


@pytest.mark.parametrize(
    ("design", "wanted", "message"),
    [
        pytest.param(_grid(Range(0, 9)), {"a": 1}, "a: is not a parameter; there are x", id="unknown name"),
        pytest.param(
            _grid(Range(0, 9)), {"x": 4.4}, "has no level 4.4; of its 9 levels some are 3, 4, 5", id="between"
        ),
        pytest.param(_grid(Range(0, 9)), {"x": "4"}, "has no level 4; of its 9 levels some are 0, 1, 2", id="text"),
        pytest.param(_grid(Range(0, 10**9)), {"x": 4.4}, "some are 4, 5, 6", id="between very many"),
        pytest.param(_grid(Range(0, 10**9)), {"x": 1e12}, "some are 999999998, 999999999", id="beyond very many"),
        pytest.param(_grid(Range(0, 10**9)), {"x": "4"}, "some are 0, 1, 2", id="text among very many"),
        pytest.param(_grid(Range(0, 9)), {"x": True}, "has no level True", id="boolean"),
        pytest.param(_grid(Values(("a", "b"))), {"x": 1}, "has no level 1; of its 2 levels some are a, b", id="values"),
        pytest.param(
            _grid(Range(0, 9), Range(0, 2)), {"x": 1}, r"2 points .* the first is point 2; name y too", id="two"
        ),
        pytest.param(_grid(Values((1, 1))), {"x": 1}, "say the index of the one that is meant", id="equal levels"),
        pytest.param(PointList(("x",), ((1,), (2,))), {"x": 3}, "no point has", id="no such point"),
        pytest.param(PointList(("x",), ((1,), (2,))), {"x": True}, "no point has", id="no such boolean"),
    ],
)
def test_values_that_fit_no_point_or_several_are_refused(
    design: Design, wanted: dict[str, Scalar], message: str
) -> None:
    """The message has what is near, or what to add."""
    with pytest.raises(InvalidSweep, match=message):
        index_of(design, wanted)


def test_what_is_not_known_to_be_in_order_is_walked_up_to_a_bound() -> None:
    """Beyond a million the message says what to do."""

    class Many(Values):
        size = MOST_WALKED + 1

    with pytest.raises(InvalidSweep, match=r"x: has 1,000,001 levels, .* say the point's index"):
        index_of(_grid(Many((1,))), {"x": 1})


def test_a_repeated_point_is_found_with_the_number_of_its_replicate() -> None:
    """Without the number, all replicates of the point have the values."""
    repeated = Replicated(_grid(Values((10, 20, 30))), 4)
    assert index_of(repeated, {"x": 20, "replicate": 3}) == 7
    with pytest.raises(InvalidSweep, match=r"4 points have these values, the first is point 4; name replicate too"):
        index_of(repeated, {"x": 20})
