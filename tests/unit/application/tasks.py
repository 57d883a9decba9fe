"""Sweeps and tasks for the tests of the use cases."""

from __future__ import annotations

from application.documents.request import request_digest
from domain.designs.grid import Grid, Parameter
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.levels import Range
from domain.space.scalars import Json
from domain.sweep import Sweep
from domain.task import ShardTask


def sweep_of(size: int, shards: int, constants: dict[str, Json] | None = None) -> Sweep:
    """Give a sweep over `x` in `0..size-1`."""
    design = Grid((Parameter("x", Range(0, size)),))
    request = SweepRequest("demo", "m:f", design, constants or {}, ShardCount(shards))
    return Sweep("demo-000000000001", "key", request_digest(request), request, 1_700_000_000.0)


def task_of(sweep: Sweep, number: int) -> ShardTask:
    """Give the task of one shard."""
    request = sweep.request
    return ShardTask(sweep.id, sweep.plan.shard(number), request.design, request.constants, request.target or "")
