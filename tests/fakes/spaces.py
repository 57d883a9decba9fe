"""Hypothesis strategies for levels and designs."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.kinds import DESIGN_KINDS
from domain.designs.point_list import PointList
from domain.designs.replicated import HIGHEST_SEED, LOWEST_SEED, Replicated
from domain.space.distributions.choices import Choices
from domain.space.distributions.distribution import Distribution
from domain.space.distributions.integers import Integers
from domain.space.distributions.lognormal import Lognormal
from domain.space.distributions.loguniform import Loguniform
from domain.space.distributions.normal import Normal
from domain.space.distributions.triangular import Triangular
from domain.space.distributions.uniform import Uniform
from domain.space.geomspace import Geomspace
from domain.space.levels import Levels
from domain.space.linspace import Linspace
from domain.space.logspace import Logspace
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Scalar
from domain.space.values import Values
from domain.space.when import When, member

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
def conditional_grids(draw: st.DrawFn) -> Grid:
    """Return grids of up to five axes, of one or two parameters, that may exist by the values of parameters before."""
    parameters: list[Parameter] = []
    groups: list[tuple[str, ...]] = []
    for number in range(draw(st.integers(2, 5))):
        deciding = (
            draw(st.lists(st.sampled_from(parameters), max_size=2, unique_by=lambda one: one.name)) if number else []
        )
        when = When(tuple((one.name, draw(_some_values(one.levels))) for one in deciding)) if deciding else None
        size = draw(st.integers(1, 3))
        members = tuple(f"{letter}{number}" for letter in draw(st.sampled_from(["p", "pq"])))
        parameters += [Parameter(name, draw(distinct_levels(size)), when) for name in members]
        groups += [members] if len(members) > 1 else []
    moved = draw(st.booleans())
    return Grid(tuple(_apart(parameters) if moved else parameters), tuple(groups))


def distinct_levels(size: int) -> st.SearchStrategy[Levels]:
    """Return a strategy for distinct levels with this size."""
    several = st.lists(scalars, min_size=size, max_size=size, unique_by=member)
    return several.map(lambda values: Values(tuple(values))) | st.just(Range(0, size)) | st.just(Linspace(0, 1, size))


def _some_values(levels: Levels) -> st.SearchStrategy[tuple[Scalar, ...]]:
    values = [levels.value(number) for number in range(levels.size)]
    return st.lists(st.sampled_from(values), min_size=1, max_size=levels.size, unique_by=member).map(tuple)


def _apart(parameters: list[Parameter]) -> list[Parameter]:
    """Return the parameters with the second ones of groups after all others, but for those that decide."""
    deciding = {name for one in parameters if one.when for name in one.when.names}
    last = [one for one in parameters if one.name.startswith("q") and one.name not in deciding]
    return [one for one in parameters if one not in last] + last


@st.composite
def point_lists(draw: st.DrawFn) -> PointList:
    """Return lists of up to eight points."""
    labels = tuple(draw(st.lists(names, min_size=1, max_size=4, unique=True)))
    rows = draw(st.lists(st.tuples(*[scalars] * len(labels)), min_size=1, max_size=8))
    return PointList(labels, tuple(rows))


def distributions() -> st.SearchStrategy[Distribution]:
    """Return a strategy for distributions of every kind, none of which takes long to sample."""
    modest, positive = st.floats(-1e3, 1e3), st.floats(1e-3, 1e3)
    return st.one_of(
        st.builds(lambda low, span: Uniform(low, low + span), modest, positive),
        st.builds(lambda low, factor: Loguniform(low, low * (1 + factor)), positive, positive),
        st.builds(Normal, modest, positive),
        st.builds(Lognormal, st.floats(-9, 9), st.floats(0.1, 3)),
        st.builds(lambda low, span: Triangular(low, low + span / 2, low + span), modest, positive),
        st.builds(lambda low, span: Integers(low, low + span), st.integers(-99, 99), st.integers(1, 99)),
        st.lists(scalars, min_size=1, max_size=4).map(lambda values: Choices(tuple(values))),
    )


@st.composite
def sampled(draw: st.DrawFn) -> Design:
    """Return sampled designs of every kind, some crossed with a grid, some with points before the sampled ones."""
    labels = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    kind = draw(st.sampled_from(["random", "latin_hypercube", "sobol", "halton", "saltelli"]))
    drawn = [Parameter(name, draw(distributions() | levels(draw(st.integers(1, 4))))) for name in labels]
    options: dict[str, Any] = {"points": draw(st.integers(1, 9)), "seed": draw(integers)}
    if kind != "saltelli":
        crossed = [Parameter(f"g{number}", draw(levels(2))) for number in range(draw(st.integers(0, 2)))]
        parameters = draw(st.permutations([*drawn, *crossed]))
        first = {one.name: one.distribution.quantile(0.5) for one in parameters}
        mixed = {"grid": [one.name for one in crossed], "first": [first] * draw(st.integers(0, 2))}
        return _made(kind, parameters, {**options, **mixed})
    return _made(kind, drawn, options)


def _made(kind: str, parameters: list[Parameter], options: dict[str, Any]) -> Design:
    row: Any = DESIGN_KINDS[kind]  # each has an `of`, with its own options
    made: Design = row.of(parameters, **options)
    return made


def replicated() -> st.SearchStrategy[Replicated]:
    """Return a strategy for designs whose points are repeated up to three times."""
    repeated = st.one_of(grids(), point_lists(), conditional_grids(), sampled())
    return st.builds(Replicated, repeated, st.integers(1, 3), st.just(0) | st.integers(LOWEST_SEED, HIGHEST_SEED))


def designs() -> st.SearchStrategy[Design]:
    """Return a strategy for designs of every kind."""
    return st.one_of(grids(), point_lists(), conditional_grids(), sampled(), replicated())
