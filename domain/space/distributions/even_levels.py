"""The levels of an enumerated parameter, all equally likely."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InvalidSweep
from domain.space.distributions.integers import MOST_INTEGERS
from domain.space.levels import Levels
from domain.space.scalars import Scalar


@dataclass(frozen=True, slots=True)
class EvenLevels:
    """The levels of a parameter, of which the quantile is level `floor(p * n)` of n.

    Each has the probabilities from `k / n` to below `(k + 1) / n`.
    """

    levels: Levels

    def __post_init__(self) -> None:
        """Refuse more levels than floats between 0 and 1 can tell apart."""
        if self.levels.size > MOST_INTEGERS:
            raise InvalidSweep.at("", f"has {self.levels.size:,} levels; at most 2**53 can be sampled")

    def quantile(self, probability: float) -> Scalar:
        """Return the level whose share of the distribution begins at or before this probability."""
        numerator, denominator = probability.as_integer_ratio()
        return self.levels.value(numerator * self.levels.size // denominator)
