"""Independent points, uniform in the unit cube."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.designs.design import check_index, check_range
from domain.sequences.batches import batches
from domain.sequences.keyed_hash import row_hash
from domain.sequences.lanes import fractions, joined
from domain.sequences.unit_sequence import check_sequence

_PURPOSE = "random"


@dataclass(frozen=True, slots=True)
class RandomPoints:
    """Points whose coordinates are independent and uniform: each the middle of one of 2^52 equal parts of 0..1.

    Point `i` is a keyed hash of `i`, so more points, or more axes, leave the first ones as they are.
    """

    axes: int
    points: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse what is no sequence."""
        check_sequence(self.axes, self.points, self.seed)

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points

    def point(self, index: int) -> tuple[float, ...]:
        """Return one point; `IndexError` outside `0..size-1`."""
        check_index(index, self.size)
        return tuple(self._coordinates(index, 1))

    def walk(self, start: int, stop: int) -> Iterator[tuple[float, ...]]:
        """Yield the points `start..stop-1` in order."""
        check_range(start, stop, self.size)
        return batches(self.axes, start, stop, self._coordinates)

    def _coordinates(self, start: int, count: int) -> list[float]:
        """Return the coordinates of `count` points, one point after the other."""
        rows = map(row_hash(self.seed, _PURPOSE, self.axes), range(start, start + count))
        return fractions(0, joined(rows), 1, count * self.axes)
