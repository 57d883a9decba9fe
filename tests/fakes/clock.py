"""A clock that a test sets."""

from __future__ import annotations


class HandClock:
    """A `Clock` that moves only when `time` is set."""

    def __init__(self) -> None:
        """Start at a fixed moment."""
        self.time = 1_700_000_000.0

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return self.time
