"""What the command line says of a sweep to people."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from adapters.documents.answer_size import cut
from adapters.documents.answers import moment
from application.describe_sweep import Description
from application.documents.compact_json import encode
from domain.designs.design import Point
from domain.failure import Failure, FailureGroup
from domain.progress import Progress, State

_GROUPS_SHOWN = 10
# In characters.
_LONGEST_MESSAGE = 200
_LONGEST_POINT = 100


def _state_text(progress: Progress) -> str:
    """Return the state; that of a sweep of which points failed is not plainly done."""
    if progress.state is not State.DONE_WITH_ERRORS:
        return progress.state.value
    return f"done, but {counted(progress.failed, 'point has', 'points have')} no value"


def progress_lines(description: Description, words: Sequence[str]) -> Iterator[str]:
    """Say where a sweep stands, and why points have no value: the causes that cost the most points.

    Each cause ends with the command that evaluates its first point by hand; `words` say in which place that is.
    """
    progress = description.progress
    percent = 100 * (progress.done + progress.skipped) / progress.size
    skipped = f", {progress.skipped:,} skipped" if progress.skipped else ""
    with_errors = f" ({progress.shards_partial:,} with errors)" if progress.shards_partial else ""
    yield f"{description.head.id}: {_state_text(progress)}"
    yield f"points:  {progress.done:,} of {progress.size:,} done{skipped} ({percent:.4g} %), {progress.failed:,} failed"
    yield (
        f"shards:  {progress.shards_done:,} of {progress.shards:,} done{with_errors}, {progress.shards_failed:,} failed"
    )
    if progress.oldest:
        oldest = progress.oldest[0]
        waits = f"the first, shard {oldest.shard}, was dispatched at {moment(oldest.since)}"
        yield f"running: {counted(progress.running, 'shard', 'shards')}; {waits}"
    for group in description.groups[:_GROUPS_SHOWN]:
        yield f"  {_group_text(group, description.points)}"
        if group.example.index is not None:
            yield f"    by hand: {by_hand(description.head.id, group.example.index, words)}"
    if len(description.groups) > _GROUPS_SHOWN:
        yield f"  ... and {len(description.groups) - _GROUPS_SHOWN:,} more causes (sweep status --json)"
    left = progress.failing_shards - description.shards_grouped
    if left:
        yield f"  ... and those of {counted(left, 'further shard', 'further shards')}"


def _group_text(group: FailureGroup, points: Mapping[int, Point]) -> str:
    """Return a cause on one line: `412 points in 7 shards: ValueError: no root  (first: point 3, angle=0.1, ...)`."""
    many = f"{counted(group.points, 'point', 'points')} in {counted(group.shards, 'shard', 'shards')}"
    example = group.example
    message = cut(" ".join(printable(example.message).split()), _LONGEST_MESSAGE)
    return f"{many}: {example.reason}: {message}  (first: {', '.join(_where(example, points))})"


def _where(failure: Failure, points: Mapping[int, Point]) -> Iterator[str]:
    if failure.index is None:
        yield f"shard {failure.shard}"
        return
    yield f"point {failure.index}"
    if failure.index in points:
        yield point_text(points[failure.index])
    # The last one is the line that raised.
    yield from failure.places[-1:]


def point_text(point: Point) -> str:
    """Return `angle=0.1, speed=20`; a long text is cut."""
    return cut(", ".join(f"{name}={encode(value)}" for name, value in point.items()), _LONGEST_POINT)


def by_hand(sweep_id: str, index: int, words: Sequence[str]) -> str:
    """Return the command line that evaluates a point of a sweep in a process of its own."""
    return shlex.join(["sweep", "point", sweep_id, str(index), *words])


def counted(count: int, one: str, many: str) -> str:
    """Return a count with its noun: `1 point`, `2 points`."""
    return f"{count:,} {one if count == 1 else many}"


def printable(text: str) -> str:
    """Return a user's text on one line, without what a terminal would obey."""
    return "".join(one if one.isprintable() else " " for one in text)
