"""The inverse of the regularised incomplete beta function, from its lower end to about its mean.

The upper part of a beta distribution is the lower part of its mirror image: `I_x(a, b) = 1 - I_{1-x}(b, a)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, sqrt
from typing import NamedTuple

from domain.space.distributions.beta_fraction import beta_fraction
from domain.space.distributions.elementary import exp, log, log1p_of_minus
from domain.space.distributions.log_beta import log_a_beta
from domain.space.distributions.normal_quantile import normal_quantile

# A step is the last one if it leaves no more than this as the error of log x, relative to 1 and to log x.
_PRECISE = 1e-16
# A series is trusted no farther than this, relative to the distance of x from 0 and 1.
_NEAR = 0.125
# Below it the third order of a step is trusted.
_SMALL = 0.1
# Keeps the exponential of a poor guess within a float's range.
_LARGEST_TURN = 600.0
# Below it the first term of a correction is nearly the whole.
_SLIGHT = 0.3


class _Look(NamedTuple):
    """`g(u) = log I_x(a, b)` at `x = exp(u)`: its value, its slope g', the ratio `r = g'' / g'`, and the slope of r."""

    value: float
    slope: float
    bend: float
    bend_slope: float

    def step(self, target: float) -> tuple[float, float]:
        """Return the step in u towards `g = target`, and about the error that it leaves.

        It is the inverse Taylor series of g to third order (A&S 3.6.25). Where that is not small, it is Newton's step.
        """
        newton = (target - self.value) / self.slope
        second = self.bend * newton / 2
        third = (self.bend * self.bend / 3 - self.bend_slope / 6) * newton * newton
        size = max(second * second, abs(third))
        step = newton * (1 - second + third) if size < _SMALL else newton
        return step, size * sqrt(size) * abs(newton)


@dataclass(frozen=True, slots=True)
class LowerBeta:
    """The part of a beta distribution below `(a + 1) / (a + b + 2)`, where the continued fraction converges fast.

    All is in logarithms, `u = log x` and `g = log I_x`, so that neither a small x nor a small probability underflows.
    There g is increasing and, but for a slight bend where b < 1, concave: Newton's steps converge from everywhere.
    """

    a: float
    b: float
    _log_scale: float = field(init=False)
    _end: float = field(init=False)
    _at_end: _Look = field(init=False)

    def __post_init__(self) -> None:
        """Compute what all quantiles share."""
        object.__setattr__(self, "_log_scale", log_a_beta(self.a, self.b))
        object.__setattr__(self, "_end", log((self.a + 1) / (self.a + self.b + 2)))
        object.__setattr__(self, "_at_end", self._look(self._end))

    @property
    def probability(self) -> float:
        """The probability of this part."""
        return exp(self._at_end.value)

    def log_quantile(self, log_probability: float) -> float:
        """Return the logarithm of the x of this part below which lies the probability with this logarithm.

        It is found by steps of `_Look`, of which one or two are enough as a rule. A step that leaves the bracket of the
        looks so far is replaced by bisection.
        """
        low, high = -inf, self._end
        u = min(self._guess(log_probability), high)
        while True:
            look = self._look(u)
            low, high = (max(low, u), high) if look.value < log_probability else (low, min(high, u))
            step, error = look.step(log_probability)
            reach = -max(u, -1.0)
            if error < _PRECISE * reach and -_NEAR * reach < step < _NEAR * reach:
                return min(u + step, self._end)
            u = u + step if low < u + step < high else (max(low, high - 1) + high) / 2

    def _look(self, u: float) -> _Look:
        a, b, x = self.a, self.b, exp(u)
        fraction = beta_fraction(a, b, x)
        value = a * u + b * log1p_of_minus(x) - self._log_scale - log(fraction / a)
        slope = fraction / (1 - x)
        tilt = (b - 1) * x / (1 - x)
        bend = a - tilt - slope
        return _Look(value, slope, bend, -tilt / (1 - x) - slope * bend)

    def _guess(self, log_probability: float) -> float:
        """Return u to some digits: from the tail, from a normal distribution, or from the end of this part."""
        a, b = self.a, self.b
        tail = (log_probability + self._log_scale) / a
        correction = (b - 1) / (a + 1) * exp(min(tail, 0.0))
        if a * abs(correction) < _SLIGHT:
            return tail + correction
        if a > 1 and b > 1:
            return max(tail, _normal_guess(a, b, log_probability))
        return max(self._end + self._at_end.step(log_probability)[0], tail + min(correction, 0.0))


def _normal_guess(a: float, b: float, log_probability: float) -> float:
    """Return the logarithm of a beta quantile to two digits or more, for a and b above 1 (A&S 26.5.22)."""
    y = -normal_quantile(exp(log_probability))
    for_a, for_b = 1 / (2 * a - 1), 1 / (2 * b - 1)
    h, curve = 2 / (for_a + for_b), (y * y - 3) / 6
    w = y * sqrt(max(h + curve, 0.0)) / h - (for_b - for_a) * (curve + 5 / 6 - 2 / (3 * h))
    return -log(1 + b / a * exp(min(2 * w, _LARGEST_TURN)))
