"""The Latin hypercube: every axis is filled evenly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from domain.designs.sampled import Names, PointCount, Rows, Sampled, Seed
from domain.sequences.latin_hypercube import LatinHypercube
from domain.space.parameter import Parameter


@dataclass(frozen=True, slots=True)
class LatinHypercubeDesign(Sampled):
    """Points of which every axis has one in each of `points` equal strata."""

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
        return cls.over(parameters, lambda axes: LatinHypercube(axes, points, seed), grid, first)
