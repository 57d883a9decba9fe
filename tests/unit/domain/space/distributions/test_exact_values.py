"""Quantiles that scipy does not reach, compared with values of 50 digits."""

from __future__ import annotations

import pytest

from domain.space.distributions.beta import Beta
from domain.space.distributions.truncnormal import Truncnormal

# a, b, probability and quantile; with mpmath, by Newton's method on the series DLMF 8.17.8 with 50 digits.
BETA = [
    (2, 5, 0.3, 0.18180347131894917),
    (2, 5, 5e-324, 5.739138412928353e-163),
    (2, 5, 0.9999999999999999, 0.9995497181989903),
    (0.5, 0.5, 1e-10, 2.4674011002723397e-20),
    (0.5, 0.5, 0.999, 0.999997532600929),
    (1, 1, 0.7, 0.7),
    (0.01, 0.01, 0.4, 2.0042764886340237e-10),
    (0.01, 10000.0, 0.996, 6.683474277381333e-05),
    (0.01, 10000.0, 0.99999, 0.0005137061072721422),
    (10000.0, 0.01, 1e-05, 0.9994862938927283),
    (10000.0, 0.01, 0.004, 0.9999331652572262),
    (10000.0, 10000.0, 0.5, 0.5),
    (10000.0, 10000.0, 1e-300, 0.3712325170640977),
    (10000.0, 10000.0, 0.9999999999999999, 0.5290010200069019),
    (10000.0, 1, 0.2, 0.9998390691595138),
    (1, 10000.0, 0.2, 2.2314106168050334e-05),
    (2164.0611190139957, 1.3789806232372959, 5.483670780890015e-189, 0.8175741611218871),
    (3.1382190049860395, 5.91724003181895, 1.3299491583423763e-294, 6.125980227926427e-95),
    (0.013351346818540336, 153.21836803092182, 0.9970320442804219, 0.006527623494796388),
    (30, 10, 2.220446049250313e-16, 0.16736991197799495),
    (300, 2, 1e-12, 0.9016801860506938),
]
# The fields, the probability and the quantile; with mpmath, by Newton's method on its erfc with 50 digits.
TRUNCNORMAL = [
    ((0, 1, -1, 3), 0.3, -0.2258637190338179),
    ((0, 1, -1, 3), 5e-324, -1.0),
    ((0, 1, -1, 3), 0.9999999999999999, 2.999999999999979),
    ((0, 1, -1, 3), 1e-09, -0.999999996528527),
    ((10, 2, 9.999999, 10.000001), 0.25, 9.999999500000001),
    ((0, 1, 5, 6), 0.5, 5.131371763283919),
    ((0, 1, 37, 50), 0.9999999999999999, 37.97922369577455),
    ((0, 1, 37, 50), 0.5, 37.018715326832194),
    ((0, 1, -50, -37), 1e-300, -50.0),
    ((0, 1, -50, -37), 0.01, -37.124165306318964),
    ((0, 1, -8, 8), 1e-300, -8.0),
    ((0, 1, -100, 100), 5e-324, -38.467405617144344),
    ((0, 1, -100, 100), 0.9999999999999999, 8.209536151601387),
    ((0, 1, 30, 30.000001), 0.75, 30.000000749997188),
    ((-3, 0.001, -2.97, 5), 0.9, -2.9699234296629653),
    ((1000000.0, 1, 0, 1000000.0), 1e-200, 999969.7714919193),
    ((0, 1000000000.0, -1, 1), 0.125, -0.75),
    (
        (4.837033148158479, 410.0591796648623, -36.924108590742975, 3645.5113371291795),
        0.9999999999999996,
        3332.9817943841445,
    ),
]


@pytest.mark.parametrize(("a", "b", "probability", "quantile"), BETA)
def test_beta_is_within_1e_12(a: float, b: float, probability: float, quantile: float) -> None:
    """At the ends of the range of a and b and in the last tails, the relative error is below 1e-12."""
    assert Beta(a, b).quantile(probability) == pytest.approx(quantile, rel=3e-13, abs=0)


@pytest.mark.parametrize(("fields", "probability", "quantile"), TRUNCNORMAL)
def test_truncnormal_is_within_1e_15(
    fields: tuple[float, float, float, float], probability: float, quantile: float
) -> None:
    """In narrow intervals and in the last tails, the error is below 1e-15 of the mean and the distance from it."""
    value = Truncnormal(*fields).quantile(probability)
    assert value == pytest.approx(quantile, rel=0, abs=1e-15 * max(abs(fields[0]), abs(quantile - fields[0])))
