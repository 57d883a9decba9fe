"""The cross-sampled design of a sensitivity analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from domain.designs.sampled import PointCount, Sampled, Seed
from domain.errors import InvalidSweep
from domain.sequences.saltelli import Saltelli
from domain.sequences.scrambling import Scramble
from domain.space.existence import optional_names
from domain.space.parameter import Parameter


@dataclass(frozen=True, slots=True)
class SaltelliDesign(Sampled):
    """Blocks of points for the Sobol indices of each parameter, a block for each of `points` base points."""

    sequence: Saltelli

    @classmethod
    def of(
        cls,
        parameters: Sequence[Parameter],
        *,
        points: PointCount,
        seed: Seed = 0,
        scramble: Scramble = "owen",
        second_order: bool = False,
    ) -> Self:
        """Build the design over these parameters; raises `InvalidSweep`, also for one that need not exist."""
        for name in optional_names(parameters):
            message = "cannot stand here: the indices of a saltelli design need every parameter at every point"
            raise InvalidSweep.at(f"parameters.{name}.when", message)
        return cls.over(parameters, lambda axes: Saltelli(axes, points, seed, scramble, second_order))

    @property
    def rows(self) -> int:
        """How many points a block has."""
        return self.sequence.rows
