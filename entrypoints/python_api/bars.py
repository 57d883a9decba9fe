"""What a call shows while it lasts: a bar in a terminal, a line in a notebook, and nothing anywhere else."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, TypeAlias

from application.describe_sweep import Description
from application.ports.engine import EngineCounts, OnCounts
from entrypoints.cli.pace import Pace, duration

# Called with the sweep as it stood before; its block yields what to call at every step.
Bar: TypeAlias = Callable[[Description], AbstractContextManager[OnCounts]]
_STANDARD_ERROR = 2
# In seconds, between two changes of a notebook's line.
_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Screen:
    """A bar, and the descriptor to which worker processes write what targets print, so that it does not break it."""

    bar: Bar
    output: int


@contextmanager
def screen(*, progress: bool) -> Iterator[Screen]:
    """Yield what fits the program's surroundings."""
    if progress and _is_notebook():
        yield Screen(_notebook_line, _STANDARD_ERROR)
    elif progress and sys.stderr is not None and sys.stderr.isatty():
        yield from _terminal()
    else:
        yield Screen(_no_bar, _STANDARD_ERROR)


def _terminal() -> Iterator[Screen]:
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it

    from entrypoints.cli.progress_bar import progress_bar  # noqa: PLC0415 - likewise
    from entrypoints.cli.worker_output import WorkerOutput  # noqa: PLC0415 - likewise

    console, printing = Console(stderr=True), threading.Lock()
    with WorkerOutput(console, printing) as output:
        yield Screen(partial(progress_bar, console=console, printing=printing), output.descriptor)


@contextmanager
def _no_bar(_: Description) -> Iterator[OnCounts]:
    yield _show_nothing


def _show_nothing(_: EngineCounts) -> None:
    """Show nothing."""


def _is_notebook() -> bool:
    """Return whether IPython runs as a notebook's kernel; it is not imported for the question."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython and hasattr(ipython, "get_ipython") else None
    return getattr(shell, "kernel", None) is not None


@dataclass(frozen=True, slots=True)
class _Line:
    """How far a sweep is, as a notebook shows it; the text is what other readers of the notebook find."""

    name: str
    points: int
    size: int
    failed: int
    left: str = ""

    def __repr__(self) -> str:
        return f"{self.name}: {self.points:,} of {self.size:,} points, {self.failed:,} failed{self.left}"

    def _repr_html_(self) -> str:
        return f'<progress value="{self.points}" max="{self.size}"></progress> {escape(repr(self))}'


@contextmanager
def _notebook_line(before: Description) -> Iterator[OnCounts]:
    """Show a line that changes in its place; it needs no widgets, which a stored notebook would not show."""
    display: Any = sys.modules["IPython"].display.display
    pace = Pace(before.progress, time.monotonic)
    name = before.head.id
    handle = display(_Line(name, pace.points, pace.size, pace.failed), display_id=True)
    due = time.monotonic() + _PAUSE

    def show(counts: EngineCounts) -> None:
        nonlocal due
        pace.update(counts)
        if time.monotonic() >= due:
            due = time.monotonic() + _PAUSE
            left = "" if pace.left is None else f", {duration(pace.left)} left"
            handle.update(_Line(name, pace.points, pace.size, pace.failed, left))

    try:
        yield show
    finally:
        handle.update(_Line(name, pace.points, pace.size, pace.failed))
