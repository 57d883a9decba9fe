"""The limits of a deployment."""

from __future__ import annotations

import pytest

from domain.designs.grid import Grid
from domain.errors import InvalidSweep
from domain.limits import Limits
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
