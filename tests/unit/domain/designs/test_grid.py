"""The grid, compared with itertools and scikit-learn."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import ParameterGrid

from domain.designs.grid import Grid
from domain.errors import InvalidSweep
from domain.plan import Plan
from domain.space.linspace import Linspace
from domain.space.names import MOST_PARAMETERS
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Scalar
from domain.space.values import Values
from tests.fakes.spaces import grids


def of(**axes: list[int]) -> tuple[Parameter, ...]:
    """Return one parameter for each name, with these values."""
    return tuple(Parameter(name, Values(tuple(values))) for name, values in axes.items())


def raw(_: str, value: Scalar) -> Scalar:
    """Return the value unchanged."""
    return value


def by_itertools(grid: Grid) -> list[tuple[Scalar, ...]]:
    """Return every point, from the product in memory, which the grid itself never builds."""
    levels = {parameter.name: parameter.levels for parameter in grid.parameters}
    groups = {name: tuple(sorted(group, key=grid.names.index)) for group in grid.zip for name in group}
    axes = list(dict.fromkeys(groups.get(name, (name,)) for name in grid.names))
    points = []
    for digits in itertools.product(*(range(levels[axis[0]].size) for axis in axes)):
        chosen = {name: levels[name].value(digit) for axis, digit in zip(axes, digits, strict=True) for name in axis}
        points.append(tuple(chosen[name] for name in grid.names))
    return points


@given(grids())
def test_point_i_is_tuple_i_of_the_product(grid: Grid) -> None:
    """Every point, zip groups included, equals the tuple of itertools.product with the same index."""
    expected = by_itertools(grid)
    points = [grid.point(index) for index in range(grid.size)]
    assert grid.size == len(expected)
    assert [tuple(map(repr, point.values())) for point in points] == [tuple(map(repr, row)) for row in expected]
    assert all(tuple(point) == grid.names for point in points)


@given(grids(), st.data())
def test_walk_yields_the_points_of_the_range(grid: Grid, data: st.DataObject) -> None:
    """For any range, `walk(start, stop)` yields what `point` returns for each index."""
    start = data.draw(st.integers(0, grid.size))
    stop = data.draw(st.integers(start, grid.size))
    walked = list(grid.walk(start, stop, lambda name, value: (name, repr(value))))
    one_by_one = [tuple((k, repr(v)) for k, v in grid.point(index).items()) for index in range(start, stop)]
    assert walked == one_by_one
    assert grid.part(start, stop) == grid


@given(st.lists(st.lists(st.integers(-9, 9), min_size=1, max_size=4), min_size=1, max_size=4))
def test_the_grid_lists_the_points_of_scikit_learn(axes: list[list[int]]) -> None:
    """If its names are sorted, a grid lists the points of sklearn's ParameterGrid, in the same order."""
    space = {f"p{number}": values for number, values in enumerate(axes)}
    grid = Grid(of(**space))
    assert [grid.point(index) for index in range(grid.size)] == list(ParameterGrid(space))


def test_a_zip_group_has_the_place_of_its_first_parameter() -> None:
    """Zipped parameters that are not adjacent change together, as often as the first of them would."""
    grid = Grid(of(a=[1, 2], b=[3, 4], c=[5, 6]), (("c", "a"),))
    assert list(grid.walk(0, 4, raw)) == [(1, 3, 5), (1, 4, 5), (2, 3, 6), (2, 4, 6)]


def test_a_long_axis_is_computed_while_it_is_walked() -> None:
    """An axis with more levels than the grid keeps in memory has the same points."""
    grid = Grid((*of(a=[1, 2]), Parameter("b", Range(0, 5000))))
    assert list(grid.walk(4990, 5010, raw)) == [tuple(grid.point(i).values()) for i in range(4990, 5010)]
    assert sum(1 for _ in grid.walk(0, 10_000, raw)) == 10_000


def test_ten_to_the_18_points_and_ten_to_the_12_shards_need_little_memory() -> None:
    """A huge grid, its plan, one shard and its first points need less than 512 KiB."""
    tracemalloc.start()
    try:
        grid = Grid(tuple(Parameter(f"p{axis}", Linspace(0, 1, 1000)) for axis in range(6)))
        plan = Plan(grid.size, 10**12)
        shard = plan.shard(10**12 - 1)
        points = list(itertools.islice(grid.walk(shard.start, shard.stop, raw), 10))
        assert grid.size == 10**18
        assert shard.stop == 10**18
        assert plan.shard_of(10**18 - 1) == shard
        assert points[0] == tuple(grid.point(shard.start).values())
        assert tracemalloc.get_traced_memory()[1] < 512 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("index", [-1, 4])
def test_an_index_outside_the_grid_is_an_error(index: int) -> None:
    """`point` raises `IndexError` outside `0..size-1`, and so does `walk` for a range beyond it."""
    grid = Grid(of(a=[1, 2], b=[3, 4]))
    with pytest.raises(IndexError, match="there are 4"):
        grid.point(index)
    with pytest.raises(IndexError, match="there are 4"):
        grid.walk(index, 5, raw)


@pytest.mark.parametrize(
    ("parameters", "groups", "path", "message"),
    [
        pytest.param((), (), "parameters", "is empty", id="no parameters"),
        pytest.param(of(a=[1]) + of(a=[2]), (), "parameters.a", "named twice", id="a name twice"),
        pytest.param(of(a=[1], b=[2]), ((),), "design.zip.0", "is empty", id="an empty zip group"),
        pytest.param(
            of(a=[1], b=[2]),
            (("a", "x"),),
            "design.zip.0",
            "x is not a parameter; there are a, b",
            id="an unknown name in a zip group",
        ),
        pytest.param(
            of(a=[1], b=[2, 3]), (("a", "b"),), "design.zip.0", "a has 1, b has 2", id="zipped levels of unequal size"
        ),
        pytest.param(
            of(a=[1], b=[2]), (("a", "b"), ("b",)), "design.zip", "b stands in it twice", id="a name in two zip groups"
        ),
        pytest.param(
            of(a=[1], b=[2]), (("a", "a"),), "design.zip", "a stands in it twice", id="a name twice in a zip group"
        ),
        pytest.param(
            of(**{f"p{k}": [1] for k in range(MOST_PARAMETERS + 1)}),
            (),
            "parameters",
            "at most 64",
            id="too many parameters",
        ),
    ],
)
def test_an_invalid_space_is_refused(
    parameters: tuple[Parameter, ...], groups: tuple[tuple[str, ...], ...], path: str, message: str
) -> None:
    """The error names the path and what is wrong there."""
    with pytest.raises(InvalidSweep, match=message) as raised:
        Grid(parameters, groups)
    assert raised.value.problems[0].path == path
