"""The kinds of a design's values: what a condition is checked against before there is a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import given

from domain.conditions.kind import EVERY_KIND, NUMBERS, Kind, kind_of
from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.point_kinds import any_kinds, kinds_of_points
from domain.designs.point_list import PointList
from domain.designs.random import RandomDesign
from domain.designs.replicated import Replicated
from domain.space.distributions.choices import Choices
from domain.space.kinds import PARAMETER_KINDS
from domain.space.linspace import Linspace
from domain.space.parameter import Parameter
from domain.space.scalars import Scalar
from domain.space.values import Values
from domain.space.when import When
from tests.fakes.constrained import Constrained, constrained
from tests.fakes.spaces import grids, point_lists

_PLAIN: dict[str, dict[str, float]] = {
    "linspace": {"start": 0, "stop": 1, "num": 2},
    "geomspace": {"start": 1, "stop": 2, "num": 2},
    "logspace": {"start": 0, "stop": 1, "num": 2},
    "range": {"start": 0, "stop": 2},
    "uniform": {"low": 0, "high": 1},
    "loguniform": {"low": 1, "high": 2},
    "normal": {"mean": 0, "sd": 1},
    "lognormal": {"mean": 0, "sd": 1},
    "truncnormal": {"mean": 0, "sd": 1, "low": 0, "high": 1},
    "triangular": {"low": 0, "mode": 0.5, "high": 1},
    "beta": {"a": 1, "b": 1},
    "integers": {"low": 0, "high": 1},
}


@given(grids() | point_lists() | constrained())
def test_every_value_is_of_a_kind_that_is_foreseen(given_: Design | Constrained) -> None:
    """No point of any design has a value of another kind."""
    design = given_.request.design if isinstance(given_, Constrained) else given_
    kinds = kinds_of_points(design)
    assert list(kinds) == list(design.names)
    for index in range(design.size):
        assert all(kind_of(value) in kinds[name] for name, value in design.point(index).items())


@pytest.mark.parametrize("kind", _PLAIN)
def test_computed_levels_and_distributions_are_numbers(kind: str) -> None:
    """Nothing is foreseen that would make a condition slower, or let a text pass for one of their values."""
    kinds: Mapping[str, Any] = PARAMETER_KINDS
    made = kinds[kind](**_PLAIN[kind])
    design = (
        Grid((Parameter("x", made),))
        if hasattr(kinds[kind], "size")
        else RandomDesign.of([Parameter("x", made)], points=1)
    )
    assert kinds_of_points(design) == {"x": NUMBERS}


def test_every_kind_of_the_tables_is_looked_at() -> None:
    """The one before has all kinds but those whose values are written out."""
    assert PARAMETER_KINDS.keys() - set(_PLAIN) == {"values", "choices"}


def test_written_values_are_of_their_own_kinds() -> None:
    """In a grid, among choices, in a list, and in the points before a sampled design."""
    values = (1, "a", None)
    kinds = {Kind.NUMBER, Kind.TEXT, Kind.NOTHING}
    assert kinds_of_points(Grid((Parameter("x", Values(values)),))) == {"x": kinds}
    assert kinds_of_points(PointList(("x",), ((1,), ("a",), (None,)))) == {"x": kinds}
    sampled = RandomDesign.of([Parameter("x", Choices(values))], points=2, first=[{"x": True}])
    assert kinds_of_points(sampled) == {"x": {*kinds, Kind.BOOLEAN}}


def test_a_replicate_is_a_number() -> None:
    """Beside the parameters of the design that is repeated."""
    design = Replicated(PointList(("x",), (("a",), (None,))), 2)
    assert kinds_of_points(design) == {"x": {Kind.TEXT, Kind.NOTHING}, "replicate": NUMBERS}


def test_a_parameter_that_need_not_exist_may_be_null() -> None:
    """To a condition it is null where it does not exist."""
    kind = Parameter("kind", Values(("svm", "tree")))
    design = Grid((kind, Parameter("c", Linspace(0, 1, 2), When.of({"kind": "svm"}))))
    assert kinds_of_points(design) == {"kind": {Kind.TEXT}, "c": {Kind.NUMBER, Kind.NOTHING}}


@dataclass(frozen=True)
class _Words:
    """Levels of a kind that is not ours, which has texts."""

    size: ClassVar[int] = 2

    def value(self, number: int) -> Scalar:
        return "ab"[number]


class _Unknown:
    """A design that is no kind of ours."""

    names = ("x", "y")
    parameters = ()


def test_of_what_is_not_known_every_kind_is_foreseen() -> None:
    """A condition over it looks at the kind of each value."""
    assert kinds_of_points(Grid((Parameter("x", _Words()), Parameter("y", Linspace(0, 1, 2))))) == {
        "x": EVERY_KIND,
        "y": NUMBERS,
    }
    unknown: Design = _Unknown()  # type: ignore[assignment]  # only its names are looked at
    assert kinds_of_points(unknown) == any_kinds(unknown) == {"x": EVERY_KIND, "y": EVERY_KIND}
