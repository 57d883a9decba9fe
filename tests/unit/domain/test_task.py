"""The task of a worker: its own points, under the indices of the sweep."""

from __future__ import annotations

import pytest

from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated
from domain.errors import InvalidSweep, MalformedSweep
from domain.plan import Shard
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.values import Values
from domain.task import ShardTask

X = Parameter("x", Values((1, 2, 3)))


def test_a_task_walks_its_shard_whatever_its_design_holds() -> None:
    """A design of the whole sweep and one of the shard's own points yield the same points."""
    points = PointList(("x",), ((0,), (1,), (2,), (3,)))
    for design, first in ((points, 0), (points.part(2, 4), 2)):
        task = ShardTask("s", Shard(1, 2, 4), design, {"c": 1}, "m:f", first)
        assert list(task.walk(lambda name, value: (name, value))) == [(("x", 2),), (("x", 3),)]
        assert task.keywords == SweepRequest("s", "m:f", points, {"c": 1}).keywords == ("c", "x")


def test_a_task_of_replicates_offers_two_more_keywords() -> None:
    """The number of the replicate and the stream seed, of which a target takes what its signature names."""
    task = ShardTask("s", Shard(0, 1, 4), Replicated(Grid((X,)), 2), {"c": 1}, "m:f")
    assert (task.keywords, task.offered) == (("c", "x"), ("replicate", "seed"))
    assert (task.keywords, task.offered) == (
        SweepRequest("s", "m:f", task.design, {"c": 1}).keywords,
        SweepRequest("s", "m:f", task.design, {"c": 1}).offered,
    )
    assert list(task.walk(lambda _, value: value)) == [(1, 1), (2, 0), (2, 1)]


@pytest.mark.parametrize(("start", "stop", "first"), [(0, 0, 0), (2, 1, 0), (0, 4, 0), (0, 2, 1)])
def test_a_task_has_points_that_its_design_holds(start: int, stop: int, first: int) -> None:
    """An empty shard, a reversed one, one beyond the design and one before it are refused."""
    with pytest.raises(InvalidSweep, match="shard: is not a range"):
        ShardTask("s", Shard(0, start, stop), Grid((X,)), {}, "m:f", first)


def test_a_grid_needs_parameters_and_a_list_of_points_has_its_own() -> None:
    """Each message says what to do with `parameters`."""
    with pytest.raises(MalformedSweep, match="parameters: is missing"):
        Grid.of([])
    with pytest.raises(InvalidSweep, match="parameters: must be left out"):
        PointList.of([X], points=[{"x": 1}])
