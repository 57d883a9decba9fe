"""Independent points, uniform in the unit cube."""

from __future__ import annotations

from dataclasses import dataclass

from domain.sequences.batched import Batched
from domain.sequences.keyed_hash import row_hash
from domain.sequences.lanes import fractions, joined

_PURPOSE = "random"


@dataclass(frozen=True, slots=True)
class RandomPoints(Batched):
    """Points whose coordinates are independent and uniform: each the middle of one of 2^52 equal parts of 0..1.

    Point `i` is a keyed hash of `i`, so more points, or more axes, leave the first ones as they are.
    """

    def coordinates(self, start: int, count: int) -> list[float]:
        """Return the coordinates of `count` points from `start` on, one point after the other."""
        rows = map(row_hash(self.seed, _PURPOSE, self.axes), range(start, start + count))
        return fractions(0, joined(rows), 1, count * self.axes)
