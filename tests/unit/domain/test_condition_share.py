"""The share of the points that satisfy a condition is estimated from a few of them, the same ones each time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.condition_share import ConditionShare, _spread
from domain.designs.grid import Grid
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.range import Range


def _request(where: str | None, *sizes: int) -> SweepRequest:
    parameters = tuple(Parameter(name, Range(0, size)) for name, size in zip("xyz", sizes, strict=False))
    return SweepRequest("toy", "m:f", Grid(parameters), {"c": 3}).constrained(where)


def test_without_a_condition_there_is_no_share() -> None:
    """Nothing is looked at."""
    assert ConditionShare.of(_request(None, 10)) is None


def test_of_few_points_all_are_looked_at() -> None:
    """The share is exact, and points at which the condition has no answer are counted apart."""
    share = ConditionShare.of(_request("6 // x >= c", 10))
    assert share == ConditionShare(10, 2, 1, 10)
    assert (share.share, share.is_exact) == (0.2, True)


@given(st.integers(1, 10**30))
def test_the_points_are_spread_over_all_indices(size: int) -> None:
    """One is in each of a thousand equal parts, whatever the size."""
    indices = list(_spread(size))
    count = min(size, 1000)
    assert len(indices) == count
    assert [
        index for part, index in enumerate(indices) if not part * size // count <= index < (part + 1) * size // count
    ] == []
    assert list(_spread(size)) == indices


@pytest.mark.parametrize("axis", ["x", "y", "z"])
@pytest.mark.parametrize("size", [10, 1000, 10**6], ids="{} levels".format)
def test_no_axis_is_met_at_the_same_levels_again_and_again(axis: str, size: int) -> None:
    """A condition on one axis alone has its own share: 0.3, within five standard deviations."""
    share = ConditionShare.of(_request(f"{axis} < {size} * 0.3", size, size, size))
    assert share
    assert abs(share.share - 0.3) < 5 * (0.3 * 0.7 / 1000) ** 0.5
    assert share.is_exact == (size == 10)
