"""Two sets of points over different parameters, each point of one combined with each of the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeVar

from domain.designs.design import Point, Points, Render, check_index, check_range

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Crossed:
    """All points of `inner` with the first of `outer`, then all with the second, and so on.

    `names` sets the order of the parameters.
    """

    names: tuple[str, ...]
    outer: Points
    inner: Points
    _places: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find the place of each name among those of a combined point."""
        combined = (*self.outer.names, *self.inner.names)
        object.__setattr__(self, "_places", tuple(map(combined.index, self.names)))

    @property
    def size(self) -> int:
        """The number of combinations."""
        return self.outer.size * self.inner.size

    def point(self, index: int) -> Point:
        """Return one point; `IndexError` outside `0..size-1`."""
        check_index(index, self.size)
        outer, inner = divmod(index, self.inner.size)
        found = self.outer.point(outer) | self.inner.point(inner)
        return {name: found[name] for name in self.names if name in found}

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the points `start..stop-1` in order, each a tuple of `render(name, value)`."""
        check_range(start, stop, self.size)
        combined = self._combined(start, stop, render)
        if self._places == tuple(range(len(self.names))):
            return combined
        # There are two names at least, so that the getter returns a tuple.
        return map(itemgetter(*self._places), combined)

    def _combined(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        size = self.inner.size
        first, last = start // size, -(-stop // size)
        for number, prefix in enumerate(self.outer.walk(first, last, render), first):
            base = number * size
            for row in self.inner.walk(max(start - base, 0), min(stop - base, size), render):
                yield prefix + row
