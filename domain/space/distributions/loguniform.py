"""Positive floats whose logarithm is uniform."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal
from math import frexp, ldexp

from domain.errors import InvalidSweep
from domain.space.distributions.distribution import interval
from domain.space.distributions.elementary import exp_parts

_EXACT = Context(prec=40, traps=[])


@dataclass(frozen=True, slots=True)
class Loguniform:
    """Floats from `low > 0` to `high`, in the parameter's own units, whose logarithm is uniform.

    The quantile is `low * exp(p * log(high / low))` (the reciprocal distribution: Hamming, On the distribution of
    numbers, Bell System Technical Journal 49 (1970) 1609-1625). It never leaves the interval.
    """

    low: float
    high: float
    _log_ratio: float = field(init=False, repr=False, compare=False)
    _low_parts: tuple[float, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse ends that are not in order, and an interval that reaches 0."""
        low, high = interval(self.low, self.high)
        if low <= 0:
            raise InvalidSweep.at("low", "must be greater than 0 in a loguniform; use uniform, or a small number")
        # The ratio of two floats may be beyond a float's range, or so near to 1 that the rounded one loses its digits.
        log_ratio = _EXACT.ln(_EXACT.divide(Decimal(high), Decimal(low)))
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)
        object.__setattr__(self, "_log_ratio", float(log_ratio))
        object.__setattr__(self, "_low_parts", frexp(low))

    def quantile(self, probability: float) -> float:
        """Return the float below which this share of the distribution lies; `low` at 0."""
        factor, exponent = exp_parts(self._log_ratio * probability)
        mantissa, low_exponent = self._low_parts
        # Low may be subnormal and the factor beyond a float's range; only the whole product is rounded to a float.
        try:
            return min(self.high, ldexp(mantissa * factor, low_exponent + exponent))
        except OverflowError:  # high is among the largest floats, and the product is rounded beyond them
            return self.high
