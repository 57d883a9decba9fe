"""A Latin hypercube, each point of which is computed by itself."""

from __future__ import annotations

from dataclasses import dataclass

from domain.sequences.batched import Batched
from domain.sequences.keyed_hash import row_hash
from domain.sequences.lanes import fractions, joined
from domain.sequences.permutation import Permutations

_PURPOSE = "in stratum"


@dataclass(frozen=True, slots=True)
class LatinHypercube(Batched):
    """Points of which each axis has exactly one in each of `points` equal strata, at a random place in it.

    McKay, Beckman, Conover, "A comparison of three methods for selecting values of input variables", Technometrics
    1979. The order of an axis's strata is a keyed permutation, so the list is never built. More points are another
    design, as they have other strata; more axes leave the first ones as they are.
    """

    def coordinates(self, start: int, count: int) -> list[float]:
        """Return the coordinates of `count` points from `start` on, one point after the other."""
        rows = map(row_hash(self.seed, _PURPOSE, self.axes), range(start, start + count))
        strata = Permutations(self.axes, self.points, self.seed).images(start, count)
        return fractions(strata, joined(rows), self.points, count * self.axes)
