"""The sampled designs: what a distribution makes of a sequence's points, alone and together with a grid."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.kinds import DESIGN_KINDS
from domain.errors import InvalidSweep
from domain.sequences.sobol import Sobol
from domain.space.distributions.distribution import Distribution
from domain.space.distributions.normal import Normal
from domain.space.distributions.uniform import Uniform
from domain.space.levels import Levels
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Scalar
from domain.space.values import Values
from tests.fakes.spaces import sampled

KINDS = ["random", "latin_hypercube", "sobol", "halton", "saltelli"]
UNIT = Uniform(0, 1)
TWO = Values(("a", "b"))


def made(kind: str, sources: dict[str, Levels | Distribution], **options: Any) -> Design:  # noqa: ANN401 - as a document
    """Return a design of a kind over these parameters."""
    row: Any = DESIGN_KINDS[kind]
    design: Design = row.of([Parameter(name, source) for name, source in sources.items()], **options)
    return design


def raw(_: str, value: Scalar) -> Scalar:
    """Return the value unchanged."""
    return value


@given(sampled(), st.data())
def test_walk_yields_the_points_of_the_range(design: Design, data: st.DataObject) -> None:
    """For any range, with what `render` makes of each name and value, in the order of the parameters."""
    start = data.draw(st.integers(0, design.size))
    stop = data.draw(st.integers(start, design.size))
    walked = list(design.walk(start, stop, lambda name, value: (name, repr(value))))
    one_by_one = [tuple((k, repr(v)) for k, v in design.point(index).items()) for index in range(start, stop)]
    assert walked == one_by_one
    assert design.part(start, stop) is design
    for index in (-1, design.size):
        with pytest.raises(IndexError):
            design.point(index)


def test_a_value_is_the_quantile_of_its_coordinate() -> None:
    """The axes are the parameters in their order, those in `grid` left out."""
    design = made("sobol", {"x": Normal(2, 3), "g": TWO, "y": UNIT}, points=8, seed=5, grid=["g"])
    sequence = Sobol(2, 8, 5)
    for index in range(8):
        x, y = sequence.point(index)
        assert design.point(index) == {"x": Normal(2, 3).quantile(x), "g": "a", "y": y}


def test_a_grid_is_crossed_with_the_points() -> None:
    """Every combination of the grid's levels has all points, in the grid's order, the points fastest."""
    sources: dict[str, Levels | Distribution] = {"x": UNIT, "m": TWO, "n": Range(0, 3)}
    design = made("halton", sources, points=4, grid=["m", "n"])
    rows = list(design.walk(0, design.size, raw))
    assert design.size == len(rows) == 24
    assert [row[1:] for row in rows[::4]] == [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1), ("b", 2)]
    assert len({row[0] for row in rows}) == 4
    assert [row[0] for row in rows[:4]] * 6 == [row[0] for row in rows]


def test_first_points_stand_before_all_others() -> None:
    """As they are written, whatever the distribution; the rest is what it would be without them."""
    first = [{"x": 7, "m": "c"}, {"x": 0.5, "m": "a"}]
    design = made("random", {"x": UNIT, "m": TWO}, points=3, seed=1, first=first)
    assert [design.point(index) for index in range(2)] == first
    alone = made("random", {"x": UNIT, "m": TWO}, points=3, seed=1)
    assert list(design.walk(2, 5, raw)) == list(alone.walk(0, 3, raw))


def test_levels_are_equally_likely() -> None:
    """A Latin hypercube of as many strata as a multiple of the levels has each equally often."""
    design = made("latin_hypercube", {"m": TWO, "n": Range(0, 5)}, points=40, seed=3)
    for place, count in ((0, 20), (1, 8)):
        assert set(Counter(row[place] for row in design.walk(0, 40, raw)).values()) == {count}


@pytest.mark.parametrize("kind", ["random", "sobol", "halton"])
def test_more_points_keep_the_first_ones(kind: str) -> None:
    """With the same seed; a Latin hypercube is another one."""
    few, many = (list(made(kind, {"x": UNIT, "y": UNIT}, points=n, seed=3).walk(0, 10, raw)) for n in (10, 1000))
    assert few == many


@pytest.mark.parametrize("kind", KINDS)
def test_very_many_points_need_little_memory(kind: str) -> None:
    """A design of 10^12 points and some of its points need less than 2 MB."""
    tracemalloc.start()
    try:
        design = made(kind, {f"x{axis}": UNIT for axis in range(6)}, points=10**12, seed=1)
        assert len(list(islice(design.walk(design.size // 2, design.size, raw), 100))) == 100
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("kind", "sources", "options", "path", "message"),
    [
        pytest.param("sobol", {}, {}, "parameters", "is missing", id="no parameters"),
        pytest.param("sobol", {"x": UNIT}, {"points": 0}, "design.points", "at least 1", id="no points"),
        pytest.param(
            "sobol", {"x": Range(0, 2**60)}, {}, "parameters.x", "can be sampled", id="more levels than coordinates"
        ),
        pytest.param(
            "sobol",
            {"x": Normal(0, 1)},
            {"scramble": "none"},
            "parameters.x",
            "has no value at 0",
            id="a plain sequence begins where a normal has no value",
        ),
        pytest.param("halton", {"x": Normal(0, 1)}, {"scramble": False}, "parameters.x", "at 0", id="plain Halton"),
        pytest.param("random", {"x": UNIT}, {"grid": ["y"]}, "design.grid.0", "is not a parameter", id="unknown"),
        pytest.param(
            "random", {"x": UNIT, "m": TWO}, {"grid": ["m", "m"]}, "design.grid.1", "stands in it twice", id="twice"
        ),
        pytest.param("random", {"m": TWO}, {"grid": ["m"]}, "design.grid", "leaves none to sample", id="all in grid"),
        pytest.param(
            "random", {"x": UNIT, "y": UNIT}, {"grid": ["y"]}, "parameters.y", "has no levels", id="no levels in grid"
        ),
        pytest.param(
            "random", {"x": UNIT}, {"first": [{"y": 1}]}, "design.first.0", "must name exactly x", id="other names"
        ),
    ],
)
def test_nonsense_is_refused(
    kind: str, sources: dict[str, Levels | Distribution], options: dict[str, Any], path: str, message: str
) -> None:
    """The error names the path and says what is wrong there."""
    with pytest.raises(InvalidSweep, match=message) as caught:
        made(kind, sources, **{"points": 4, **options})
    assert [problem.path for problem in caught.value.problems] == [path]


def test_a_grid_refuses_a_distribution() -> None:
    """And names a design that samples it."""
    with pytest.raises(InvalidSweep, match=r"parameters\.x: is a distribution, which has no levels; sample it"):
        Grid((Parameter("x", UNIT),))
