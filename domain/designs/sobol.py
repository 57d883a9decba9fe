"""The Sobol design: the space is filled evenly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from domain.designs.sampled import Names, PointCount, Rows, Sampled, Seed
from domain.sequences.scrambling import Scramble
from domain.sequences.sobol import Sobol
from domain.space.parameter import Parameter


@dataclass(frozen=True, slots=True)
class SobolDesign(Sampled):
    """The first points of a Sobol sequence; more points with the same seed keep the first ones."""

    @classmethod
    def of(
        cls,
        parameters: Sequence[Parameter],
        *,
        points: PointCount,
        seed: Seed = 0,
        scramble: Scramble = "owen",
        grid: Names = (),
        first: Rows = (),
    ) -> Self:
        """Build the design over these parameters; raises `InvalidSweep`."""
        return cls.over(parameters, lambda axes: Sobol(axes, points, seed, scramble), grid, first)
