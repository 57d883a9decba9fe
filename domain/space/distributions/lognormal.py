"""Positive floats whose logarithm is normal."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InvalidSweep
from domain.space.distributions.distribution import positive
from domain.space.distributions.elementary import LARGEST_EXPONENT, exp
from domain.space.distributions.normal_quantile import normal_quantile
from domain.space.scalars import finite

# The deviate of the largest float below 1 is less.
_FARTHEST_ABOVE = 8.25


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Positive floats whose natural logarithm has this mean and standard deviation, both without a unit.

    The quantile is `exp(mean + sd * z)`, with the standard deviate z of p by AS 241 (`normal_quantile.py`). Its
    relative error is about 1e-15 times the largest of 1, `|mean|` and `|sd * z|`. A value below a float's range is 0.
    """

    mean: float
    sd: float

    def __post_init__(self) -> None:
        """Refuse a standard deviation that is not positive, and values beyond a float's range."""
        mean, sd = finite("mean", self.mean), positive("sd", self.sd)
        if mean + sd * _FARTHEST_ABOVE > LARGEST_EXPONENT:
            raise InvalidSweep.at(
                "", "has values beyond a float's range: mean and sd are those of the logarithm; make them smaller"
            )
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "sd", sd)

    def quantile(self, probability: float) -> float:
        """Return the float below which this share of the distribution lies; 0 at 0."""
        return exp(self.mean + self.sd * normal_quantile(probability))
