"""A sweep takes values from an earlier one only where both call the same target with the same keywords."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated
from domain.errors import InvalidSweep
from domain.extension import check_same_calls
from domain.request import SweepRequest

POINTS = PointList(("x", "y"), ((1, 2),))
EARLIER = SweepRequest("lab", "toy:f", POINTS, {"a": {"b": [1, None], "c": "d"}, "e": 1.0})


def check(earlier: SweepRequest = EARLIER, **other: object) -> None:
    """Check an extension that differs from the earlier sweep."""
    changes: Any = other
    later = replace(EARLIER, **changes)
    check_same_calls(earlier, later.require_target(), later.design, later.constants)


def test_other_points_names_and_orders_of_constants_may_differ() -> None:
    """They change no value of a point that both have."""
    check(design=PointList(("x", "y"), ((3, 4), (1, 2))), name="other", where=None)
    check(constants={"e": 1.0, "a": {"c": "d", "b": [1, None]}})
    repeated = replace(EARLIER, design=Replicated(POINTS, 2, 7))
    check(repeated, design=Replicated(POINTS, 5, 7))


@pytest.mark.parametrize(
    ("other", "message"),
    [
        pytest.param({"target": "toy:g"}, "evaluates toy:f, and this sweep toy:g", id="target"),
        pytest.param({"constants": {}}, "has other constants", id="no constants"),
        pytest.param({"constants": {"a": {"b": [1, None], "c": "d"}, "e": 1}}, "has other constants", id="1 for 1.0"),
        pytest.param(
            {"constants": {"a": {"b": [True, None], "c": "d"}, "e": 1.0}}, "has other constants", id="true for 1"
        ),
        pytest.param(
            {"design": PointList(("y", "x"), ((1, 2),))},
            "has the parameters x, y, and this sweep y, x; it needs the same ones in the same order",
            id="order of parameters",
        ),
        pytest.param({"design": Replicated(POINTS, 2)}, "this sweep x, y, replicate", id="replicates of none"),
    ],
)
def test_what_changes_the_calls_is_refused(other: dict[str, Any], message: str) -> None:
    """The message says what is different."""
    with pytest.raises(InvalidSweep, match=f"^extends: .*{message}"):
        check(**other)


def test_another_base_seed_is_refused() -> None:
    """The target would get other random numbers at the same point."""
    repeated = replace(EARLIER, design=Replicated(POINTS, 2, 7))
    with pytest.raises(InvalidSweep, match="extends: has the base seed 7 of its replicates, and this sweep 8"):
        check(repeated, design=Replicated(POINTS, 2, 8))


@pytest.mark.parametrize("extends", ["", "../lab-000000000001", "lab 1", "a" * 78])
def test_a_request_extends_nothing_that_is_no_id(extends: str) -> None:
    """It would be a part of a path."""
    with pytest.raises(InvalidSweep, match="extends: is no id of a sweep"):
        replace(EARLIER, extends=extends)
