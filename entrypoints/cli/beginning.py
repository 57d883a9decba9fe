"""What the command line says before a run: whether it starts, resumes or reuses a sweep, and why."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.documents.answer_size import cut
from application.ports.engine import EngineCounts
from application.run_sweep import Beginning
from domain.condition_share import ConditionShare
from domain.progress import State
from entrypoints.cli.pace import YEAR, duration
from entrypoints.cli.texts import counted

# In points a second, for one process: what a target that does next to nothing comes to.
_FASTEST = 100_000
# A condition that at most one point in so many satisfies is likely a mistake.
_SELDOM = 100
# Of the names of changed files, in characters.
_LONGEST_LIST = 200


def beginning_line(beginning: Beginning) -> str:
    """Say whether a run starts a sweep, resumes one, or finds nothing to do, and why."""
    progress, sweep_id = beginning.before.progress, beginning.before.head.id
    if beginning.is_new:
        return f"starting {sweep_id}: {_why_new(beginning)}{_extending(beginning)}"
    if beginning.queued:
        done = f"{progress.done:,} of {counted(progress.size, 'point is', 'points are')} done"
        return f"resuming {sweep_id}: {done}{_extending(beginning)}"
    if progress.state is State.DONE:
        return f"reusing {sweep_id}: all of it is done, and neither the sweep nor its target has changed since"
    if progress.state is State.DONE_WITH_ERRORS:
        lacking = counted(progress.failed, "point has", "points have")
        return f"reusing {sweep_id}: {lacking} no value; --retry-failed evaluates what has none again"
    return f"not running {sweep_id}: another process does"


def extension_line(extends: str, counts: EngineCounts) -> str:
    """Say how many values a run has taken from the sweep that it extends, and how many points it has evaluated."""
    taken = counted(counts.reused, "point was", "points were")
    return f"{taken} taken from {extends}, {counts.done + counts.failed - counts.reused:,} evaluated"


def endless_note(size: int, workers: int) -> Iterator[str]:
    """Warn of a sweep that takes more than a year, even if a worker process evaluates 100,000 points a second."""
    seconds = size / (_FASTEST * workers)
    if seconds > YEAR:
        yield (
            f"note: {size:,} points take {duration(seconds)} on this machine,"
            f" even if each process evaluates {_FASTEST:,} a second"
        )


def condition_notes(share: ConditionShare | None) -> Iterator[str]:
    """Warn of a condition that seems to exclude all points, or nearly all, and of one without an answer at some."""
    if share is None:
        return
    few = share.looked_at // _SELDOM
    if share.is_exact and not share.satisfying:
        yield "warning: no point satisfies where: all of them would be skipped"
    elif share.satisfying <= few:
        many = f"{share.satisfying:,}" if share.satisfying else "none"
        verb = "satisfies" if share.satisfying <= 1 else "satisfy"
        yield f"warning: {many} of {share.looked_at:,} points that were looked at {verb} where: the others are skipped"
    if share.undecided:
        at = f"{share.undecided:,} of {share.looked_at:,} points that were looked at"
        yield f"warning: at {at}, where has no answer: each of these is an error"


def _extending(beginning: Beginning) -> str:
    return f", extending {beginning.extends}" if beginning.extends else ""


def _why_new(beginning: Beginning) -> str:
    if beginning.earlier and beginning.changed:
        names = cut(", ".join(beginning.changed), _LONGEST_LIST)
        have = "has" if len(beginning.changed) == 1 else "have"
        return f"{names} {have} changed since {beginning.earlier.sweep_id}"
    plan = beginning.before.head.plan
    return f"{counted(plan.size, 'point', 'points')} in {counted(plan.shards, 'shard', 'shards')}"
