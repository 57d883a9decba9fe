"""Powers that are exact or rounded once. `**` of floats is neither: it is the C library's."""

from __future__ import annotations

import math

from domain.conditions.arithmetic import NoNumber, divisor, multiply, too_large, within_range

LARGEST_EXPONENT = 64
_SQUARE = 2
# The largest float is below 2**1024, and half of the smallest one is 2**-1075.
_HIGHEST_SCALE = 1024
_LOWEST_SCALE = -1076


def power(base: float, exponent: float) -> float:
    """Return the exact power of an integer to an integer of 0..64, else the nearest float to the exact power.

    The exponent is a whole number of -64..64.
    """
    if exponent == _SQUARE:
        return multiply(base, base) if isinstance(exponent, int) else within_range(float(multiply(base, base)))
    times = whole_exponent(exponent)
    # Two to these is not above, and not below, the power: it is too large or too small before it costs anything.
    scale = math.frexp(base)[1]
    low, high = sorted(((scale - 1) * times, scale * times))
    if low > _HIGHEST_SCALE:
        too_large()
    if high < _LOWEST_SCALE:
        return 0.0
    if isinstance(base, int) and isinstance(exponent, int) and times >= 0:
        return within_range(base**times)
    return _nearest(base, times)


def whole_exponent(number: float) -> int:
    """Return a number that can be an exponent, as an integer."""
    if not -LARGEST_EXPONENT <= number <= LARGEST_EXPONENT or number != int(number):
        raise NoNumber("has an exponent that is not a whole number of -64..64 (a square root is written sqrt)")
    return int(number)


def _nearest(base: float, times: int) -> float:
    """Return the nearest float to a power, as a quotient of integers, which Python rounds once."""
    above, below = base.as_integer_ratio()
    if times < 0:
        divisor(above)
        above, below = below, above
    try:
        quotient: float = above ** abs(times) / below ** abs(times)
    except OverflowError:
        too_large()
    return quotient
