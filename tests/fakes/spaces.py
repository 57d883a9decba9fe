"""Hypothesis strategies for levels and designs."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.designs.replicated import HIGHEST_SEED, LOWEST_SEED, Replicated
from domain.space.geomspace import Geomspace
from domain.space.levels import Levels
from domain.space.linspace import Linspace
from domain.space.logspace import Logspace
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Scalar
from domain.space.values import Values

floats = st.floats(allow_nan=False, allow_infinity=False)
integers = st.integers(-(2**63), 2**63 - 1)
texts = st.text(st.characters(codec="utf-8"), max_size=5)
scalars: st.SearchStrategy[Scalar] = st.none() | st.booleans() | integers | floats | texts
names = st.from_regex(r"[a-c][a-z0-9]{0,3}_", fullmatch=True)


def levels(size: int) -> st.SearchStrategy[Levels]:
    """Return a strategy for levels of every kind with exactly this size."""
    modest = st.floats(-1e6, 1e6)
    positive = st.floats(1e-6, 1e6)
    return st.one_of(
        st.lists(scalars, min_size=size, max_size=size).map(lambda values: Values(tuple(values))),
        st.builds(Linspace, modest, modest, st.just(size)),
        st.builds(Geomspace, positive, positive, st.just(size)),
        st.builds(Logspace, st.floats(-9, 9), st.floats(-9, 9), st.just(size), st.floats(0.5, 20)),
        st.builds(lambda start, step: Range(start, start + size * step, step), st.integers(-99, 99), st.integers(1, 9)),
    )


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Return grids of up to five parameters, whose zip groups need not be of adjacent parameters."""
    labels = draw(st.lists(names, min_size=1, max_size=5, unique=True))
    axes = [draw(st.integers(0, len(labels) - 1)) for _ in labels]
    sizes = {axis: draw(st.integers(1, 4)) for axis in axes}
    parameters = tuple(Parameter(name, draw(levels(sizes[axis]))) for name, axis in zip(labels, axes, strict=True))
    groups = [tuple(name for name, own in zip(labels, axes, strict=True) if own == axis) for axis in sorted(sizes)]
    return Grid(parameters, tuple(group for group in groups if len(group) > 1 or draw(st.booleans())))


@st.composite
def point_lists(draw: st.DrawFn) -> PointList:
    """Return lists of up to eight points."""
    labels = tuple(draw(st.lists(names, min_size=1, max_size=4, unique=True)))
    rows = draw(st.lists(st.tuples(*[scalars] * len(labels)), min_size=1, max_size=8))
    return PointList(labels, tuple(rows))


def replicated() -> st.SearchStrategy[Replicated]:
    """Return a strategy for designs whose points are repeated up to three times."""
    return st.builds(
        Replicated, grids() | point_lists(), st.integers(1, 3), st.just(0) | st.integers(LOWEST_SEED, HIGHEST_SEED)
    )


def designs() -> st.SearchStrategy[Design]:
    """Return a strategy for designs of every kind."""
    return st.one_of(grids(), point_lists(), replicated())
