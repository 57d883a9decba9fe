"""Probabilities of the standard normal distribution in decimal arithmetic, exact beyond a float's digits.

The constants of a truncated distribution are made of them, once for each distribution.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext

# The working precision; the results have at least 50 digits.
EXACT = Context(prec=60, Emin=-(10**12), Emax=10**12, traps=[])
_HALF = Decimal("0.5")
_SQRT_2_PI = Decimal("2.50662827463100050241576528481104525300698674060993831662992357634")
# Where the series needs about as much time as the continued fraction.
_SERIES_ENDS = 4


def normal_split(deviate: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Return the probabilities below a deviate, from 0 to it (negative for a negative one), and above it.

    Each is exact relative to itself, however small it is.
    """
    with localcontext(EXACT):
        size = abs(deviate)
        if size > _SERIES_ENDS:
            tail = _tail_fraction(size)
            centre = _HALF - tail
        else:
            centre = _centre_series(size)
            tail = _HALF - centre
        return (tail, -centre, _HALF + centre) if deviate < 0 else (_HALF + centre, centre, tail)


def _density(deviate: Decimal) -> Decimal:
    return (-deviate * deviate / 2).exp() / _SQRT_2_PI


def _centre_series(deviate: Decimal) -> Decimal:
    """Return `density * (z + z**3 / 3 + z**5 / (3 * 5) + ...)` (A&S 26.2.11), whose terms are all positive."""
    term = total = deviate
    divisor = 1
    while total + term != total:
        divisor += 2
        term *= deviate * deviate / divisor
        total += term
    return _density(deviate) * total


def _tail_fraction(deviate: Decimal) -> Decimal:
    """Return `density / (z + 1 / (z + 2 / (z + 3 / ...)))` (A&S 26.2.14), of which z > 4 needs 250 levels at most."""
    value = deviate
    for level in range(250, 0, -1):
        value = deviate + level / value
    return _density(deviate) / value
