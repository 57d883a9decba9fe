"""An engine without processes: it executes its queue at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Self

from application.execute_shard import ExecuteShard
from application.meter import Meter
from application.ports.engine import EngineCounts, OnCounts
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import TargetUnavailable
from domain.plan import Shard
from domain.reasons import Reason
from domain.request import SweepRequest
from domain.sweep import ShardDone, ShardFailed, Sweep
from domain.target_sources import TargetSources
from domain.task import ShardTask
from tests.fakes.shard_invoker import REASONS

SOURCES: TargetSources = {"model.py": "digest"}


class InlineEngine:
    """An `Engine` that executes shards by a use case.

    A shard in `dying` takes down its worker. One in `refused` has that outcome, and is queued only if it may run.
    """

    def __init__(self, sources: TargetSources | None = SOURCES) -> None:
        """Use a target that has these sources; without any, the target cannot be evaluated."""
        self.sources = sources
        self.execute: ExecuteShard | None = None
        self.dying: set[int] = set()
        self.refused: dict[int, OutcomeKind] = {}
        self.interrupted = False
        self.executed: list[int] = []
        self.steps: list[str] = []
        self._queue: deque[ShardTask] = deque()

    def __enter__(self) -> Self:
        """Return the engine."""
        self.steps.append("enter")
        return self

    def __exit__(self, *_: object) -> None:
        """Note the end."""
        self.steps.append("exit")

    def start(self, request: SweepRequest) -> TargetSources:
        """Return the sources."""
        self.steps.append("start")
        if self.sources is None:
            raise TargetUnavailable.at("target", f"there is no {request.target}")
        return self.sources

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], _: Deadline) -> Iterator[Outcome]:
        """Queue each shard that may run, unless the engine is interrupted before the first."""
        if self.interrupted:
            raise KeyboardInterrupt
        request = sweep.request
        for shard in shards:
            kind = self.refused.get(shard.number, OutcomeKind.ACCEPTED)
            if kind.may_run:
                target = request.require_target()
                task = ShardTask(sweep.id, shard, request.design, request.constants, target, where=request.where)
                self._queue.append(replace(task, extends=request.extends))
            yield Outcome.of(shard, kind, REASONS.get(kind))

    @property
    def queued(self) -> int:
        """How many shards wait."""
        return len(self._queue)

    def take(self) -> list[ShardTask]:
        """Return the queue and leave it empty, like a process that is killed or a platform that loses its events."""
        tasks = list(self._queue)
        self._queue.clear()
        return tasks

    def run(self, sweep_id: str, on_failed: Callable[[ShardFailed], None], on_counts: OnCounts) -> None:
        """Execute the queue."""
        self.steps.append(f"run {sweep_id}")
        counts = EngineCounts()
        while self._queue:
            task = self._queue.popleft()
            self.executed.append(task.shard.number)
            if task.shard.number in self.dying:
                shard = task.shard
                on_failed(ShardFailed(shard.number, Reason.WORKER_DIED, "killed", generation=shard.generation))
                counts.shards_failed += 1
            elif self.execute and isinstance(end := self.execute(task, meter := Meter(), no_deadline), ShardDone):
                counts.done += end.values
                counts.reused += meter.reused
                counts.shards_done += 1
            on_counts(counts)
