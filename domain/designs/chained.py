"""Sets of points over the same parameters, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from domain.designs.design import Point, Points, Render, check_index, check_range

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chained:
    """The points of `head`, and after them those of `tail`."""

    head: Points
    tail: Points

    @property
    def names(self) -> tuple[str, ...]:
        """The names of both."""
        return self.tail.names

    @property
    def size(self) -> int:
        """The number of points of both together."""
        return self.head.size + self.tail.size

    def point(self, index: int) -> Point:
        """Return one point; `IndexError` outside `0..size-1`."""
        check_index(index, self.size)
        own = index - self.head.size
        return self.head.point(index) if own < 0 else self.tail.point(own)

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the points `start..stop-1` in order, each a tuple of `render(name, value)`."""
        check_range(start, stop, self.size)
        border = self.head.size
        return (
            self._both(start, stop, render) if start < border else self.tail.walk(start - border, stop - border, render)
        )

    def _both(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        border = self.head.size
        yield from self.head.walk(start, min(stop, border), render)
        yield from self.tail.walk(0, max(stop - border, 0), render)
