"""What the command line says of a sweep to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adapters.documents.answer_size import cut
from adapters.documents.answers import moment
from application.describe_sweep import Description
from application.documents.compact_json import encode
from application.run_sweep import Beginning
from domain.designs.design import Point
from domain.failure import Failure, FailureGroup
from domain.progress import Progress, State
from entrypoints.cli.pace import YEAR, duration

_GROUPS_SHOWN = 10
# In characters.
_LONGEST_MESSAGE = 200
_LONGEST_POINT = 100
# In points a second, for one process: what a target that does next to nothing comes to.
_FASTEST = 100_000


def _state_text(progress: Progress) -> str:
    """Return the state; that of a sweep of which points failed is not plainly done."""
    if progress.state is not State.DONE_WITH_ERRORS:
        return progress.state.value
    return f"done, but {_counted(progress.failed, 'point has', 'points have')} no value"


def progress_lines(description: Description) -> Iterator[str]:
    """Say where a sweep stands, and why points have no value: the causes that cost the most points."""
    progress = description.progress
    percent = 100 * progress.done / progress.size
    with_errors = f" ({progress.shards_partial:,} with errors)" if progress.shards_partial else ""
    yield f"{description.head.id}: {_state_text(progress)}"
    yield f"points:  {progress.done:,} of {progress.size:,} done ({percent:.4g} %), {progress.failed:,} failed"
    yield (
        f"shards:  {progress.shards_done:,} of {progress.shards:,} done{with_errors}, {progress.shards_failed:,} failed"
    )
    if progress.oldest:
        oldest = progress.oldest[0]
        waits = f"the first, shard {oldest.shard}, was dispatched at {moment(oldest.since)}"
        yield f"running: {_counted(progress.running, 'shard', 'shards')}; {waits}"
    for group in description.groups[:_GROUPS_SHOWN]:
        yield f"  {_group_text(group, description.points)}"
    if len(description.groups) > _GROUPS_SHOWN:
        yield f"  ... and {len(description.groups) - _GROUPS_SHOWN:,} more causes (sweep status --json)"
    left = progress.failing_shards - description.shards_grouped
    if left:
        yield f"  ... and those of {_counted(left, 'further shard', 'further shards')}"


def beginning_line(beginning: Beginning) -> str:
    """Say whether a run starts a sweep, resumes one, or finds nothing to do, and why."""
    progress, sweep_id = beginning.before.progress, beginning.before.head.id
    if beginning.is_new:
        return f"starting {sweep_id}: {_why_new(beginning)}"
    if beginning.queued:
        return f"resuming {sweep_id}: {progress.done:,} of {_counted(progress.size, 'point is', 'points are')} done"
    if progress.state is State.DONE:
        return f"reusing {sweep_id}: all of it is done, and neither the sweep nor its target has changed since"
    if progress.state is State.DONE_WITH_ERRORS:
        lacking = _counted(progress.failed, "point has", "points have")
        return f"reusing {sweep_id}: {lacking} no value; --retry-failed evaluates them again"
    return f"not running {sweep_id}: another process does"


def endless_note(size: int, workers: int) -> Iterator[str]:
    """Warn of a sweep that takes more than a year, even if a worker process evaluates 100,000 points a second."""
    seconds = size / (_FASTEST * workers)
    if seconds > YEAR:
        yield (
            f"note: {size:,} points take {duration(seconds)} on this machine,"
            f" even at {_FASTEST:,} points a second for each of {_counted(workers, 'process', 'processes')}"
        )


def _why_new(beginning: Beginning) -> str:
    if beginning.earlier and beginning.changed:
        names = cut(", ".join(beginning.changed), _LONGEST_MESSAGE)
        have = "has" if len(beginning.changed) == 1 else "have"
        return f"{names} {have} changed since {beginning.earlier.sweep_id}"
    plan = beginning.before.head.plan
    return f"{_counted(plan.size, 'point', 'points')} in {_counted(plan.shards, 'shard', 'shards')}"


def _group_text(group: FailureGroup, points: Mapping[int, Point]) -> str:
    """Return a cause on one line: `412 points in 7 shards: ValueError: no root  (first: point 3, angle=0.1, ...)`."""
    many = f"{_counted(group.points, 'point', 'points')} in {_counted(group.shards, 'shard', 'shards')}"
    example = group.example
    message = cut(" ".join(example.message.split()), _LONGEST_MESSAGE)
    return f"{many}: {example.reason}: {message}  (first: {', '.join(_where(example, points))})"


def _where(failure: Failure, points: Mapping[int, Point]) -> Iterator[str]:
    if failure.index is None:
        yield f"shard {failure.shard}"
        return
    yield f"point {failure.index}"
    if failure.index in points:
        values = (f"{name}={encode(value)}" for name, value in points[failure.index].items())
        yield cut(", ".join(values), _LONGEST_POINT)
    # The last one is the line that raised.
    yield from failure.places[-1:]


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
