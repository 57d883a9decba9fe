"""Points without the values of parameters that do not exist there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from domain.designs.design import Point, Points, Render
from domain.space.existence import existing
from domain.space.parameter import Parameter
from domain.space.scalars import Scalar
from domain.space.when import Member, member

T = TypeVar("T")

# What exists at a point follows from few values, which many points share.
_KEPT = 4096


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
        names = lru_cache(_KEPT)(self._names_by)
        deciding = self._deciding
        for values in map(dict, self.points.walk(start, stop, _pair)):
            there = names(*[member(values.get(name)) for name in deciding])
            yield tuple([render(name, values[name]) for name in there])

    @property
    def _deciding(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for one in self.parameters if one.when for name in one.when.names))

    def _names_by(self, *members: Member) -> tuple[str, ...]:
        """Return the names of what exists by the values of the parameters that decide."""
        decided = {name: value for name, (_, value) in zip(self._deciding, members, strict=True)}
        return tuple(existing(self.parameters, {**dict.fromkeys(self.names), **decided}))


def _pair(name: str, value: Scalar) -> tuple[str, Scalar]:
    return name, value
