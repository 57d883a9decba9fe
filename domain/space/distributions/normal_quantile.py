"""The inverse distribution function of the standard normal distribution, by its three branches.

Source: M. J. Wichura, Algorithm AS 241: The percentage points of the normal distribution, Applied Statistics 37 (1988)
477-484, function PPND16. The branches are apart, because a truncated normal distribution knows its probabilities
relative to the centre or to a tail, more exactly than as a float between 0 and 1.
"""

from __future__ import annotations

from math import inf, sqrt

from domain.space.distributions.elementary import log

# As far from probability 0.5 the central branch holds.
CENTRAL = 0.425
_FAR_TAIL = 5.0
# Beyond it AS 241 was not fitted: the tail is below the least float, and only a truncated distribution gets there.
_FARTHEST_TAIL = 27.5
_LOG_SQRT_2_PI = 0.9189385332046727


def normal_quantile(probability: float) -> float:
    """Return the standard normal deviate of `0 <= probability < 1`; minus infinity at 0.

    Within 1e-15 relative over every float between 0 and 1.
    """
    offset = probability - 0.5
    if -CENTRAL <= offset <= CENTRAL:
        return central_deviate(offset)
    if offset > 0:
        return tail_deviate(-log(1 - probability))
    return -tail_deviate(-log(probability)) if probability else -inf


def central_deviate(offset: float) -> float:
    """Return the deviate whose distribution function is `0.5 + offset`, for `|offset| <= 0.425`."""
    r = 0.180625 - offset * offset
    above = 2509.0809287301226727 * r + 33430.575583588128105
    above = ((above * r + 67265.770927008700853) * r + 45921.953931549871457) * r + 13731.693765509461125
    above = ((above * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608
    below = 5226.495278852854561 * r + 28729.085735721942674
    below = ((below * r + 39307.89580009271061) * r + 21213.794301586595867) * r + 5394.1960214247511077
    below = ((below * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0
    return offset * above / below


def tail_deviate(minus_log: float) -> float:
    """Return the positive deviate beyond which `exp(-minus_log)` of the distribution lies, a tail below 0.075."""
    r = sqrt(minus_log)
    if r <= _FAR_TAIL:
        return _near_tail_deviate(r - 1.6)
    deviate = _far_tail_deviate(r - 5.0)
    return deviate if r <= _FARTHEST_TAIL else _refined(deviate, minus_log)


def _near_tail_deviate(r: float) -> float:
    above = 7.7454501427834140764e-4 * r + 0.0227238449892691845833
    above = ((above * r + 0.241780725177450611770) * r + 1.27045825245236838258) * r + 3.64784832476320460504
    above = ((above * r + 5.76949722146069140550) * r + 4.63033784615654529590) * r + 1.42343711074968357734
    below = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4
    below = ((below * r + 0.0151986665636164571966) * r + 0.148103976427480074590) * r + 0.689767334985100004550
    below = ((below * r + 1.67638483018380384940) * r + 2.05319162663775882187) * r + 1.0
    return above / below


def _far_tail_deviate(r: float) -> float:
    above = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
    above = ((above * r + 0.00124266094738807843860) * r + 0.0265321895265761230930) * r + 0.296560571828504891230
    above = ((above * r + 1.78482653991729133580) * r + 5.46378491116411436990) * r + 6.65790464350110377720
    below = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7
    below = ((below * r + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4) * r + 0.0148753612908506148525
    below = ((below * r + 0.136929880922735805310) * r + 0.599832206555887937690) * r + 1.0
    return above / below


def _refined(z: float, minus_log: float) -> float:
    """Return the deviate after one Newton step on the logarithm of the asymptotic tail (A&S 26.2.12), for z > 38."""
    v = 1 / (z * z)
    tail = -0.5 * z * z - _LOG_SQRT_2_PI - log(z) - v * (1 - v * (2.5 - v * (37 / 3 - v * (353 / 4))))
    return z + (tail + minus_log) / (z + 1 / z)
