"""The Ishigami function, a benchmark of sensitivity analysis: not monotone, and with an interaction.

    f(x1, x2, x3) = sin x1 + a sin^2 x2 + b x3^4 sin x1

for independent x, uniform between -pi and pi.

Source: Ishigami and Homma, "An importance quantification technique in uncertainty analysis for computer models", ISUMA
1990, 398-403; its Sobol indices in Sobol and Levitan, Comput. Phys. Commun. 117 (1999), 52-61, with a = 7 and b = 0.1.
"""

import math
from typing import NamedTuple


class Indices(NamedTuple):
    """A Sobol index of each of x1, x2 and x3."""

    x1: float
    x2: float
    x3: float


def ishigami(x1: float, x2: float, x3: float, a: float = 7.0, b: float = 0.1) -> float:
    """Return the function's value at a point; `x1`, `x2` and `x3` are in radians."""
    return math.sin(x1) + a * math.sin(x2) ** 2 + b * x3**4 * math.sin(x1)


def first_order(a: float = 7.0, b: float = 0.1) -> Indices:
    """Return the share of the variance that each parameter explains alone."""
    return Indices(_alone(b) / _variance(a, b), a**2 / 8 / _variance(a, b), 0.0)


def total_order(a: float = 7.0, b: float = 0.1) -> Indices:
    """Return the share that each explains with its interactions: x1 and x3 have one."""
    first, shared = first_order(a, b), _interaction(b) / _variance(a, b)
    return Indices(first.x1 + shared, first.x2, shared)


def _alone(b: float) -> float:
    return (1 + b * math.pi**4 / 5) ** 2 / 2


def _interaction(b: float) -> float:
    return 8 * b**2 * math.pi**8 / 225


def _variance(a: float, b: float) -> float:
    return _alone(b) + a**2 / 8 + _interaction(b)
