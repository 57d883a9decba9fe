"""The triangular distribution."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal
from math import isfinite, sqrt

from domain.errors import InvalidSweep
from domain.space.distributions.distribution import interval
from domain.space.distributions.uniform import WIDE
from domain.space.scalars import finite

_EXACT = Context(prec=60, traps=[])


@dataclass(frozen=True, slots=True)
class Triangular:
    """Floats from `low` to `high`, in the parameter's own units, most likely at `mode`, which may be either end.

    Up to `c = (mode - low) / (high - low)` the quantile is `low + sqrt(p * (high - low) * (mode - low))`, and from
    there `high - sqrt((1 - p) * (high - low) * (high - mode))` (Kotz and van Dorp, Beyond Beta, 2004, chapter 1). It
    is within 1e-15 relative to the larger of the two terms. It never leaves the interval and never decreases with p.
    """

    low: float
    mode: float
    high: float
    _turn: float = field(init=False, repr=False, compare=False)
    _below: float = field(init=False, repr=False, compare=False)
    _above: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse ends that are not in order, a mode outside, and ends whose distance is not a finite number."""
        (low, high), mode = interval(self.low, self.high), finite("mode", self.mode)
        if not low <= mode <= high:
            raise InvalidSweep.at("mode", "must be between low and high (or one of them)")
        span = high - low
        if not isfinite(span):
            raise InvalidSweep.at("", WIDE)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "mode", mode)
        object.__setattr__(self, "high", high)
        object.__setattr__(self, "_turn", (mode - low) / span)
        object.__setattr__(self, "_below", _root(low, high, low, mode))
        object.__setattr__(self, "_above", _root(low, high, mode, high))

    def quantile(self, probability: float) -> float:
        """Return the float below which this share of the distribution lies; `low` at 0."""
        if probability < self._turn:
            return min(self.low + self._below * sqrt(probability), self.mode)
        return max(self.high - self._above * sqrt(1 - probability), self.mode)


def _root(low: float, high: float, start: float, stop: float) -> float:
    """Return `sqrt((high - low) * (stop - start))` rounded once; the product may be beyond a float's range."""
    spans = (_EXACT.subtract(Decimal(b), Decimal(a)) for a, b in ((low, high), (start, stop)))
    return float(_EXACT.sqrt(_EXACT.multiply(*spans)))
