"""The random design: independent points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from domain.designs.sampled import Names, PointCount, Rows, Sampled, Seed
from domain.sequences.random_points import RandomPoints
from domain.space.parameter import Parameter


@dataclass(frozen=True, slots=True)
class RandomDesign(Sampled):
    """Independent points; more points with the same seed keep the first ones."""

    @classmethod
    def of(
        cls,
        parameters: Sequence[Parameter],
        *,
        points: PointCount,
        seed: Seed = 0,
        grid: Names = (),
        first: Rows = (),
    ) -> Self:
        """Build the design over these parameters; raises `InvalidSweep`."""
        return cls.over(parameters, lambda axes: RandomPoints(axes, points, seed), grid, first)
