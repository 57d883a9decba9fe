"""Exponential and logarithm from IEEE 754 arithmetic alone: the same bits on every machine.

Those of `math` are the C library's, and C libraries differ in the last bit.
"""

from __future__ import annotations

from math import floor, frexp, inf, ldexp

from domain.space.distributions.elementary_tables import FIRST_LOGARITHM, LN2, LN2_32ND, LOGARITHMS, POWERS_OF_2

_PER_LN2 = 46.16624130844683  # 32 / ln 2
_LN2_32ND, _LN2_32ND_REST = LN2_32ND
_LN2, _LN2_REST = LN2
_SQRT_HALF = 0.7071067811865476
# exp overflows above the first, and rounds to 0 below the second.
LARGEST_EXPONENT = 709.782712893384
_LEAST_EXPONENT = -745.1332191019412
# Below it, 1 - exp(x) cancels no digit.
_NO_LOSS = -0.5


def exp_parts(x: float) -> tuple[float, int]:
    """Return `m, e` with `exp(x) = m * 2**e` and m about 1..2, within 0.6 units in the last place; `|x| <= 1490`.

    Tang's method: x is reduced to a multiple of a 32nd of ln 2, whose power of 2 a table holds, and a rest of at most
    ln 2 / 64, for which the Taylor series needs six terms. Source: P. T. P. Tang, Table-driven implementation of the
    exponential function in IEEE floating-point arithmetic, ACM TOMS 15 (1989) 144-157.
    """
    number, less_one = _reduced(x)
    power, rest = POWERS_OF_2[number & 31]
    return power + (rest + power * less_one), number >> 5


def _reduced(x: float) -> tuple[int, float]:
    """Return the nearest number of 32nds of ln 2, and `exp(r) - 1` of the rest r."""
    number = floor(x * _PER_LN2 + 0.5)
    r = (x - number * _LN2_32ND) - number * _LN2_32ND_REST
    return number, r + r * r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720)))))


def exp(x: float) -> float:
    """Return e to the power `x` within 0.6 units in the last place; infinity or 0 where a float ends."""
    if x > LARGEST_EXPONENT:
        return inf
    if x < _LEAST_EXPONENT:
        return 0.0
    mantissa, exponent = exp_parts(x)
    return ldexp(mantissa, exponent)


def one_less_exp(x: float) -> float:
    """Return `1 - exp(x)` for `x <= 0`, within 4 units in the last place near 0 too."""
    if x < _NO_LOSS:
        return 1 - exp(x)
    number, less_one = _reduced(x)
    if not number:
        return -less_one
    # Above a half, the difference of the power from 1 is exact.
    power, rest = POWERS_OF_2[number + 32]
    return (1 - power / 2) - (rest + power * less_one) / 2


def log(x: float) -> float:
    """Return the natural logarithm of a positive float within 1.1 units in the last place.

    Tang's method: x is `2**e * F * (1 + g)` with a multiple F of 1/64 and `|g| < 1/89`. A table holds the logarithm of
    F, and `log1p(g) = g - s * (g - R)` with `s = g / (2 + g)` and R the series of `2 atanh(s) - 2 s` over s. Sources:
    P. T. P. Tang, Table-driven implementation of the logarithm function in IEEE floating-point arithmetic, ACM TOMS 16
    (1990) 378-400; for log1p, A&S 4.1.27.
    """
    mantissa, exponent = frexp(x)
    if mantissa < _SQRT_HALF:
        mantissa += mantissa
        exponent -= 1
    number = int(mantissa * 64 + 0.5)
    near = number * 0.015625
    g = (mantissa - near) / near
    s = g / (2 + g)
    z = s * s
    logarithm, rest = LOGARITHMS[number - FIRST_LOGARITHM]
    series = g - s * (g - z * (2 / 3 + z * (2 / 5 + z * (2 / 7))))
    return (exponent * _LN2 + logarithm) + (series + (rest + exponent * _LN2_REST))


def log1p_of_minus(x: float) -> float:
    """Return `log(1 - x)` for `0 <= x < 1`, within a few units in the last place for small x too.

    The logarithm of the rounded difference is corrected to first order by what the rounding lost.
    """
    difference = 1 - x
    return log(difference) - ((difference - 1) + x) / difference
