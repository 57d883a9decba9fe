"""Sweeps and a clock for the suites of the ports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from application.documents.request import request_digest
from domain.designs.grid import Grid, Parameter
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.levels import Range, Values
from domain.sweep import Sweep

T = TypeVar("T")


class HandClock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        """Start at a fixed moment."""
        self.time = 1_700_000_000.0

    def now(self) -> float:
        """Give the seconds since the epoch."""
        return self.time


def make_sweep(
    sweep_id: str = "lab-000000000001",
    *,
    key: str | None = None,
    size: int = 12,
    shards: int = 6,
    created_at: float = 1_700_000_000.0,
    target: str = "math:hypot",
) -> Sweep:
    """Give a sweep of `size` times 6 points, with values of every kind."""
    values = Values((0.1, 2, "ü \"'\\", True, None, -1e-300))
    design = Grid(
        (Parameter("x", Range(0, size, 1)), Parameter("odd", Values(values.values[:1])), Parameter("y", values))
    )
    request = SweepRequest("lab", target, design, {"deep": {"list": [1, 2.5, None, "ß"]}}, ShardCount(shards))
    return Sweep(sweep_id, key or sweep_id, request_digest(request), request, created_at)


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Run all calls at the same moment, each in a thread, and give what they gave."""
    barrier = Barrier(len(calls))

    def call(one: Callable[[], T]) -> T:
        barrier.wait(30)
        return one()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))
