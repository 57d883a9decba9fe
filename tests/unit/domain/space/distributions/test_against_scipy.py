"""Continuous distributions, compared with scipy over their parameters and the open unit interval."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from domain.space.distributions.beta import Beta
from domain.space.distributions.lognormal import Lognormal
from domain.space.distributions.loguniform import Loguniform
from domain.space.distributions.normal import Normal
from domain.space.distributions.triangular import Triangular
from domain.space.distributions.truncnormal import Truncnormal
from domain.space.distributions.uniform import Uniform
from tests.fakes.probabilities import LAST, probabilities

TOLERANCE = 1e-12
TINY = math.ulp(0)
LARGEST = math.nextafter(math.inf, 0)
numbers = st.floats(-1e300, 1e300)
sds = st.floats(1e-300, 1e300)


def pairs(ends: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float, float]]:
    """Return a strategy for two different numbers in order."""
    return st.tuples(ends, ends).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: (min(pair), max(pair)))


def close(value: float, expected: float, largest_term: float = 0) -> bool:
    """Return whether two numbers agree relative to the expected one, or to a larger term of its sum."""
    return abs(value - expected) <= TOLERANCE * max(abs(expected), abs(largest_term), 2.0**-1022)


@given(pairs(numbers), probabilities)
@example((0.0, TINY), LAST)
@example((-1.0, 1.0), TINY)
def test_uniform(ends: tuple[float, float], probability: float) -> None:
    """A uniform has scipy's quantile to the last bit, and stays between its ends."""
    low, high = ends
    value = Uniform(low, high).quantile(probability)
    assert value == stats.uniform.ppf(probability, low, high - low)
    assert low <= value <= high


@given(pairs(st.floats(1e-300, 1e300)), probabilities)
def test_loguniform(ends: tuple[float, float], probability: float) -> None:
    """A loguniform has scipy's quantile, and stays between its ends."""
    low, high = ends
    value = Loguniform(low, high).quantile(probability)
    assert low <= value <= high
    assert close(value, stats.loguniform.ppf(probability, low, high))


@given(pairs(st.floats(TINY, LARGEST)), probabilities)
@example((TINY, LARGEST), LAST)
@example((1e-300, LARGEST), LAST)
@example((1.734636269148052e308, LARGEST), LAST)
@example((1e300, math.nextafter(1e300, math.inf)), 0.3)
def test_loguniform_of_any_floats(ends: tuple[float, float], probability: float) -> None:
    """From the least to the largest float, a loguniform is within its ends, and its middle is their geometric mean."""
    low, high = ends
    distribution = Loguniform(low, high)
    assert low <= distribution.quantile(probability) <= high
    assert close(distribution.quantile(0.5), math.sqrt(low) * math.sqrt(high), TINY / TOLERANCE)


@given(numbers, sds, probabilities)
def test_normal(mean: float, sd: float, probability: float) -> None:
    """A normal has scipy's quantile, relative to the larger of the mean and the distance from it."""
    expected = stats.norm.ppf(probability, mean, sd)
    assert close(Normal(mean, sd).quantile(probability), expected, mean)


@given(st.floats(-50, 50), st.floats(1e-6, 5), probabilities)
def test_lognormal(mean: float, sd: float, probability: float) -> None:
    """A lognormal has scipy's quantile."""
    expected = stats.lognorm.ppf(probability, sd, scale=np.exp(mean))
    assert close(Lognormal(mean, sd).quantile(probability), expected)


@given(st.tuples(numbers, numbers, numbers).map(sorted).filter(lambda ends: ends[2] - ends[0] > 1e-290), probabilities)
@example([0.0, 0.3, 1.0], LAST)
@example([0.0, 0.0, 1.0], TINY)
@example([-1.0, 0.0, 0.0], TINY)
def test_triangular(ends: list[float], probability: float) -> None:
    """A triangular has scipy's quantile, relative to the larger end, and stays between its ends."""
    low, mode, high = ends
    value = Triangular(low, mode, high).quantile(probability)
    expected = stats.triang.ppf(probability, (mode - low) / (high - low), low, high - low)
    assert low <= value <= high
    assert close(value, expected, max(abs(low), abs(high)))


@given(
    st.floats(-9, 9), st.floats(1e-3, 1e3), st.floats(-5, 3), st.floats(0.1, 2), st.floats(1e-6, 1 - 1e-6)
)  # In narrow intervals and in the tails scipy's own error is larger: values of 50 digits stand in for it.
def test_truncnormal(mean: float, sd: float, start: float, width: float, probability: float) -> None:
    """A truncnormal has scipy's quantile, relative to the largest of the mean, the distance from it, and the sd."""
    low, high = mean + sd * start, mean + sd * (start + width)
    value = Truncnormal(mean, sd, low, high).quantile(probability)
    assert low <= value <= high
    expected = stats.truncnorm.ppf(probability, (low - mean) / sd, (high - mean) / sd, mean, sd)
    assert close(value, expected, max(abs(mean), sd))


@given(st.floats(0.5, 60), st.floats(0.5, 60), probabilities.filter(lambda probability: probability > 1e-50))
def test_beta(a: float, b: float, probability: float) -> None:
    """A beta has scipy's quantile as far as scipy's search goes: at the median of equal a and b it ends at 1e-11."""
    assert Beta(a, b).quantile(probability) == pytest.approx(stats.beta.ppf(probability, a, b), rel=1e-9, abs=0)


@given(st.floats(0.01, 1e4), st.floats(0.01, 1e4), probabilities.filter(lambda probability: probability > 1e-100))
@example(9832.102257002338, 1274.8647628809647, 1 - 1e-9)
@example(0.01, 0.01, LAST)
def test_beta_of_any_parameters(a: float, b: float, probability: float) -> None:
    """For any parameters, scipy's distribution function reaches the probability at the quantile, within rounding."""
    value = Beta(a, b).quantile(probability)
    assert 0 <= value <= 1
    below, above = stats.beta.cdf([value * (1 - TOLERANCE) - TINY, min(1, value * (1 + TOLERANCE) + TINY)], a, b)
    assert below * (1 - 1e-11) <= probability <= above * (1 + 1e-11)
