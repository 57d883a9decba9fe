"""What the command line says of a sweep, as lines for people and as JSON documents for programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from application.describe_sweep import Description
from domain.progress import Failure
from domain.scalars import Json

_FAILURES_SHOWN = 10
_FAILURES_LISTED = 1000


def run_document(description: Description) -> dict[str, Json]:
    """Give the JSON of a finished run. `done` and `failed` count points; together they are `size`."""
    progress = description.progress
    return {
        "sweep_id": description.sweep.id,
        "state": progress.state.value,
        "size": progress.size,
        "shards": progress.shards,
        "done": progress.done,
        "failed": progress.failed,
        "shards_done": progress.shards_done,
        "shards_failed": progress.shards_failed,
        "results": description.results,
    }


def status_document(description: Description) -> dict[str, Json]:
    """Give the JSON of a sweep's status: that of a run, and the first 1,000 failures."""
    failures = description.progress.failures[:_FAILURES_LISTED]
    return run_document(description) | {"failures": [_failure_document(failure) for failure in failures]}


def progress_lines(description: Description) -> Iterator[str]:
    """Say where a sweep stands, with the first few failures."""
    progress = description.progress
    percent = 100 * progress.done / progress.size
    yield f"{description.sweep.id}: {progress.state}"
    yield f"points:  {progress.done:,} of {progress.size:,} done ({percent:.4g} %), {progress.failed:,} failed"
    yield f"shards:  {progress.shards_done:,} of {progress.shards:,} done, {progress.shards_failed:,} failed"
    for failure in progress.failures[:_FAILURES_SHOWN]:
        yield f"  shard {failure.shard}: {failure.points:,} points without a value: {failure.reason}: {failure.message}"
    if len(progress.failures) > _FAILURES_SHOWN:
        yield f"  ... and {len(progress.failures) - _FAILURES_SHOWN:,} more shards with failures (sweep status --json)"


def created(description: Description) -> str:
    """Give the moment a sweep was submitted, in UTC."""
    return datetime.fromtimestamp(description.sweep.created_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _failure_document(failure: Failure) -> dict[str, Json]:
    return {
        "shard": failure.shard,
        "points": failure.points,
        "reason": failure.reason,
        "message": failure.message,
    }
