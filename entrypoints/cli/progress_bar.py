"""The bar that `sweep run` shows on standard error while it works; silent where that is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from adapters.local.process_engine import EngineProgress


@contextmanager
def progress_bar(name: str, size: int, earlier: int) -> Iterator[Callable[[EngineProgress], None]]:
    """Show points done, rate, failures and time left of `size` points, `earlier` of which were done before."""
    started = time.monotonic()
    bar = _bar()
    task = bar.add_task(name, total=size, completed=earlier, rate="", failed="")

    def show(progress: EngineProgress) -> None:
        points = progress.done + progress.failed
        rate = points / max(time.monotonic() - started, 0.001)
        failed = f"[red]{progress.failed:,} failed" if progress.failed else "0 failed"
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
