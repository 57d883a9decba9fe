"""The grid whose parameters exist only where others have certain values, compared with itertools."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.designs.design import Point
from domain.designs.grid import Grid
from domain.designs.lookup import index_of
from domain.designs.whole import walk_whole
from domain.errors import InvalidSweep
from domain.space.distributions.choices import Choices
from domain.space.distributions.distribution import Distribution
from domain.space.distributions.uniform import Uniform
from domain.space.levels import Levels
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Scalar
from domain.space.values import Values
from domain.space.when import When, member
from tests.fakes.spaces import conditional_grids, grids

_SVM = When.of({"kind": "svm"})
_KIND = Parameter("kind", Values(("svm", "tree", "forest")))


def _exact(point: Point) -> list[tuple[str, tuple[bool, Scalar]]]:
    return [(name, member(value)) for name, value in point.items()]


def by_itertools(grid: Grid) -> list[Point]:
    """Return every point, from the product in memory: what does not exist is left out, and each point stays once."""
    groups = {name: tuple(sorted(group, key=grid.names.index)) for group in grid.zip for name in group}
    axes = list(dict.fromkeys(groups.get(name, (name,)) for name in grid.names))
    levels = {one.name: one.levels for one in grid.parameters}
    points: dict[str, Point] = {}
    for rows in itertools.product(*(range(levels[axis[0]].size) for axis in axes)):
        chosen = {name: levels[name].value(row) for axis, row in zip(axes, rows, strict=True) for name in axis}
        point: Point = {}
        for one in grid.parameters:
            conditions = one.when.values if one.when else ()
            if all(
                name in point and any(member(point[name]) == member(value) for value in values)
                for name, values in conditions
            ):
                point[one.name] = chosen[one.name]
        points.setdefault(str(_exact(point)), point)
    return list(points.values())


@given(conditional_grids())
def test_the_points_are_those_of_the_product_each_once(grid: Grid) -> None:
    """The size, the order and every point are those of itertools.product without what does not exist."""
    expected = by_itertools(grid)
    points = [grid.point(index) for index in range(grid.size)]
    assert list(map(_exact, points)) == list(map(_exact, expected))
    assert len({str(_exact(point)) for point in points}) == grid.size


@given(conditional_grids(), st.data())
def test_walk_yields_the_points_of_any_range(grid: Grid, data: st.DataObject) -> None:
    """`walk(start, stop)` yields what `point` returns for each index."""
    start = data.draw(st.integers(0, grid.size))
    stop = data.draw(st.integers(start, grid.size))
    walked = list(grid.walk(start, stop, lambda name, value: (name, member(value))))
    assert walked == [tuple(_exact(grid.point(index))) for index in range(start, stop)]


@given(grids() | conditional_grids())
def test_the_rows_of_a_point_are_places_in_an_array(grid: Grid) -> None:
    """Each point has a place of its own: its row of each axis, or the place after the last row of a missing one."""
    rows = [grid.rows(index) for index in range(grid.size)]
    assert len(set(rows)) == grid.size
    for index, found in enumerate(rows):
        values = {
            one.name: one.levels.value(row)
            for axis, row in zip(grid.axes, found, strict=True)
            for one in axis
            if row < one.levels.size
        }
        assert {name: repr(value) for name, value in grid.point(index).items()} == {
            name: repr(values[name]) for name in grid.names if name in values
        }


@given(conditional_grids(), st.data())
def test_a_point_is_found_by_values_and_by_what_it_lacks(grid: Grid, data: st.DataObject) -> None:
    """Null stands for a parameter that does not exist; points are counted as brute force does."""
    index = data.draw(st.integers(0, grid.size - 1))
    named = data.draw(st.sets(st.sampled_from(grid.names))) or set(grid.names)
    wanted = {name: grid.point(index).get(name) for name in named}
    points = walk_whole(grid, 0, grid.size, lambda name, value: (name, value))
    fitting = [
        number
        for number, parts in enumerate(points)
        if all(name not in wanted or member(value) == member(wanted[name]) for name, value in parts)
    ]
    if len(fitting) == 1:
        assert index_of(grid, wanted) == index
    else:
        with pytest.raises(InvalidSweep, match=rf"{len(fitting):,} points .* first is point {fitting[0]};"):
            index_of(grid, wanted)


def test_of_several_points_what_tells_them_apart_is_named() -> None:
    """It is a parameter that exists at the first of them."""
    grid = Grid((_KIND, Parameter("C", Values((0.1, 1)), _SVM), Parameter("run", Range(0, 2))))
    with pytest.raises(InvalidSweep, match="2 points have these values, the first is point 4; name run too"):
        index_of(grid, {"kind": "tree"})
    with pytest.raises(InvalidSweep, match="no point has all of these values together"):
        index_of(grid, {"kind": "tree", "C": 1})


def test_a_grid_of_two_models_has_no_dummy_points() -> None:
    """Each model's points have its own parameters, and the last one that exists varies fastest."""
    depth = Parameter("depth", Values((2, 4)), When.of({"kind": ["tree", "forest"]}))
    trees = Parameter("trees", Values((10, 20)), When.of({"kind": "forest", "depth": 4}))
    grid = Grid((_KIND, Parameter("C", Values((0.1, 1)), _SVM), depth, trees))
    assert [tuple(grid.point(index).values()) for index in range(grid.size)] == [
        ("svm", 0.1),
        ("svm", 1),
        ("tree", 2),
        ("tree", 4),
        ("forest", 2),
        ("forest", 4, 10),
        ("forest", 4, 20),
    ]


def test_a_parameter_exists_only_if_all_that_it_depends_on_do() -> None:
    """Where a parameter does not exist, those do not that depend on it, whatever their own levels."""
    inner = Parameter("inner", Values((1, 2)), When.of({"C": 1}))
    grid = Grid((_KIND, Parameter("C", Values((1,)), _SVM), inner))
    assert [len(grid.point(index)) for index in range(grid.size)] == [3, 3, 1, 1]


def test_true_is_not_one() -> None:
    """A condition tells values apart as a lookup does: 1.0 is 1, and true is not."""
    grid = Grid((Parameter("a", Values((1, True))), Parameter("b", Range(0, 2), When.of({"a": 1.0}))))
    assert [dict(grid.point(index)) for index in range(3)] == [{"a": 1, "b": 0}, {"a": 1, "b": 1}, {"a": True}]


def test_very_many_points_need_no_more_memory_than_few() -> None:
    """A point in the middle of 10^18 is found, and the walk goes on from it, in 4 megabytes."""
    tracemalloc.start()
    names = [f"p{number}" for number in range(12)]
    conditions = [None, *(When.of({name: list(range(500))}) for name in names)]
    grid = Grid(tuple(Parameter(name, Range(0, 1000), when) for name, when in zip(names, conditions, strict=False)))
    middle = grid.size // 2
    walked = list(grid.walk(middle, middle + 3, lambda name, value: (name, value)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grid.size > 10**18
    assert peak < 4 << 20
    assert list(map(dict, walked)) == [grid.point(middle + number) for number in range(3)]


@pytest.mark.parametrize(
    ("when", "message"),
    [
        pytest.param({"C": 1}, r"C\.when\.C: is a condition of C on itself; name a parameter that", id="itself"),
        pytest.param({"z": 1}, r"C\.when\.z: stands after C; put it before C", id="later"),
        pytest.param(
            {"kin": 1}, r"C\.when\.kin: is not a parameter; before C there are kind, many, x, w", id="unknown"
        ),
        pytest.param({"kind": "swm"}, r"C\.when\.kind\.0: is none of the 3 levels of kind; write", id="no level"),
        pytest.param({"kind": ["svm", 1]}, r"C\.when\.kind\.1: is none of the 3 levels", id="second is no level"),
        pytest.param({"many": 1}, r"C\.when\.many: has 1,001 levels; .* has at most 1,000", id="too many levels"),
        pytest.param({"x": 1}, r"C\.when\.x: is a distribution, whose values cannot be named", id="distribution"),
        pytest.param({"w": 2}, r"C\.when\.w\.0: is none of the 1 levels of w", id="choices"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(when: dict[str, Scalar], message: str) -> None:
    """The message names the place, and what would be right."""
    sources: dict[str, Levels | Distribution] = {
        "kind": _KIND.source,
        "many": Range(0, 1001),
        "x": Uniform(0, 1),
        "w": Choices((1,)),
    }
    before = [Parameter(name, source) for name, source in sources.items()]
    after = Parameter("z", Range(0, 2))
    with pytest.raises(InvalidSweep, match=message):
        Grid((*before, Parameter("C", Range(0, 2), When.of(when)), after))


def test_the_first_parameter_has_none_before_it() -> None:
    """So a condition of it on an unknown one is refused in other words."""
    with pytest.raises(InvalidSweep, match=r"a\.when\.b: is not a parameter; none stands before a"):
        Grid((Parameter("a", Range(0, 2), When.of({"b": 1})),))


@pytest.mark.parametrize("when", [None, When.of({"kind": "tree"})], ids=["none", "another"])
def test_zipped_parameters_exist_together(when: When | None) -> None:
    """Parameters that advance together need the same condition."""
    axes = (_KIND, Parameter("a", Range(0, 2), _SVM), Parameter("b", Range(0, 2), when))
    with pytest.raises(InvalidSweep, match=r"design\.zip\.0: .* give a and b the same `when`, or none"):
        Grid(axes, (("a", "b"),))


def test_conditions_that_are_too_entangled_are_refused() -> None:
    """A worker makes the diagram anew for each shard, so it is bounded."""
    several = [Parameter(f"a{number}", Range(0, 2)) for number in range(16)]
    ones = [Parameter(f"b{number}", Range(0, 2), When.of({f"a{number}": 1})) for number in range(16)]
    with pytest.raises(InvalidSweep, match="parameters: exist in too many combinations"):
        Grid((*several, *ones))


def test_a_point_is_found_where_levels_that_are_apart_lead_to_the_same() -> None:
    """What follows the first and the last kind is one part of the diagram, which is counted for both of them."""
    grid = Grid(
        (Parameter("kind", Values(("a", "b", "c"))), Parameter("x", Range(0, 2), When.of({"kind": ("a", "c")})))
    )
    assert index_of(grid, {"kind": "c", "x": 1}) == 4
    with pytest.raises(InvalidSweep, match="2 points have these values, the first is point 1; name kind too"):
        index_of(grid, {"x": 1})
