"""The standard normal deviate, compared with scipy and with values of 50 digits."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from scipy.special import log_ndtr, ndtri

from domain.space.distributions.normal_quantile import normal_quantile, tail_deviate
from tests.fakes.probabilities import LAST, probabilities

# Computed with mpmath, by Newton's method on its erfc with 50 digits.
EXACT = [
    (5e-324, -38.467405617144344),
    (2.2250738585072014e-308, -37.5193793471445),
    (1e-300, -37.0470962993612),
    (1e-100, -21.273453560965326),
    (1e-20, -9.262340089798407),
    (1e-11, -6.706023155495136),
    (1.3887943864964021e-11, -6.657904643501103),
    (1e-05, -4.264890793922825),
    (0.01, -2.326347874040841),
    (0.074999, -1.4395385353452308),
    (0.075, -1.439531470938456),
    (0.3, -0.5244005127080408),
    (0.4999999, -2.5066282747031063e-07),
    (0.5000000000000001, 2.782916424671767e-16),
    (0.51, 0.025068908258711057),
    (0.925, 1.4395314709384561),
    (0.9251, 1.440238267527964),
    (0.999, 3.090232306167813),
    (0.999999999, 5.9978070196016375),
    (0.9999999999999999, 8.209536151601387),
]


@pytest.mark.parametrize(("probability", "deviate"), EXACT)
def test_deviates_are_within_1e_15(probability: float, deviate: float) -> None:
    """In every branch, at their ends and in the last tails, the relative error is below 1e-15."""
    assert normal_quantile(probability) == pytest.approx(deviate, rel=1e-15, abs=0)


@given(probabilities)
@example(LAST)
@example(math.ulp(0))
@example(0.5)
def test_deviates_equal_scipys(probability: float) -> None:
    """Every float between 0 and 1 has scipy's deviate within 2e-15."""
    assert normal_quantile(probability) == pytest.approx(ndtri(probability), rel=2e-15, abs=0)


def test_probability_0_has_an_infinite_deviate() -> None:
    """The lower end of the support is minus infinity."""
    assert normal_quantile(0.0) == -math.inf


@pytest.mark.parametrize("minus_log", [2.6, 25.0, 25.1, 700.0, 756.2, 756.3, 800.0, 1000.0, 1440.0])
def test_a_tail_below_the_least_float_has_a_deviate(minus_log: float) -> None:
    """The logarithm of the tail beyond a deviate is the one asked for, within rounding."""
    assert log_ndtr(-tail_deviate(minus_log)) == pytest.approx(-minus_log, rel=2e-15)
