"""The bar that `sweep run` shows on standard error while it works; silent where that is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from application.describe_sweep import Description
from application.ports.engine import EngineCounts, OnCounts


@contextmanager
def progress_bar(before: Description) -> Iterator[OnCounts]:
    """Show points done, rate, failures and time left of a sweep, some of whose points were done before this run."""
    progress = before.progress
    # The others are counted while they run, those included that keep an earlier value.
    earlier = progress.settled
    started = time.monotonic()
    bar = _bar()
    task = bar.add_task(before.head.id, total=progress.size, completed=earlier, rate="", failed="")

    def show(counts: EngineCounts) -> None:
        points = counts.done + counts.failed
        rate = points / max(time.monotonic() - started, 0.001)
        failed = f"[red]{counts.failed:,} failed" if counts.failed else "0 failed"
        bar.update(task, completed=earlier + points, rate=f"{rate:,.0f}/s", failed=failed)

    with bar:
        yield show


def _bar() -> Progress:
    return Progress(
        TextColumn("[bold]{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} points"),
        TextColumn("[cyan]{task.fields[rate]}"),
        TextColumn("{task.fields[failed]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        expand=True,
    )
