"""The request."""

from __future__ import annotations

import math

import pytest

from domain.designs.grid import Grid
from domain.errors import InvalidSweep
from domain.plan import ShardCount, Sharding
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.scalars import Json
from domain.space.values import Values

GRID = Grid((Parameter("a", Values((1, 2, 3))),))


def test_a_request_knows_its_plan() -> None:
    """The plan follows from design and sharding."""
    request = SweepRequest("demo", "m:f", GRID, {"g": [1]}, ShardCount(2))
    assert (request.plan.size, request.plan.shards) == (3, 2)


@pytest.mark.parametrize(
    ("name", "target", "constants", "sharding", "path"),
    [
        ("a b", None, {}, ShardCount(1), "name"),
        ("s", "f", {}, ShardCount(1), "target"),
        ("s", None, {"a": 1}, ShardCount(1), "constants.a"),
        ("s", None, {"1": 1}, ShardCount(1), "constants.1"),
        ("s", None, {"g": {"h": math.nan}}, ShardCount(1), "constants.g.h"),
        ("s", None, {}, ShardCount(4), "sharding.shards"),
    ],
)
def test_requests_that_make_no_sense_are_refused(
    name: str, target: str | None, constants: dict[str, Json], sharding: Sharding, path: str
) -> None:
    """Each refusal names the place."""
    with pytest.raises(InvalidSweep) as raised:
        SweepRequest(name, target, GRID, constants, sharding)
    assert raised.value.problems[0].path == path
