"""Hypothesis strategies for requests with a condition, and which of their points Python's own evaluation keeps."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import assume
from hypothesis import strategies as st

from domain.designs.design import Design, Point
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.designs.random import RandomDesign
from domain.errors import InvalidSweep
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.distributions.choices import Choices
from domain.space.distributions.uniform import Uniform
from domain.space.parameter import Parameter
from domain.space.values import Values
from tests.fakes.conditions import ORACLE, Rendered, conditions, points

_NAMES = ("x", "y", "n", "kind", "flag", "mixed", "any")


@dataclass(frozen=True, slots=True)
class Constrained:
    """A request, and its condition for Python."""

    request: SweepRequest
    condition: Rendered

    def in_shards(self, shards: int) -> SweepRequest:
        """Return the request in so many shards, or in one for each point."""
        one = self.request
        cut = ShardCount(min(shards, one.design.size))
        plain = SweepRequest(one.name, one.target, one.design, one.constants, cut)
        return plain.constrained(self.condition.ours)

    def keeps(self, point: Point) -> bool:
        """Return whether a point satisfies the condition, by Python's evaluation."""
        return bool(eval(self.condition.python, dict(ORACLE), dict(point)))  # noqa: S307 - the oracle, of our own text


@st.composite
def lists(draw: st.DrawFn) -> PointList:
    """Return lists of points with values of every kind."""
    rows = draw(st.lists(points, min_size=1, max_size=12))
    return PointList(_NAMES, tuple(tuple(row[name] for name in _NAMES) for row in rows))


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Return grids of values of every kind."""
    rows = draw(st.lists(points, min_size=2, max_size=2))
    kept = draw(st.lists(st.sampled_from(_NAMES), max_size=4, unique=True))
    values = {name: [row[name] for row in rows[: 1 + (name in kept)]] for name in _NAMES}
    return Grid(tuple(Parameter(name, Values(tuple(one))) for name, one in values.items()))


@st.composite
def sampled(draw: st.DrawFn) -> RandomDesign:
    """Return random designs, with points of other kinds before them."""
    rows = draw(st.lists(points, min_size=3, max_size=3))
    choices = [Parameter(name, Choices(tuple(row[name] for row in rows))) for name in _NAMES[1:]]
    first = draw(st.lists(points, max_size=2))
    return RandomDesign.of([Parameter("x", Uniform(-3, 3)), *choices], points=draw(st.integers(1, 12)), first=first)


@st.composite
def constrained(draw: st.DrawFn) -> Constrained:
    """Return requests over any space with any condition that makes sense there."""
    design: Design = draw(lists() | grids() | sampled())
    condition = draw(conditions)
    try:
        request = SweepRequest("toy", "m:f", design).constrained(condition.ours)
    except InvalidSweep:
        assume(False)  # noqa: FBT003 - hypothesis's own call
    return Constrained(request, condition)
