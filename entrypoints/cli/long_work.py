"""A bar on standard error for work that may take long; it is shown on a terminal alone."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from application.on_done import OnDone, show_nothing

# In seconds: shorter work shows no bar, and a bar is drawn anew so often.
_SOON = 0.3


@contextmanager
def bar(title: str, clock: Callable[[], float] = time.monotonic) -> Iterator[OnDone]:
    """Yield what to call at every step; it shows a bar after a moment, which the end of the block removes."""
    if not sys.stderr.isatty():
        yield show_nothing
        return
    drawn = clock()
    draw: OnDone | None = None
    with ExitStack() as shown:

        def show(done: int, total: int) -> None:
            nonlocal drawn, draw
            if clock() - drawn < _SOON:
                return
            drawn = clock()
            draw = draw or shown.enter_context(_progress(title))
            draw(done, total)

        yield show


@contextmanager
def _progress(title: str) -> Iterator[OnDone]:
    """Yield what draws the bar."""
    from rich.console import Console  # noqa: PLC0415 - takes a moment to load, which short work need not wait for
    from rich.progress import Progress  # noqa: PLC0415 - likewise

    with Progress(console=Console(stderr=True), transient=True, auto_refresh=False) as progress:
        task = progress.add_task(title, total=None)

        def draw(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)
            progress.refresh()

        yield draw
