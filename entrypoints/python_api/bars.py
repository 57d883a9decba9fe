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
from entrypoints.cli.display import Display
from entrypoints.cli.pace import duration
from entrypoints.cli.run_view import RunView
from entrypoints.cli.snapshot import Snapshot

# Called with the sweep as it stood before; its block yields what to call at every step.
Bar: TypeAlias = Callable[[Description], AbstractContextManager[OnCounts]]
_STANDARD_ERROR = 2


@dataclass(frozen=True, slots=True)
class Screen:
    """A bar, and the descriptor to which worker processes write what targets print, so that it does not break it."""

    bar: Bar
    output: int


@contextmanager
def screen(*, progress: bool) -> Iterator[Screen]:
    """Yield what fits the program's surroundings."""
    if progress and _is_notebook():
        yield Screen(partial(_shown, _notebook), _STANDARD_ERROR)
    elif progress and sys.stderr is not None and sys.stderr.isatty():
        yield from _terminal()
    else:
        yield Screen(_no_bar, _STANDARD_ERROR)


def _terminal() -> Iterator[Screen]:
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it

    from entrypoints.cli.live_screen import live_screen  # noqa: PLC0415 - likewise
    from entrypoints.cli.worker_output import WorkerOutput  # noqa: PLC0415 - likewise

    console, printing = Console(stderr=True), threading.Lock()
    with WorkerOutput(console, printing) as output:
        yield Screen(partial(_shown, partial(live_screen, console, printing)), output.descriptor)


@contextmanager
def _shown(display: Callable[[], AbstractContextManager[Display]], before: Description) -> Iterator[OnCounts]:
    """Show the counts of a run on a display."""
    with display() as shown:
        view = RunView(before, None, shown, time.monotonic)
        try:
            yield view
        finally:
            view.show()


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

    shown: Snapshot

    def __repr__(self) -> str:
        shown = self.shown
        left = f", {duration(shown.left)} left" if shown.left else ""
        return f"{shown.sweep_id}: {shown.points:,} of {shown.size:,} points, {shown.failed:,} failed{left}"

    def _repr_html_(self) -> str:
        return f'<progress value="{self.shown.points}" max="{self.shown.size}"></progress> {escape(repr(self))}'


class _Notebook:
    """Shows a line that changes in its place; it needs no widgets, which a stored notebook would not show."""

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, snapshot: Snapshot) -> None:
        """Show a snapshot in the place of the one before."""
        if self._handle is None:
            self._handle = sys.modules["IPython"].display.display(_Line(snapshot), display_id=True)
        else:
            self._handle.update(_Line(snapshot))

    def adapt(self) -> None:
        """Do nothing: a notebook draws the line in any width."""


@contextmanager
def _notebook() -> Iterator[Display]:
    yield _Notebook()
