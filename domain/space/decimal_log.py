"""Power and logarithm, rounded correctly: the same bits on every machine, whatever its C library."""

from __future__ import annotations

import math
from decimal import Context, Decimal

# Forty digits, so that rounding the result to a double is right on every machine.
_EXACT = Context(prec=40, traps=[])
# The smallest floats have 750 digits, all of which a power would drag along: milliseconds for nothing.
_SHORT = Context(prec=80, traps=[])
LARGEST_FLOAT = math.nextafter(math.inf, 0)


def power(base: Decimal, exponent: float) -> float:
    """Return `base ** exponent` rounded to the nearest float; infinity where it is too large for one."""
    return float(_EXACT.power(_SHORT.plus(base), _SHORT.plus(Decimal(exponent))))


def log10(number: float) -> float:
    """Return the logarithm of a positive float, rounded to the nearest float."""
    return float(_EXACT.log10(Decimal(number)))
