"""Measures one way to dispatch in this process: its rate, its processor time a shard, and its outcomes."""

from __future__ import annotations

import resource
import time
from collections import Counter
from dataclasses import dataclass

from benchmarks.dispatch.job import Job, Way


@dataclass(frozen=True, slots=True)
class Measurement:
    """Shards a second; microseconds of processor, user and system, a shard; shards by outcome."""

    rate: float
    cpu_us: float
    outcomes: dict[str, int]

    @classmethod
    def of(cls, way: Way, job: Job) -> Measurement:
        """Dispatch the job: from before the first payload is made until after the last outcome is known."""
        dispatch = way(job)
        before, began = _processor_seconds(), time.perf_counter()
        outcomes: Counter[str] = dispatch()
        elapsed, spent = time.perf_counter() - began, _processor_seconds() - before
        shards = job.sweep.plan.shards
        return cls(round(shards / elapsed, 1), round(spent / shards * 1e6, 2), dict(outcomes))


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
