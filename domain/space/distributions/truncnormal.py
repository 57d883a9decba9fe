"""The normal distribution between two bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from domain.errors import InvalidSweep
from domain.space.distributions.distribution import interval, positive
from domain.space.distributions.elementary import log
from domain.space.distributions.normal_quantile import CENTRAL, central_deviate, tail_deviate
from domain.space.distributions.normal_tails import EXACT, normal_split
from domain.space.scalars import finite

_LEAST_NORMAL_FLOAT = Decimal(2**-1022)
_EMPTY = "the normal distribution has a probability below 2.2e-308 from low to high; move them towards the mean"


@dataclass(frozen=True, slots=True)
class Truncnormal:
    """A normal distribution with this `mean` and `sd`, given that the value is between `low` and `high`.

    All four are in the parameter's own units; mean and sd are those before the truncation. The distribution function of
    the quantile is `(1 - p) F(low) + p F(high)` with the normal one F (Johnson, Kotz and Balakrishnan, Continuous
    Univariate Distributions, volume 1, 1994, chapter 13, section 10.1). It is taken relative to the centre or to the
    nearer tail, where nothing cancels, and inverted by AS 241 (`normal_quantile.py`). The quantile is within 1e-15
    relative to the largest of the mean, its distance from the mean, and near the mean the sd. It never leaves the
    interval.
    """

    mean: float
    sd: float
    low: float
    high: float
    # The distribution function of the untruncated normal at low and high, less 0.5.
    _centre: tuple[float, float] = field(init=False, repr=False, compare=False)
    # The logarithm of the probability below high, and how much of it is below low.
    _below: tuple[float, float] = field(init=False, repr=False, compare=False)
    # The logarithm of the probability above low, and how much of it is above high.
    _above: tuple[float, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse ends that are not in order, an sd that is not positive, and an interval too far from the mean."""
        mean, sd = finite("mean", self.mean), positive("sd", self.sd)
        low, high = interval(self.low, self.high)
        (below_low, centre_low, above_low), (below_high, centre_high, above_high) = (
            normal_split(_deviate(end, mean, sd)) for end in (low, high)
        )
        mass = max(EXACT.subtract(below_high, below_low), EXACT.subtract(above_low, above_high))
        if mass < _LEAST_NORMAL_FLOAT:
            raise InvalidSweep.at("", _EMPTY)
        for name, number in (("mean", mean), ("sd", sd), ("low", low), ("high", high)):
            object.__setattr__(self, name, number)
        object.__setattr__(self, "_centre", (float(centre_low), float(centre_high)))
        object.__setattr__(self, "_below", _logarithm_and_share(below_high, below_low))
        object.__setattr__(self, "_above", _logarithm_and_share(above_low, above_high))

    def quantile(self, probability: float) -> float:
        """Return the float below which this share of the distribution lies; `low` at 0."""
        if not probability:
            return self.low
        value = self.mean + self.sd * self._standard(probability)
        if value < self.low:
            return self.low
        return min(self.high, value)

    def _standard(self, probability: float) -> float:
        """Return the quantile as a deviate of the standard normal distribution."""
        rest = 1 - probability
        at_low, at_high = self._centre
        offset = rest * at_low + probability * at_high
        if -CENTRAL <= offset <= CENTRAL:
            return central_deviate(offset)
        if offset > 0:
            logarithm, share = self._above
            return tail_deviate(-(logarithm + log(rest + probability * share)))
        logarithm, share = self._below
        return -tail_deviate(-(logarithm + log(probability + rest * share)))


def _deviate(value: float, mean: float, sd: float) -> Decimal:
    return EXACT.divide(EXACT.subtract(Decimal(value), Decimal(mean)), Decimal(sd))


def _logarithm_and_share(whole: Decimal, part: Decimal) -> tuple[float, float]:
    return float(EXACT.ln(whole)), float(EXACT.divide(part, whole))
