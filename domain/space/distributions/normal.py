"""The normal distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from domain.errors import InvalidSweep
from domain.space.distributions.distribution import positive
from domain.space.distributions.normal_quantile import normal_quantile
from domain.space.scalars import finite

# The deviates of the least and the largest float between 0 and 1 are -38.5 and 8.2.
_FARTHEST_BELOW, _FARTHEST_ABOVE = -38.5, 8.25


@dataclass(frozen=True, slots=True)
class Normal:
    """Floats with this mean and standard deviation, in the parameter's own units; unbounded.

    The quantile is `mean + sd * z`, with the standard deviate z of p by AS 241 (`normal_quantile.py`). It is within
    1e-15 relative to the larger of the two terms, which may cancel.
    """

    mean: float
    sd: float

    def __post_init__(self) -> None:
        """Refuse a standard deviation that is not positive, and values beyond a float's range."""
        mean, sd = finite("mean", self.mean), positive("sd", self.sd)
        if not (isfinite(mean + sd * _FARTHEST_BELOW) and isfinite(mean + sd * _FARTHEST_ABOVE)):
            raise InvalidSweep.at("sd", "is so large that values are beyond a float's range (1.8e308)")
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "sd", sd)

    def quantile(self, probability: float) -> float:
        """Return the float below which this share of the distribution lies; minus infinity at 0."""
        return self.mean + self.sd * normal_quantile(probability)
