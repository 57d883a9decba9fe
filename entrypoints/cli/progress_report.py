"""The lines that `sweep run` writes now and then where it has no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from application.describe_sweep import Description
from application.ports.engine import EngineCounts, OnCounts
from entrypoints.cli.pace import Pace, duration

# In seconds, between two lines.
_PAUSE = 30.0


@contextmanager
def progress_report(
    before: Description, write: Callable[[str], None], clock: Callable[[], float]
) -> Iterator[OnCounts]:
    """Write a line with points done, rate, failures and time left twice a minute, but none of a shorter run."""
    pace = Pace(before.progress, clock)
    due = clock() + _PAUSE

    def show(counts: EngineCounts) -> None:
        nonlocal due
        if clock() >= due:
            due = clock() + _PAUSE
            pace.update(counts)
            left = "" if pace.left is None else f", {duration(pace.left)} left"
            write(
                f"{before.head.id}: {pace.points:,} of {pace.size:,} points, {pace.rate:,.1f}/s,"
                f" {pace.failed:,} failed{left}"
            )

    yield show
