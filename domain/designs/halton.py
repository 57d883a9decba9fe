"""The Halton design: the space is filled evenly, by any number of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from domain.designs.sampled import Names, PointCount, Rows, Sampled, Seed
from domain.sequences.halton import Halton
from domain.space.parameter import Parameter


@dataclass(frozen=True, slots=True)
class HaltonDesign(Sampled):
    """The first points of a Halton sequence; more points with the same seed keep the first ones."""

    @classmethod
    def of(
        cls,
        parameters: Sequence[Parameter],
        *,
        points: PointCount,
        seed: Seed = 0,
        scramble: bool = True,
        grid: Names = (),
        first: Rows = (),
    ) -> Self:
        """Build the design over these parameters; raises `InvalidSweep`."""
        return cls.over(parameters, lambda axes: Halton(axes, points, seed, scramble), grid, first)
