"""Where a command shows how far a sweep is: a screen on a terminal, and else lines now and then."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from entrypoints.cli.progress_report import ProgressReport
from entrypoints.cli.snapshot import Snapshot


class Display(Protocol):
    """Shows the last snapshot that it is called with."""

    def show(self, snapshot: Snapshot) -> None:
        """Show a snapshot in the place of the one before."""
        ...

    def adapt(self) -> None:
        """Draw the same anew where the terminal has another size now."""
        ...


def has_screen(stream: TextIO) -> bool:
    """Return whether the stream is a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM", "").lower() not in {"dumb", "unknown"}


@contextmanager
def lines(write: Callable[[str], None], first: float) -> Iterator[Display]:
    """Write a line now and then, the first one in so many seconds, and one at the end."""
    report = ProgressReport(write, time.monotonic, first)
    try:
        yield report
    finally:
        report.end()
