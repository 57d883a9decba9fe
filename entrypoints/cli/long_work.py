"""A bar on standard error for work that may take long; it is shown on a terminal alone."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

# Called with how much of the work is done, and how much there is.
OnDone: TypeAlias = Callable[[int, int], None]
# In seconds: shorter work shows no bar, and a bar is drawn anew so often.
_SOON = 0.3


@contextmanager
def bar(title: str) -> Iterator[OnDone]:
    """Yield what to call at every step; it shows a bar after a moment, which the end of the block removes."""
    if not sys.stderr.isatty():
        yield _show_nothing
        return
    from rich.console import Console  # noqa: PLC0415 - takes a moment to load, which a pipe need not wait for
    from rich.progress import Progress  # noqa: PLC0415 - likewise

    progress = Progress(console=Console(stderr=True), transient=True, auto_refresh=False)
    task = progress.add_task(title, total=None)
    drawn = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal drawn
        if time.monotonic() - drawn < _SOON:
            return
        drawn = time.monotonic()
        progress.start()
        progress.update(task, completed=done, total=total)
        progress.refresh()

    try:
        yield show
    finally:
        progress.stop()


def _show_nothing(_done: int, _total: int) -> None:
    """Show nothing: there is no terminal."""
