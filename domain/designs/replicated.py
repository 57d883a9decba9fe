"""Replicates: another design, each of whose points is repeated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from domain.designs.design import Design, Point, Render, check_index, check_range
from domain.designs.walk import Column, repeated
from domain.errors import InvalidSweep
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Json

T = TypeVar("T")

# The axis of the replicates, and the keyword by which a target gets the stream seed.
REPLICATE, SEED = "replicate", "seed"
MOST_REPLICATES = 10**6
LOWEST_SEED, HIGHEST_SEED = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Replicated:
    """Every point of a design `count` times, numbered 0..count-1 by the parameter `replicate`, which varies fastest.

    `seed` is the base of the stream seeds that the replicates get.
    """

    design: Design
    count: int
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a count and a seed out of bounds, and parameters with the names that replicates need."""
        if not 1 <= self.count <= MOST_REPLICATES:
            raise InvalidSweep.at("replicates", f"must be 1 to {MOST_REPLICATES:,}")
        if not LOWEST_SEED <= self.seed <= HIGHEST_SEED:
            raise InvalidSweep.at("replicates.seed", "is an integer beyond 64 bits")
        for name in self.design.names:
            check_not_taken("parameters", name)

    @property
    def travels_whole(self) -> bool:
        """Whether the repeated design does."""
        return self.design.travels_whole

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters of the design, and the replicate."""
        return (*self.design.names, REPLICATE)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters as the request has them; the replicate is none of them."""
        return tuple(self.design.parameters)

    @property
    def axis(self) -> Parameter:
        """The replicates as a parameter."""
        return Parameter(REPLICATE, Range(0, self.count))

    @property
    def size(self) -> int:
        """The number of points, each replicate counted."""
        return self.design.size * self.count

    def point(self, index: int) -> Point:
        """Return one point; `IndexError` outside `0..size-1`."""
        check_index(index, self.size)
        number, replicate = divmod(index, self.count)
        return {**self.design.point(number), REPLICATE: replicate}

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the points `start..stop-1` in order; the values of a point are rendered once for its replicates."""
        check_range(start, stop, self.size)
        points = self.design.walk(*self._points(start, stop), render)
        return repeated(points, Column(self.count, lambda number: (render(REPLICATE, number),)), start, stop)

    def part(self, start: int, stop: int) -> Replicated:
        """Return the design that has all replicates of the points whose replicates `start..stop-1` are."""
        return Replicated(self.design.part(*self._points(start, stop)), self.count, self.seed)

    def options(self) -> dict[str, Json]:
        """Return the options of the design."""
        return self.design.options()

    def _points(self, start: int, stop: int) -> tuple[int, int]:
        return start // self.count, -(-stop // self.count)


def check_not_taken(place: str, name: str) -> None:
    """Refuse a parameter or a constant that would stand in the way of what a target gets beside replicates."""
    if name == REPLICATE:
        raise InvalidSweep.at(f"{place}.{name}", "is the name of the replicates' own axis; choose another name")
    if name == SEED:
        message = "is what each replicate gets of its own; choose another name, or say the base as replicates.seed"
        raise InvalidSweep.at(f"{place}.{name}", message)


def repetition(design: Design) -> tuple[Design, int]:
    """Return the design that is repeated, and how often; another design is repeated once."""
    return (design.design, design.count) if isinstance(design, Replicated) else (design, 1)


def is_stored(design: Design) -> bool:
    """Return whether the points, or those that are repeated, are rows of a table that is stored beside the sweep.

    `domain.designs.row_source` has what such a design can do; other designs need not load it.
    """
    return hasattr(repetition(design)[0], "table")


def first_index(design: Design, start: int) -> int:
    """Return which index of the sweep point 0 of `part(start, ...)` has.

    A part has all replicates of its first point, although the shard may begin with a later one of them.
    """
    return 0 if design.travels_whole else start - start % repetition(design)[1]
