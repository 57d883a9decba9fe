"""A Latin hypercube, each point of which is computed by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.designs.design import check_index, check_range
from domain.sequences.batches import batches
from domain.sequences.keyed_hash import row_hash
from domain.sequences.lanes import fractions, joined
from domain.sequences.permutation import Permutations
from domain.sequences.unit_sequence import check_sequence

_PURPOSE = "in stratum"


@dataclass(frozen=True, slots=True)
class LatinHypercube:
    """Points of which each axis has exactly one in each of `points` equal strata, at a random place in it.

    McKay, Beckman, Conover, "A comparison of three methods for selecting values of input variables", Technometrics
    1979. The order of an axis's strata is a keyed permutation, so the list is never built. More points are another
    design, as they have other strata; more axes leave the first ones as they are.
    """

    axes: int
    points: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse what is no sequence."""
        check_sequence(self.axes, self.points, self.seed)

    @property
    def size(self) -> int:
        """The number of points, and of strata."""
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
        strata = Permutations(self.axes, self.points, self.seed).images(start, count)
        return fractions(strata, joined(rows), self.points, count * self.axes)
