"""The points of a shard in stretches, so that where a condition skips many, their values are computed once at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING

from domain.task import ShardTask

if TYPE_CHECKING:
    from domain.conditions.condition import Verdict

# To begin a walk costs about as much as to walk over so many points.
_GAP = 16
_KEPT: Verdict = True
_SKIPPED: Verdict = False
# So many verdicts are in memory at a time.
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Stretch:
    """The points `start..stop-1`: all of them are skipped, or the verdicts say which of them are."""

    start: int
    stop: int
    verdicts: Iterable[Verdict] | None = None

    def of(self, task: ShardTask) -> ShardTask:
        """Return the task with these points alone."""
        return replace(task, shard=replace(task.shard, start=self.start, stop=self.stop))


def stretches(task: ShardTask) -> Iterator[Stretch]:
    """Yield the stretches of a task, in order: every point is in one.

    One that is not skipped as a whole begins and ends with a point that is not skipped, and has no gap that is longer
    than a new walk takes.
    """
    shard = task.shard
    if task.where is None:
        yield Stretch(shard.start, shard.stop, repeat(_KEPT))
        return
    start, skipped = shard.start, 0
    verdicts: list[Verdict] = []
    for verdict in task.verdicts():
        if verdict is False:
            skipped += 1
            if skipped == _GAP and verdicts:
                yield Stretch(start, start + len(verdicts), verdicts)
                start, verdicts = start + len(verdicts), []
            continue
        if skipped and not verdicts:
            yield Stretch(start, start + skipped)
            start, skipped = start + skipped, 0
        verdicts += [*repeat(_SKIPPED, skipped), verdict]
        skipped = 0
        if len(verdicts) >= _LONGEST:
            yield Stretch(start, start + len(verdicts), verdicts)
            start, verdicts = start + len(verdicts), []
    if verdicts:
        yield Stretch(start, start + len(verdicts), verdicts)
    if skipped:
        yield Stretch(shard.stop - skipped, shard.stop)
