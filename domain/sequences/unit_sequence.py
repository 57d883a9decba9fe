"""Sequences of points in the unit cube: what every one of them can do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from domain.errors import InvalidSweep

# A stratum of so many, and the place inside it, fit the 53 bits of a float.
MOST_POINTS = 2**52
# A design may take two coordinates for each of the 64 parameters.
MOST_AXES = 128
LEAST_SEED, MOST_SEED = -(2**63), 2**63 - 1


class UnitSequence(Protocol):
    """A deterministic sequence of points in the unit cube; the same on every machine, to the last bit."""

    @property
    def axes(self) -> int:
        """How many coordinates a point has, at least 1."""
        ...

    @property
    def size(self) -> int:
        """How many points there are, at least 1."""
        ...

    def point(self, index: int) -> tuple[float, ...]:
        """Return one point, a coordinate in [0, 1) for each axis; `IndexError` outside `0..size-1`."""
        ...

    def walk(self, start: int, stop: int) -> Iterator[tuple[float, ...]]:
        """Yield the points `start..stop-1` in order, with the bits that `point` returns; `IndexError` outside.

        This is the fast path: what consecutive points share is computed once.
        """
        ...


def check_sequence(axes: int, points: int, seed: int) -> None:
    """Refuse a sequence without axes or points, with too many of them, or with a seed of more than 64 bits."""
    if axes < 1:
        raise InvalidSweep.at("parameters", "is empty; name at least one parameter")
    if axes > MOST_AXES:
        raise InvalidSweep.at("parameters", f"needs {axes} coordinates a point, and there are {MOST_AXES} at most")
    if points < 1:
        raise InvalidSweep.at("design.points", "must be at least 1")
    if points > MOST_POINTS:
        raise InvalidSweep.at("design.points", f"must be at most {MOST_POINTS:,} (2^52): a float has no more places")
    if not LEAST_SEED <= seed <= MOST_SEED:
        raise InvalidSweep.at("design.seed", "must be an integer of 64 bits, -2^63 to 2^63 - 1")
