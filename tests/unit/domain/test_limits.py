"""The limits of a deployment."""

from __future__ import annotations

import pytest

from domain.designs.grid import Grid
from domain.errors import InvalidSweep
from domain.limits import Limits
from domain.plan import MaxPointsPerShard, ShardCount, Sharding
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.values import Values

REQUEST = SweepRequest("s", None, Grid((Parameter("a", Values((1, 2, 3))),)))
FREE = Limits(max_shards=3, max_payload_bytes=100, default_target="m:f")


def test_only_a_missing_target_is_replaced_by_the_default() -> None:
    """A request without a target gets the default one; a request with a target keeps it."""
    admitted = FREE.admit(REQUEST)
    assert admitted.target == "m:f"
    assert FREE.admit(SweepRequest("s", "m:g", REQUEST.design)).target == "m:g"


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        pytest.param(
            Limits(2, 100, default_target="m:f"), "sharding: gives 3 shards, and at most 2", id="too many shards"
        ),
        pytest.param(
            Limits(3, 100, frozenset({"m:h", "m:g"}), "m:f"),
            "target: is not allowed here; allowed are m:g, m:h",
            id="a target that is not allowed",
        ),
    ],
)
def test_requests_beyond_the_limits_are_refused(limits: Limits, message: str) -> None:
    """The error names the path and the limit."""
    with pytest.raises(InvalidSweep, match=message):
        limits.admit(REQUEST)


def test_a_request_without_a_target_can_be_planned_and_not_run() -> None:
    """`admit` accepts a request without a target. `require_target` raises `InvalidSweep`."""
    admitted = Limits(3, 100).admit(REQUEST)
    with pytest.raises(InvalidSweep, match="target: is missing; name the function"):
        admitted.require_target()
    assert FREE.admit(REQUEST).require_target() == "m:f"


def test_a_payload_may_have_the_largest_size() -> None:
    """One byte more is refused, and the error names a remedy."""
    FREE.check_payload(100)
    with pytest.raises(InvalidSweep, match=r"101 bytes, and at most 100 .* use smaller constants"):
        FREE.check_payload(101)


def request_of(parameters: int, sharding: Sharding) -> SweepRequest:
    """Return a request over so many parameters of five values each."""
    values = Values((1, 2, 3, 4, 5))
    return SweepRequest(
        "s", "m:f", Grid(tuple(Parameter(f"p{number}", values) for number in range(parameters))), {}, sharding
    )


@pytest.mark.parametrize(
    ("parameters", "sharding", "message"),
    [
        pytest.param(
            4,
            ShardCount(2),
            "sharding: gives shards of 313 points, and at most 100 are allowed here; ask for at least 7 shards",
            id="more shards help",
        ),
        pytest.param(
            64,
            ShardCount(100),
            "sharding: gives shards of about 10^42 points, and at most 100 are allowed here; "
            "a sweep can have 100,000 points here: use fewer values",
            id="no number of shards helps",
        ),
        pytest.param(
            64,
            MaxPointsPerShard(100),
            "sharding: gives about 10^42 shards, and at most 1,000 are allowed here; use fewer",
            id="too many shards",
        ),
    ],
)
def test_points_per_shard_are_bounded(parameters: int, sharding: Sharding, message: str) -> None:
    """A sweep that can never end is refused, and the message says what to do."""
    with pytest.raises(InvalidSweep) as raised:
        Limits(1000, 100, max_points_per_shard=100).admit(request_of(parameters, sharding))
    assert str(raised.value) == message


def test_a_shard_may_have_as_many_points_as_are_allowed() -> None:
    """One point more in the largest shard is refused; the default bound is a million."""
    limits = Limits(1000, 100, max_points_per_shard=125)
    assert limits.admit(request_of(4, ShardCount(5))).plan.points_per_shard == (125, 125)
    with pytest.raises(InvalidSweep, match="gives shards of 157 points, and at most 125"):
        limits.admit(request_of(4, ShardCount(4)))
    assert Limits(1000, 100).max_points_per_shard == 1_000_000
