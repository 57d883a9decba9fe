"""Integers, choices and triangular distributions, compared with exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from domain.space.distributions.choices import Choices
from domain.space.distributions.integers import MOST_INTEGERS, Integers
from domain.space.distributions.triangular import Triangular
from domain.space.scalars import Scalar
from tests.fakes.probabilities import LAST, probabilities

SCALARS: list[Scalar] = ["a", 1, 2.5, True, None]
counts = st.integers(2, 60) | st.integers(2, MOST_INTEGERS)
weights = st.lists(st.integers(0, 9), min_size=1, max_size=9).filter(any)


def shares(parts: list[int]) -> tuple[float, ...]:
    """Return whole parts as weights that sum to 1 up to rounding."""
    return tuple(part / sum(parts) for part in parts)


@given(st.integers(-(2**62), 2**62), counts, probabilities)
@example(0, MOST_INTEGERS, LAST)
@example(-1, 3, 1 / 3)
@example(1, 10, 0.3)
def test_an_integer_has_exactly_its_share(low: int, count: int, probability: float) -> None:
    """The integer number k of n has the probabilities from k / n to below (k + 1) / n."""
    value = Integers(low, low + count - 1).quantile(probability)
    assert type(value) is int
    assert Fraction(value - low, count) <= Fraction(probability) < Fraction(value - low + 1, count)


@given(st.integers(-100, 100), st.integers(2, 99), st.integers(0, 98), st.floats(0.01, 0.99))
def test_integers_equal_scipys(low: int, count: int, number: int, within: float) -> None:
    """Between the ends of the shares, an integer is scipy's; at an end, scipy still returns the integer before."""
    probability = (number % count + within) / count
    assert Integers(low, low + count - 1).quantile(probability) == stats.randint.ppf(probability, low, low + count)


def test_every_integer_can_be_reached() -> None:
    """Both ends are included, and of the most integers each has one float of a regular grid."""
    six = Integers(1, 6)
    assert [six.quantile((number + 0.5) / 6) for number in range(6)] == [1, 2, 3, 4, 5, 6]
    most = Integers(0, MOST_INTEGERS - 1)
    assert [most.quantile(number * 2.0**-53) for number in (0, 1, 2**52 + 1, 2**53 - 1)] == [
        0,
        1,
        2**52 + 1,
        2**53 - 1,
    ]


@given(weights, probabilities)
@example([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 0.3)
@example([0, 1, 0], LAST)
@example([0, 0, 1, 1, 0], math.ulp(0))
def test_a_choice_has_exactly_its_share(parts: list[int], probability: float) -> None:
    """A value has the probabilities from the exact share of the weights before it to below the share with it."""
    given_weights = shares(parts)
    value = Choices(tuple(range(len(parts))), given_weights).quantile(probability)
    assert isinstance(value, int)
    reached = [Fraction(0), *accumulate(map(Fraction, given_weights))]
    assert reached[value] / reached[-1] <= Fraction(probability) < reached[value + 1] / reached[-1]
    assert parts[value] > 0


@given(st.integers(2, 50), probabilities)
def test_choices_without_weights_are_equally_likely(count: int, probability: float) -> None:
    """Without weights, value k of n has the share of integer k of n."""
    values = tuple(range(count))
    assert Choices(values).quantile(probability) == Integers(0, count - 1).quantile(probability)


@given(st.lists(st.sampled_from(SCALARS), min_size=1, max_size=5), probabilities)
def test_a_choice_is_one_of_the_values(values: list[Scalar], probability: float) -> None:
    """Any scalar can be a value; a single one is always returned, and probability 0 returns the first."""
    choices = Choices(tuple(values))
    assert any(choices.quantile(probability) is value for value in values)
    assert choices.quantile(0.0) is values[0]


def test_weights_are_divided_by_their_sum() -> None:
    """Weights that miss 1 by rounding leave no probability without a value."""
    choices = Choices(("a", "b"), (1 / 3, 2 / 3 - 1e-10))
    assert [choices.quantile(probability) for probability in (0.333, 0.334, LAST)] == ["a", "b", "b"]
    assert Choices(("a", "b"), (1, 0)).weights == (1.0, 0.0)


@pytest.mark.parametrize(
    ("fields", "probability", "quantile"),
    [
        pytest.param((0, 0, 1), 0.75, 0.5, id="falling"),
        pytest.param((0, 1, 1), 0.25, 0.5, id="rising"),
        pytest.param((-4, 4, 4), 0.5625, 2, id="rising from below 0"),
        pytest.param((-4, -4, 4), 0.4375, -2, id="falling from below 0"),
        pytest.param((-4, 0, 4), 0.5, 0, id="mode"),
        pytest.param((2, 3, 6), 0.0, 2, id="low"),
    ],
)
def test_a_triangular_is_exact_where_its_roots_are(
    fields: tuple[float, float, float], probability: float, quantile: float
) -> None:
    """Where every step of the formula is exact, so is the quantile."""
    assert Triangular(*fields).quantile(probability) == quantile


@given(st.tuples(*[st.integers(-99, 99)] * 3).map(sorted).filter(lambda ends: ends[0] < ends[2]), probabilities)
def test_a_triangular_solves_its_distribution_function(ends: list[int], probability: float) -> None:
    """The square of the distance from an end is the exact one of the formula, relative to the span."""
    low, mode, high = ends
    value, share = Fraction(Triangular(*ends).quantile(probability)), Fraction(probability)
    rounding = Fraction(high - low + max(abs(low), abs(high))) * 2 / 10**16
    if share * (high - low) < mode - low:
        end, square = low, share * (high - low) * (mode - low)
    else:
        end, square = high, (1 - share) * (high - low) * (high - mode)
    distance = abs(value - end)
    assert max(Fraction(0), distance - rounding) ** 2 <= square <= (distance + rounding) ** 2
