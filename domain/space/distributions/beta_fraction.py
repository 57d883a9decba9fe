"""The continued fraction of the incomplete beta function."""

from __future__ import annotations

# Beyond it a term no longer changes the sum.
_PRECISION = 2.0**-55


def beta_fraction(a: float, b: float, x: float) -> float:
    """Return K with `I_x(a, b) = x**a (1 - x)**b / (B(a, b) K)`, for `0 <= x <= (a + 1) / (a + b + 2)`.

    K is the even part of the continued fraction DLMF 8.17.22, in the form of A. R. DiDonato and A. H. Morris,
    Algorithm 708, ACM TOMS 18 (1992) 360-373. It is summed from its front, as a series of the differences of its
    convergents (W. Gautschi, Computational aspects of three-term recurrence relations, SIAM Review 9 (1967) 24-82), of
    about `4 + sqrt(max(a, b))` terms at most.
    """
    base, slope = (1 - b * x) + a * (1 - x), 2 - x
    total = a * base / (a + 1)
    n, odd, both = 0, a + 1, a + b
    # The ratio of the last two denominators, and its product with the last term.
    ratio, carried = 0.0, -1.0
    while True:
        upper = (a + n) * (both + n) * x / odd
        n += 1
        share = n * (b - n) * x / odd
        upper *= share
        odd += 2
        lower = n + share + (a + n) * (base + n * slope) / odd
        ratio = 1 / (upper * ratio + lower)
        term = -upper * carried * ratio
        carried = term * ratio
        total += term
        if -_PRECISION * total <= term <= _PRECISION * total:
            return total
