"""The bar that `sweep run` shows on a terminal while it works."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn
from rich.table import Column

from application.describe_sweep import Description
from application.ports.engine import EngineCounts, OnCounts
from entrypoints.cli.pace import Pace, duration

# From so many columns on there is a place for the points, and from so many also for the bar and the rate.
_MEDIUM, _WIDE = 60, 90
# A longer name is cut.
_LONGEST_NAME = 30


@contextmanager
def progress_bar(before: Description, console: Console, printing: threading.Lock) -> Iterator[OnCounts]:
    """Show points done, rate, failures and time left of a sweep, as far as the terminal is wide enough for them.

    Whatever else prints on the console holds the lock `printing` while it does.
    """
    pace = Pace(before.progress, time.monotonic)
    bar = Progress(*_columns(console.width), console=console, expand=True)
    task = bar.add_task(before.head.id, total=pace.size, completed=pace.points, rate="", failed=_failed(pace), left="")

    def show(counts: EngineCounts) -> None:
        pace.update(counts)
        left = "" if pace.left is None else duration(pace.left)
        bar.update(task, completed=pace.points, rate=f"{pace.rate:,.0f}/s", failed=_failed(pace), left=left)

    bar.start()
    try:
        yield show
    finally:
        # A line that came while the bar ends would stand on the bar's own.
        with printing:
            bar.stop()


def _failed(pace: Pace) -> str:
    return f"[red]{pace.failed:,} failed" if pace.failed else "0 failed"


def _columns(width: int) -> Iterator[ProgressColumn]:
    longest = min(_LONGEST_NAME, width // 3)
    name = Column(no_wrap=True, overflow="ellipsis", max_width=longest)
    yield TextColumn("[bold]{task.description}", table_column=name)
    if width >= _WIDE:
        yield BarColumn(bar_width=None)
    if width >= _MEDIUM:
        yield _text("{task.completed:,.0f} of {task.total:,.0f} points")
    else:
        yield _text("{task.percentage:>3.0f} %")
    if width >= _WIDE:
        yield _text("[cyan]{task.fields[rate]}")
    yield _text("{task.fields[failed]}")
    yield _text("[magenta]{task.fields[left]}")


def _text(form: str) -> TextColumn:
    return TextColumn(form, table_column=Column(no_wrap=True))
