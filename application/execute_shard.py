"""Use case: evaluate one shard, store its results once, and mark its end. Running it twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import count

from application.documents.result_lines import error_line, member, pack, point_error, read_end, value_line
from application.ports.ledger import Ledger
from application.ports.result_store import ResultStore
from application.ports.target_loader import Target, TargetLoader
from domain.errors import DependencyUnavailable, TargetUnavailable
from domain.reasons import Reason
from domain.sweep import PointError, ShardDone, ShardEnd, ShardFailed
from domain.task import ShardTask


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
class ExecuteShard:
    """The worker's one job. `allowed` names the targets that may run, None where any may."""

    ledger: Ledger
    results: ResultStore
    targets: TargetLoader
    allowed: frozenset[str] | None = None

    def __call__(self, task: ShardTask, meter: Meter) -> ShardEnd | None:
        """Evaluate the task's points and return how the shard ended; None if its sweep is cancelled.

        A shard that is done already is not run again. A target that cannot be evaluated fails the shard, as no second
        attempt would mend it. `meter`, a new one, counts along. Raises `DependencyUnavailable`, and then the shard has
        not ended: another attempt may succeed.
        """
        if self.ledger.is_cancelled(task.sweep_id):
            return None
        earlier = self.ledger.end_of(task.sweep_id, task.shard.number)
        if isinstance(earlier, ShardDone):
            return earlier
        try:
            target = self._target(task)
        except TargetUnavailable as error:
            failed = ShardFailed(task.shard.number, Reason.TARGET_UNAVAILABLE, str(error))
            self.ledger.mark_failed(task.sweep_id, failed)
            return failed
        done = self._evaluate(task, target, meter)
        self.ledger.mark_done(task.sweep_id, done)
        return done

    def _target(self, task: ShardTask) -> Target:
        if self.allowed is not None and task.target not in self.allowed:
            raise TargetUnavailable.at("target", "is not one that this deployment allows")
        return self.targets.load(task.target, task.keywords)

    def _evaluate(self, task: ShardTask, target: Target, meter: Meter) -> ShardDone:
        body = pack(evaluate(task, target, meter))
        number = task.shard.number
        if self.results.put(task.sweep_id, number, body):
            return ShardDone(number, meter.points - meter.errors, meter.errors, meter.first_error)
        # Another worker was first. The ledger must describe the object that is stored, which need not equal ours if the
        # target is not deterministic.
        stored = self.results.get(task.sweep_id, number)
        if stored is None:
            raise DependencyUnavailable(
                f"the result store has shard {number} of {task.sweep_id}, yet returns nothing for it"
            )
        return read_end(number, stored)


def evaluate(task: ShardTask, target: Target, meter: Meter) -> Iterator[str]:
    """Yield the result line of each point of the task, in order, and count along."""
    constants = task.constants
    # A target may change a list that it is called with; the next point must not see that.
    mutable = any(isinstance(value, list | dict) for value in constants.values())
    points = task.walk(lambda name, value: (name, value))
    texts = map(",".join, task.walk(member))
    # One dict for all points: a call unpacks it into one of its own.
    keywords: dict[str, object] = dict(constants)
    for index, point, text in zip(count(task.shard.start), points, texts, strict=False):
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
