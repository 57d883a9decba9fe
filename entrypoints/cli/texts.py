"""What the command line says of a sweep to people."""

from __future__ import annotations

from collections.abc import Iterator

from application.describe_sweep import Description

_FAILURES_SHOWN = 10


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
