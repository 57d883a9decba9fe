"""Floats of an interval, all equally likely."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from domain.errors import InvalidSweep
from domain.space.distributions.distribution import interval

WIDE = "the span from low to high is too large for a float (1.8e308); move them closer together"


@dataclass(frozen=True, slots=True)
class Uniform:
    """Floats from `low` to `high`, in the parameter's own units, all equally likely.

    The quantile is `low + p * (high - low)`, within rounding relative to the larger of the two terms. It never leaves
    the interval and never decreases with p.
    """

    low: float
    high: float
    _span: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse ends that are not in order, and ends whose distance is not a finite number."""
        low, high = interval(self.low, self.high)
        span = high - low
        if not isfinite(span):
            raise InvalidSweep.at("", WIDE)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)
        object.__setattr__(self, "_span", span)

    def quantile(self, probability: float) -> float:
        """Return the float below which this share of the distribution lies; `low` at 0."""
        # The span may be rounded up by half a unit in its last place. The greatest p, 1 - 2**-53, takes that off again.
        return self.low + self._span * probability
