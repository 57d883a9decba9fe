"""Use case: evaluate one shard, store its results once, and say so in the ledger. Running it twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import count

from application.documents.result_lines import error_line, member, pack, point_error, read_end, value_line
from application.ports.ports import Ledger, ResultStore
from domain.errors import DependencyUnavailable
from domain.sweep import PointError, ShardDone, ShardFailed
from domain.task import ShardTask

Target = Callable[..., object]


@dataclass(slots=True)
class Meter:
    """Counts a shard's points while they are evaluated; another thread may read it."""

    points: int = 0
    errors: int = 0
    first_error: PointError | None = None

    def error(self, error: PointError) -> None:
        """Count one point without a value."""
        self.errors += 1
        self.first_error = self.first_error or error


@dataclass(frozen=True, slots=True)
class RunShard:
    """The worker's one job."""

    ledger: Ledger
    results: ResultStore

    def __call__(self, task: ShardTask, target: Target, meter: Meter) -> ShardDone | None:
        """Run `target` over the task's points and give how the shard ended; None if the sweep is cancelled.

        A shard that is done already is not run again. `meter`, a new one, counts along.
        """
        if self.ledger.is_cancelled(task.sweep_id):
            return None
        earlier = self.ledger.end_of(task.sweep_id, task.shard.number)
        if isinstance(earlier, ShardDone):
            return earlier
        end = self._evaluate(task, target, meter)
        self.ledger.mark_done(task.sweep_id, end)
        return end

    def _evaluate(self, task: ShardTask, target: Target, meter: Meter) -> ShardDone:
        body = pack(evaluate(task, target, meter))
        number = task.shard.number
        if self.results.put(task.sweep_id, number, body):
            return ShardDone(number, meter.points - meter.errors, meter.errors, meter.first_error)
        # Somebody was first. The ledger must tell of the object that is stored, which need not equal ours if the
        # target is not deterministic.
        stored = self.results.get(task.sweep_id, number)
        if stored is None:
            raise DependencyUnavailable(f"the result store holds shard {number} of {task.sweep_id}, yet gives nothing")
        return read_end(number, stored)


@dataclass(frozen=True, slots=True)
class FailShard:
    """Record that a shard cannot be run: its worker died, its target cannot be loaded, it was never delivered."""

    ledger: Ledger

    def __call__(self, sweep_id: str, end: ShardFailed) -> None:
        """Mark the shard failed, unless it is done."""
        self.ledger.mark_failed(sweep_id, end)


def evaluate(task: ShardTask, target: Target, meter: Meter) -> Iterator[str]:
    """Give the result line of each point of the task, in order, counting along."""
    shard, constants = task.shard, task.constants
    # A target may change a list that it is given; the next point must not see that.
    mutable = any(isinstance(value, list | dict) for value in constants.values())
    points = task.design.walk(shard.start, shard.stop, lambda name, value: (name, value))
    texts = map(",".join, task.design.walk(shard.start, shard.stop, member))
    # One dict for all points: a call unpacks it into one of its own.
    keywords: dict[str, object] = dict(constants)
    for index, point, text in zip(count(shard.start), points, texts, strict=False):
        if mutable:
            keywords.update(deepcopy(constants))
        keywords.update(point)
        try:
            line = value_line(index, text, target(**keywords))
        except (Exception, SystemExit) as raised:  # noqa: BLE001 - whatever a target raises is the point's result
            error = point_error(index, raised)
            meter.error(error)
            line = error_line(text, error)
        meter.points += 1
        yield line
