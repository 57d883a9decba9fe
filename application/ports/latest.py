"""The latest sweep: the one that the last command in a place dealt with."""

from __future__ import annotations

from typing import Protocol


class Latest(Protocol):
    """Remembers the latest sweep of a place; raises `DependencyUnavailable`."""

    def deal_with(self, sweep_id: str) -> None:
        """Remember that a command deals with a sweep, which is the latest then."""
        ...

    def latest(self) -> str | None:
        """Return the sweep that the last command dealt with; None where no command dealt with any."""
        ...
