"""The clock."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Knows the time."""

    def now(self) -> float:
        """Return the seconds since the epoch, UTC."""
        ...
