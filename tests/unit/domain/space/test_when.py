"""The condition on which a parameter exists: what it says, and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import InvalidSweep
from domain.space.scalars import Scalar
from domain.space.when import When


def test_a_condition_holds_where_each_of_its_parameters_has_one_of_its_values() -> None:
    """A parameter that a point lacks has none of them, not even null; 1.0 is 1, and true is not."""
    when = When.of({"kind": ["svm", None], "n": 1})
    assert when.names == ("kind", "n")
    assert when.holds({"kind": "svm", "n": 1.0})
    assert when.holds({"kind": None, "n": 1, "x": 3})
    others: list[dict[str, Scalar]] = [{"kind": "tree", "n": 1}, {"kind": "svm", "n": True}, {"n": 1}, {}]
    for point in others:
        assert not when.holds(point)


def test_conditions_are_equal_whatever_their_order() -> None:
    """That of the parameters, and that of the values of each; but true is not 1."""
    when = When.of({"a": [1, 2], "b": "x"})
    assert when == When.of({"b": ["x"], "a": [2.0, 1]})
    assert hash(when) == hash(When.of({"b": ["x"], "a": [2.0, 1]}))
    assert When.of({"a": 1}) != When.of({"a": True})


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param({}, "^is empty; name a parameter", id="no parameter"),
        pytest.param({"a": []}, "^a: is empty; give at least one value", id="no value"),
        pytest.param({"a": [1, float("nan")]}, r"^a\.1: must be a finite number", id="no number"),
        pytest.param({"a": [1, 2, 1.0]}, r"^a\.2: stands in it twice", id="twice"),
    ],
)
def test_what_is_no_condition_is_refused(document: dict[str, Any], message: str) -> None:
    """The message names the place within the condition."""
    with pytest.raises(InvalidSweep, match=message):
        When.of(document)
