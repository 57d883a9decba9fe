"""Whole numbers named as ranges, of which only the first are kept: what an audit finds has no bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_RANGES = 100


@dataclass(slots=True)
class Ranges:
    """Counts numbers, and keeps the first 100 ranges that they make."""

    count: int = 0
    _first: list[range] = field(default_factory=list)
    _is_full: bool = False

    def add(self, start: int, stop: int) -> None:
        """Add the numbers `start..stop-1`, of which there is at least one."""
        self.count += stop - start
        if self._is_full:
            return
        if self._first and self._first[-1].stop == start:
            self._first[-1] = range(self._first[-1].start, stop)
        elif len(self._first) < MOST_RANGES:
            self._first.append(range(start, stop))
        else:
            self._is_full = True

    @property
    def first(self) -> Sequence[range]:
        """The first ranges, in the order in which they were added."""
        return self._first
