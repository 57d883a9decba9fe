"""Use case: evaluate one shard, store its results once, and mark its end. Running it twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice, repeat, tee
from typing import TYPE_CHECKING

from application.bind_rows import bind_rows
from application.documents.result_lines import (
    error_line,
    kept_lines,
    member,
    merged_lines,
    pack,
    point_error,
    read_end,
    skipped_line,
    value_line,
)
from application.meter import Meter
from application.ports.forks import Forks
from application.ports.ledger import Ledger
from application.ports.result_store import ResultStore, StoredObject
from application.ports.target_loader import Target, TargetLoader
from application.stretches import stretches
from application.target_keywords import keywords_of_points
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable, TargetUnavailable
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed
from domain.task import ShardTask

if TYPE_CHECKING:
    from application.earlier_lines import EarlierLines, KnownSweeps
    from application.ports.point_tables import PointTables
    from domain.conditions.condition import Verdict

# So many other workers may store results of the shard while this one does.
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class ExecuteShard:
    """The worker's one job.

    `allowed` names the targets that may run, None where any may; `tables` has the points that come from files.
    """

    ledger: Ledger
    results: ResultStore
    targets: TargetLoader
    forks: Forks
    allowed: frozenset[str] | None = None
    tables: PointTables | None = None
    _known: KnownSweeps = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, task: ShardTask, meter: Meter, deadline: Deadline) -> ShardEnd | None:
        """Evaluate the task's points and return how the shard ended; None if its sweep is cancelled.

        A shard that is done already is not run again. In a later generation only the points with an error are
        evaluated, and every value stays. Nor is a point evaluated of which the sweep that this one extends has a value.
        A point that does not satisfy the condition of the task is skipped. A target that cannot be evaluated fails the
        shard, as no second attempt would mend it. `meter`, a new one, counts along. Raises `SweepNotFound` and
        `DependencyUnavailable`, and then the shard has not ended: another attempt may succeed.
        """
        ledger = self.ledger.within(deadline)
        look = ledger.look(task.sweep_id, task.shard.number)
        if look.cancelled:
            return None
        earlier = look.block.end_of(task.shard)
        if earlier:
            values, errors, skipped = look.block.counts_of(task.shard, earlier.errors)
            return ShardDone(task.shard.number, values, errors, skipped=skipped)
        try:
            target = self._target(task)
        except TargetUnavailable as error:
            shard = task.shard
            failed = ShardFailed(shard.number, Reason.TARGET_UNAVAILABLE, str(error), generation=shard.generation)
            ledger.mark_failed(task.sweep_id, failed)
            return failed
        task = bind_rows(task, self.tables)
        done = self._evaluate(task, target, meter, self._earlier(task, ledger))
        ledger.mark_done(task.sweep_id, done)
        return done

    def _target(self, task: ShardTask) -> Target:
        if self.allowed is not None and task.target not in self.allowed:
            raise TargetUnavailable.at("target", "is not one that this deployment allows")
        return self.targets.load(task.target, task.keywords, task.offered, task.optional)

    def _earlier(self, task: ShardTask, ledger: Ledger) -> EarlierLines | None:
        if task.extends is None:
            return None
        from application.earlier_lines import earlier_lines  # noqa: PLC0415 - only a sweep that extends one waits for it

        return earlier_lines(task, ledger, self.results, self._known, self.tables)

    def _evaluate(self, task: ShardTask, target: Target, meter: Meter, earlier: EarlierLines | None) -> ShardDone:
        # The first run of a shard finds no results, and need not look for any.
        stored = self._stored(task) if task.shard.generation else None
        end = read_end(task.shard, stored.body) if stored else None
        if end and not end.errors:
            return end
        kept = kept_lines(stored.body) if stored and end else repeat(None)
        body = pack(evaluate(task, target, meter, self.forks, kept, earlier))
        if self._store(task, body, stored):
            return meter.end(task.shard)
        return self._end_beside_another(task, body, meter)

    def _end_beside_another(self, task: ShardTask, body: bytes, meter: Meter) -> ShardDone:
        """Return the end of what is stored once another worker has stored results as well.

        Of two results of one run the first stays, as the ledger must describe what is stored. A later run keeps the
        values of both: it adds its own where the other has none. An object that is not whole is replaced.
        """
        for _ in range(_ROUNDS):
            stored = self._stored(task)
            if stored is None:
                break
            end = read_end(task.shard, stored.body)
            if end is None or stored.body == body:
                if stored.body == body or self._store(task, body, stored):
                    return meter.end(task.shard)
                continue
            merged = pack(merged_lines(stored.body, body)) if task.shard.generation else stored.body
            if merged == stored.body or self._store(task, merged, stored):
                return read_end(task.shard, merged) or end
        name = f"shard {task.shard.number} of {task.sweep_id}"
        raise DependencyUnavailable(f"the result store has {name}, and neither returns nor replaces it")

    def _stored(self, task: ShardTask) -> StoredObject | None:
        return self.results.get(task.sweep_id, task.shard.number)

    def _store(self, task: ShardTask, body: bytes, earlier: StoredObject | None) -> bool:
        if earlier is None:
            return self.results.put(task.sweep_id, task.shard.number, body)
        return self.results.replace(task.sweep_id, task.shard.number, body, earlier.version)


def evaluate(
    task: ShardTask,
    target: Target,
    meter: Meter,
    forks: Forks,
    kept: Iterable[str | None] = repeat(None),
    earlier: EarlierLines | None = None,
) -> Iterator[str]:
    """Yield the result line of each point of the task, in order, and count along.

    `kept` has for each point the line that it keeps, or None where the target is to be called, unless `earlier` has a
    line of it.
    """
    lines = iter(kept)
    for stretch in stretches(task):
        if stretch.verdicts is None:
            for index, _ in zip(range(stretch.start, stretch.stop), lines, strict=False):
                meter.points += 1
                meter.skipped += 1
                yield skipped_line(index)
        else:
            part = stretch.of(task)
            own: Iterator[str | None] = islice(lines, part.shard.size)
            found: Iterator[str | None] = repeat(None)
            if earlier:
                # The second is read ahead of the first, by a window.
                own, ahead = tee(own)
                found = earlier.of(part, ahead)
            yield from _evaluate(part, stretch.verdicts, target, meter, forks, zip(own, found, strict=False))


def _evaluate(
    task: ShardTask,
    verdicts: Iterable[Verdict],
    target: Target,
    meter: Meter,
    forks: Forks,
    kept: Iterable[tuple[str | None, str | None]],
) -> Iterator[str]:
    constants = task.constants
    package = str(getattr(target, "__module__", "")).partition(".")[0]
    # A target may change a list that it is called with; the next point must not see that.
    mutable = any(isinstance(value, list | dict) for value in constants.values())
    points = keywords_of_points(task.design, task.indices, target)
    texts = map(",".join, task.walk(member))
    # One dict for all points: a call unpacks it into one of its own.
    keywords: dict[str, object] = dict(constants)
    is_partial = bool(task.optional)
    walked = zip(range(task.shard.start, task.shard.stop), points, texts, verdicts, kept, strict=False)
    for index, point, text, verdict, (own, earlier) in walked:
        if verdict is not True:
            meter.points += 1
            yield _without_call(meter, index, text, verdict)
            continue
        line = earlier if own is None else own
        if line is not None:
            meter.points += 1
            meter.reused += own is None
            yield line
            continue
        if is_partial:
            # What exists at the point before need not exist here.
            keywords = dict(constants)
        if mutable:
            keywords.update(deepcopy(constants))
        keywords.update(point)
        try:
            try:
                value = target(**keywords)
            finally:
                if forks.is_fork:
                    forks.leave()
            made = value_line(index, text, value)
        except (Exception, SystemExit) as raised:  # noqa: BLE001 - whatever a target raises is the point's result
            error = point_error(index, raised)
            meter.error(error, raised.__traceback__, package)
            made = error_line(text, error)
        meter.points += 1
        yield made


def _without_call(meter: Meter, index: int, text: str, verdict: Verdict) -> str:
    """Count a point that does not satisfy the condition, or at which the condition has no answer: return its line."""
    if isinstance(verdict, bool):
        meter.skipped += 1
        return skipped_line(index)
    error = point_error(index, verdict)
    meter.error(error)
    return error_line(text, error)
