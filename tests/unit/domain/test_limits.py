"""What a deployment allows."""

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


def test_a_missing_target_is_filled_in_and_a_given_one_stays() -> None:
    """The deployment's target is only a default."""
    admitted = FREE.admit(REQUEST)
    assert admitted.target == "m:f"
    assert FREE.admit(SweepRequest("s", "m:g", REQUEST.design)).target == "m:g"


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(2, 100, default_target="m:f"), "sharding: gives 3 shards, and at most 2"),
        (Limits(3, 100, frozenset({"m:h", "m:g"}), "m:f"), "target: is not allowed here; allowed are m:g, m:h"),
    ],
)
def test_requests_beyond_the_limits_are_refused(limits: Limits, message: str) -> None:
    """Each refusal names the place and the limit."""
    with pytest.raises(InvalidSweep, match=message):
        limits.admit(REQUEST)


def test_a_request_without_a_target_can_be_admitted_and_not_submitted() -> None:
    """A file may be planned before its function is written; whatever runs it needs one."""
    admitted = Limits(3, 100).admit(REQUEST)
    with pytest.raises(InvalidSweep, match="target: is missing; name the function"):
        admitted.require_target()
    assert FREE.admit(REQUEST).require_target() == "m:f"


def test_a_payload_may_have_just_the_largest_size() -> None:
    """One byte more is refused, with a remedy."""
    FREE.check_payload(100)
    with pytest.raises(InvalidSweep, match=r"101 bytes, and at most 100 .* use smaller constants"):
        FREE.check_payload(101)
