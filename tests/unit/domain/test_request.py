"""The plan of a request, and the requests that are refused."""

from __future__ import annotations

import math

import pytest

from domain.designs.grid import Grid
from domain.designs.replicated import Replicated
from domain.errors import InvalidSweep
from domain.plan import ShardCount, Sharding
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.scalars import Json
from domain.space.values import Values

GRID = Grid((Parameter("a", Values((1, 2, 3))),))


def test_a_request_has_a_plan() -> None:
    """The plan follows from the design and the sharding."""
    request = SweepRequest("demo", "m:f", GRID, {"g": [1]}, ShardCount(2))
    assert (request.plan.size, request.plan.shards) == (3, 2)


@pytest.mark.parametrize("name", ["replicate", "seed"])
def test_a_constant_does_not_stand_in_the_way_of_replicates(name: str) -> None:
    """All replicates would get the same seed. Without replicates the names are free."""
    assert SweepRequest("demo", "m:f", GRID, {name: 1}).offered == ()
    with pytest.raises(InvalidSweep, match=f"constants.{name}: is .* choose another name"):
        SweepRequest("demo", "m:f", Replicated(GRID, 2), {name: 1})


@pytest.mark.parametrize(
    ("name", "target", "constants", "sharding", "path"),
    [
        pytest.param("a b", None, {}, ShardCount(1), "name", id="a name with a space"),
        pytest.param("s", "f", {}, ShardCount(1), "target", id="a target without a module"),
        pytest.param("s", None, {"a": 1}, ShardCount(1), "constants.a", id="a constant with the name of a parameter"),
        pytest.param("s", None, {"1": 1}, ShardCount(1), "constants.1", id="a constant that is no identifier"),
        pytest.param("s", None, {"g": {"h": math.nan}}, ShardCount(1), "constants.g.h", id="NaN in a nested constant"),
        pytest.param("s", None, {}, ShardCount(4), "sharding.shards", id="more shards than points"),
    ],
)
def test_an_invalid_request_is_refused(
    name: str, target: str | None, constants: dict[str, Json], sharding: Sharding, path: str
) -> None:
    """The error names the path."""
    with pytest.raises(InvalidSweep) as raised:
        SweepRequest(name, target, GRID, constants, sharding)
    assert raised.value.problems[0].path == path
