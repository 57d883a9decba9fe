"""A logarithm of the beta function in decimal arithmetic: the same bits on every machine."""

from __future__ import annotations

from decimal import Context, Decimal, localcontext

_EXACT = Context(prec=50, traps=[])
_HALF_LOG_2_PI = Decimal("0.918938533204672741780329736405617639861397473637783412817151540")
# B(2k) / (2k (2k - 1)) for k = 1, 2, ...: numerators and denominators (A&S 6.1.40, 23.1).
_STIRLING = (
    (1, 12),
    (-1, 360),
    (1, 1260),
    (-1, 1680),
    (1, 1188),
    (-691, 360360),
    (1, 156),
    (-3617, 122400),
    (43867, 244188),
    (-174611, 125400),
)
# From here on, the terms of the series are exact to 28 digits after the point.
_STIRLING_BEGINS = 50


def log_a_beta(a: float, b: float) -> float:
    """Return `ln(a B(a, b))` rounded to the nearest float, with B by `gamma(a) gamma(b) / gamma(a + b)`.

    The tail of a beta distribution is `x**a / (a B(a, b))`. The product is near 1 for a small a, where B alone is not.
    """
    with localcontext(_EXACT):
        left, right = Decimal(a), Decimal(b)
        return float(left.ln() + _log_gamma(left) + _log_gamma(right) - _log_gamma(left + right))


def _log_gamma(x: Decimal) -> Decimal:
    """Return the logarithm of the gamma function of a positive number (A&S 6.1.40, after steps by 6.1.15)."""
    product = Decimal(1)
    while x < _STIRLING_BEGINS:
        product *= x
        x += 1
    series = (x - Decimal("0.5")) * x.ln() - x + _HALF_LOG_2_PI
    power = x
    for numerator, denominator in _STIRLING:
        series += Decimal(numerator) / (denominator * power)
        power *= x * x
    return series - product.ln()
