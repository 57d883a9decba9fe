"""A sequence whose points are computed in batches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from domain.designs.design import check_index, check_range
from domain.sequences.unit_sequence import check_sequence

# So many coordinates together make the cost of a batch small, and their integers fit a processor's cache.
_BATCH = 2048


@dataclass(frozen=True, slots=True)
class Batched(ABC):
    """So many points on so many axes, by a seed."""

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
        return tuple(self.coordinates(index, 1))

    def walk(self, start: int, stop: int) -> Iterator[tuple[float, ...]]:
        """Yield the points `start..stop-1` in order, in the memory of one batch."""
        check_range(start, stop, self.size)
        points = max(1, _BATCH // self.axes)

        def batch(first: int) -> Iterator[tuple[float, ...]]:
            coordinate = iter(self.coordinates(first, min(points, stop - first)))
            return zip(*[coordinate] * self.axes, strict=True)

        return chain.from_iterable(map(batch, range(start, stop, points)))

    @abstractmethod
    def coordinates(self, start: int, count: int) -> list[float]:
        """Return the coordinates of `count` points from `start` on, one point after the other."""
