"""Points drawn from distributions: a coordinate of a sequence is a probability, and the value is its quantile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import TypeVar

from domain.designs.design import Point, Render
from domain.errors import InvalidSweep
from domain.sequences.unit_sequence import UnitSequence
from domain.space.distributions.distribution import Distribution
from domain.space.parameter import Parameter

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The points of a sequence in the unit cube, an axis for each parameter (inverse transform sampling)."""

    parameters: tuple[Parameter, ...]
    sequence: UnitSequence
    _distributions: tuple[Distribution, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Take levels as equally likely, and refuse a first point at 0 where a distribution has no value."""
        object.__setattr__(self, "_distributions", tuple(one.distribution for one in self.parameters))
        # Of a sequence that is not scrambled the first point is 0, and no other has a coordinate of 0.
        for name, value in self.point(0).items():
            if value == -inf:
                message = "has no value at 0, where this sequence begins without scrambling; scramble it"
                raise InvalidSweep.at(f"parameters.{name}", message)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(one.name for one in self.parameters)

    @property
    def size(self) -> int:
        """The number of points of the sequence."""
        return self.sequence.size

    def point(self, index: int) -> Point:
        """Return one point; `IndexError` outside `0..size-1`."""
        drawn = zip(self.names, self._distributions, self.sequence.point(index), strict=True)
        return {name: distribution.quantile(probability) for name, distribution, probability in drawn}

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the points `start..stop-1` in order, each a tuple of `render(name, value)`."""
        axes = [(name, one.quantile) for name, one in zip(self.names, self._distributions, strict=True)]
        for point in self.sequence.walk(start, stop):
            yield tuple([render(name, quantile(part)) for (name, quantile), part in zip(axes, point, strict=True)])
