"""Points without the values of parameters that do not exist there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from domain.designs.design import Point, Points, Render
from domain.space.existence import existing
from domain.space.parameter import Parameter

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Existing:
    """The points of another set, each of which has the values of the parameters that exist there alone."""

    points: Points
    parameters: Sequence[Parameter]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parameters."""
        return tuple(one.name for one in self.parameters)

    @property
    def size(self) -> int:
        """The number of points: of those that become equal, each stays."""
        return self.points.size

    def point(self, index: int) -> Point:
        """Return one point; `IndexError` outside `0..size-1`."""
        return existing(self.parameters, self.points.point(index))

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the points `start..stop-1` in order, each a tuple of `render(name, value)`."""
        for values in map(dict, self.points.walk(start, stop, lambda name, value: (name, value))):
            yield tuple([render(name, value) for name, value in existing(self.parameters, values).items()])
