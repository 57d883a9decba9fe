"""Sampled designs whose parameters exist only where others have certain values."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.designs.existing import Existing
from domain.designs.latin_hypercube import LatinHypercubeDesign
from domain.designs.point_list import PointList
from domain.designs.random import RandomDesign
from domain.designs.saltelli import SaltelliDesign
from domain.designs.whole import walk_whole
from domain.errors import InvalidSweep
from domain.space.distributions.choices import Choices
from domain.space.distributions.uniform import Uniform
from domain.space.parameter import Parameter
from domain.space.values import Values
from domain.space.when import When

_SVM = When.of({"kind": "svm"})
_KIND = Parameter("kind", Values(("svm", "tree")))
_SPACE = (
    Parameter("x", Uniform(0, 1)),
    _KIND,
    Parameter("C", Uniform(1, 2), _SVM),
    Parameter("depth", Values((2, 4)), When.of({"kind": "tree"})),
    Parameter("deep", Uniform(3, 4), When.of({"depth": 4})),
)
_WITHOUT = tuple(Parameter(one.name, one.source) for one in _SPACE)


@pytest.mark.parametrize("grid", [(), ("kind",), ("kind", "depth")], ids=["none", "deciding", "both"])
@given(st.integers(1, 12), st.integers(0, 9), st.data())
def test_a_point_is_that_of_the_design_without_conditions_but_for_what_does_not_exist(
    grid: tuple[str, ...], points: int, seed: int, data: st.DataObject
) -> None:
    """Every axis is drawn, so that a condition changes no other value; only a crossed grid has fewer combinations."""
    design = RandomDesign.of(_SPACE, points=points, seed=seed, grid=grid)
    whole = RandomDesign.of(_WITHOUT, points=points, seed=seed, grid=grid)
    combined = [("svm",), ("tree", 2), ("tree", 4)] if "depth" in grid else [("svm",), ("tree",)]
    assert design.size == (len(combined) if grid else 1) * points
    expected = []
    for index in range(whole.size):
        point = whole.point(index)
        point = {name: value for name, value in point.items() if name != "C" or point["kind"] == "svm"}
        point = {name: value for name, value in point.items() if name != "depth" or point["kind"] == "tree"}
        point = {name: value for name, value in point.items() if name != "deep" or point.get("depth") == 4}
        if point not in expected:
            expected.append(point)
    assert [design.point(index) for index in range(design.size)] == expected
    start = data.draw(st.integers(0, design.size))
    stop = data.draw(st.integers(start, design.size))
    walked = [dict(parts) for parts in design.walk(start, stop, lambda name, value: (name, value))]
    assert walked == expected[start:stop]
    assert all(tuple(point) == tuple(name for name in design.names if name in point) for point in walked)


def test_what_exists_of_other_points_has_the_names_of_all_parameters() -> None:
    """Also of those that a point lacks."""
    points = Existing(PointList(("kind", "C"), (("tree", 1), ("svm", 2))), (_KIND, _SPACE[2]))
    assert (points.names, points.size) == (("kind", "C"), 2)
    assert [points.point(0), points.point(1)] == [{"kind": "tree"}, {"kind": "svm", "C": 2}]


def test_a_choice_with_weights_can_decide() -> None:
    """Its values are named as those of a list."""
    kind = Parameter("kind", Choices(("svm", "tree"), (0.25, 0.75)))
    design = LatinHypercubeDesign.of((kind, Parameter("C", Uniform(0, 1), _SVM)), points=8, seed=1)
    assert sorted(len(design.point(index)) for index in range(8)) == [1] * 6 + [2] * 2


def test_the_first_points_name_what_exists_by_their_values() -> None:
    """They come back from the options as they were written."""
    first: list[dict[str, Any]] = [{"kind": "svm", "C": 1.5}, {"kind": "tree"}]
    design = RandomDesign.of((_KIND, _SPACE[2]), points=3, seed=1, first=first)
    assert design.size == 5
    assert [design.point(0), design.point(1)] == first
    assert design.options()["first"] == first


@pytest.mark.parametrize(
    ("point", "names"),
    [
        pytest.param({"kind": "tree", "C": 1.5}, "kind", id="too many"),
        pytest.param({"kind": "svm"}, "kind, C", id="too few"),
        pytest.param({"C": 1.5}, "kind", id="no deciding one"),
    ],
)
def test_a_first_point_with_other_names_is_refused(point: dict[str, Any], names: str) -> None:
    """The message has those that exist."""
    with pytest.raises(InvalidSweep, match=rf"design\.first\.1: must name exactly {names}, which exist by its values"):
        RandomDesign.of((_KIND, _SPACE[2]), points=3, first=[{"kind": "tree"}, point])


@pytest.mark.parametrize("grid", [("depth",), ("depth", "kind")], ids=["sampled", "later"])
def test_what_is_crossed_can_depend_on_what_is_crossed_before_it_alone(grid: tuple[str, ...]) -> None:
    """A combination of the grid has all points of the sequence, whose values cannot decide over it."""
    with pytest.raises(InvalidSweep, match=r"design\.grid\.0: depth exists by the values of kind; put kind before it"):
        RandomDesign.of(_SPACE, points=3, grid=grid)


def test_a_sensitivity_analysis_needs_every_parameter() -> None:
    """Its indices are made of all axes."""
    with pytest.raises(InvalidSweep, match=r"parameters\.C\.when: cannot stand here: the indices of a saltelli design"):
        SaltelliDesign.of((_KIND, _SPACE[2]), points=4)


def test_points_can_be_walked_with_null_for_what_does_not_exist() -> None:
    """So that each part stands at the place of its parameter."""
    design = RandomDesign.of(_SPACE, points=9, seed=1)
    whole = walk_whole(design, 2, 9, lambda name, value: (name, value))
    for index, parts in zip(itertools.count(2), whole, strict=False):
        assert parts == tuple((name, design.point(index).get(name)) for name in design.names)
