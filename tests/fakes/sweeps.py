"""Sweeps and tasks for tests."""

from __future__ import annotations

from dataclasses import replace

from application.documents.request import request_digest
from application.ports.point_tables import PointTables
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated
from domain.dispatch_order import DispatchOrder
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Json
from domain.space.values import Values
from domain.space.when import When
from domain.sweep import Sweep
from domain.task import ShardTask
from tests.fakes.point_tables import Row, table_of


def make_sweep(
    sweep_id: str = "lab-000000000001",
    *,
    key: str | None = None,
    size: int = 12,
    shards: int = 6,
    created_at: float = 1_700_000_000.0,
    target: str = "math:hypot",
) -> Sweep:
    """Return a sweep of `size` times 6 points, with values of every kind."""
    values = Values((0.1, 2, "ü \"'\\", True, None, -1e-300))
    design = Grid(
        (Parameter("x", Range(0, size, 1)), Parameter("odd", Values(values.values[:1])), Parameter("y", values))
    )
    request = SweepRequest("lab", target, design, {"deep": {"list": [1, 2.5, None, "ß"]}}, ShardCount(shards))
    return Sweep(sweep_id, key or sweep_id, request_digest(request), request, created_at)


def repeated_sweep(count: int = 5, shards: int = 4) -> Sweep:
    """Return a sweep of three points, each repeated, which a worker gets as a list of its own points."""
    points = PointList(("x", "name"), ((0.1, "ü"), (2, None), (-1e-300, "a")))
    request = SweepRequest("lab", "math:hypot", Replicated(points, count, 7), {"c": [1]}, ShardCount(shards))
    return Sweep("lab-000000000001", "key", request_digest(request), request, 1_700_000_000.0)


def partial_sweep() -> Sweep:
    """Return a sweep of two models, each of which has a parameter that the other has not."""
    kind = Parameter("kind", Values(("svm", "tree")))
    own = (("C", Values((0.1, 1)), "svm"), ("depth", Values((2, 4, 8)), "tree"))
    conditional = (Parameter(name, values, When.of({"kind": model})) for name, values, model in own)
    request = SweepRequest("models", "math:hypot", Grid((kind, *conditional)), {}, ShardCount(1))
    return Sweep("models-00000000001", "key", request_digest(request), request, 1_700_000_000.0)


def table_sweep(tables: PointTables) -> Sweep:
    """Return a sweep of three rows with values of every kind, which are stored, under each level of a grid."""
    rows: list[Row] = [(0.1, "ü \"'\\", True), (2, None, False), (-1e-300, "a", True)]
    design = table_of(tables, ("x", "name", "flag"), rows, [Parameter("mode", Values(("slow", None)))])
    request = SweepRequest("lab", "math:hypot", design, {"c": [1]}, ShardCount(2))
    return Sweep("lab-000000000001", "key", request_digest(request), request, 1_700_000_000.0)


def sweep_of(size: int, shards: int, constants: dict[str, Json] | None = None) -> Sweep:
    """Return a sweep over `x` in `0..size-1`."""
    design = Grid((Parameter("x", Range(0, size)),))
    request = SweepRequest("demo", "toy:f", design, constants or {}, ShardCount(shards))
    return Sweep("demo-000000000001", "key", request_digest(request), request, 1_700_000_000.0)


def spread_sweep_of(size: int, shards: int) -> Sweep:
    """Return such a sweep, whose shards start in spread order."""
    sweep = sweep_of(size, shards)
    return replace(sweep, request=replace(sweep.request, order=DispatchOrder.SPREAD))


def task_of(sweep: Sweep, number: int) -> ShardTask:
    """Return the task of one shard."""
    request = sweep.request
    shard, target = sweep.plan.shard(number), request.require_target()
    return ShardTask(sweep.id, shard, request.design, request.constants, target, where=request.where)
