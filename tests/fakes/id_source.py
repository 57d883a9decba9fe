"""Ids that a test can predict."""

from __future__ import annotations


class CountingIds:
    """An `IdSource` that counts."""

    def __init__(self) -> None:
        """Start at one."""
        self._last = 0

    def new_id(self) -> str:
        """Return the next number with 12 digits."""
        self._last += 1
        return f"{self._last:012}"
