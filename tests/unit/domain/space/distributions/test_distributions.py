"""What holds for every kind of distribution, and what every kind refuses."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidSweep
from domain.space.distributions.beta import Beta
from domain.space.distributions.choices import Choices
from domain.space.distributions.distribution import Distribution
from domain.space.distributions.integers import Integers
from domain.space.distributions.lognormal import Lognormal
from domain.space.distributions.loguniform import Loguniform
from domain.space.distributions.normal import Normal
from domain.space.distributions.triangular import Triangular
from domain.space.distributions.truncnormal import Truncnormal
from domain.space.distributions.uniform import Uniform
from domain.space.kinds import PARAMETER_KINDS
from tests.fakes.probabilities import LAST, probabilities

LARGEST = math.nextafter(math.inf, 0)
TINY = math.ulp(0)
any_number = st.floats() | st.integers(-(2**1100), 2**1100) | st.floats(-9, 9)
numeric = [kind for kind, row in PARAMETER_KINDS.items() if hasattr(row, "quantile") and kind != "choices"]


@pytest.mark.parametrize("kind", numeric)
@given(fields=st.lists(any_number | st.floats(0, 9), min_size=4, max_size=4), probability=probabilities)
def test_a_distribution_is_finite_or_refused(kind: str, fields: list[float], probability: float) -> None:
    """For any fields, the constructor raises `InvalidSweep`, or the quantile is finite inside the unit interval."""
    make: Any = PARAMETER_KINDS[kind]
    count = {"triangular": 3, "truncnormal": 4}.get(kind, 2)
    if kind == "integers":
        fields = [
            field if isinstance(field, int) else 0 if math.isnan(field) else int(max(-9, min(field, 9)))
            for field in fields
        ]
    try:
        distribution = make(*fields[:count])
    except InvalidSweep:
        return
    for place in (probability, TINY, LAST):
        value = distribution.quantile(place)
        assert isinstance(value, int | float)
        assert math.isfinite(value)


SUPPORTS = [
    pytest.param(Uniform(2, 3), 2, 3, id="uniform"),
    pytest.param(Loguniform(2, 3), 2, 3, id="loguniform"),
    pytest.param(Loguniform(1e-300, LARGEST), 1e-300, LARGEST, id="loguniform to the largest float"),
    pytest.param(Normal(2, 3), -math.inf, math.inf, id="normal"),
    pytest.param(Lognormal(2, 3), 0, math.inf, id="lognormal"),
    pytest.param(Truncnormal(0, 1, 2, 3), 2, 3, id="truncnormal"),
    pytest.param(Truncnormal(0, 1, -3, 2), -3, 2, id="truncnormal around the mean"),
    pytest.param(Truncnormal(0, 1e-300, -1e300, 1e300), -1e300, 1e300, id="truncnormal with infinite deviates"),
    pytest.param(Triangular(2, 2.5, 3), 2, 3, id="triangular"),
    pytest.param(Beta(2, 3), 0, 1, id="beta"),
    pytest.param(Beta(0.01, 0.01), 0, 1, id="beta of two peaks"),
    pytest.param(Integers(2, 7), 2, 7, id="integers"),
    pytest.param(Choices((2, 2.5, 3)), 2, 3, id="choices"),
]


@pytest.mark.parametrize(("distribution", "low", "high"), SUPPORTS)
def test_a_quantile_is_in_the_support_and_increases(distribution: Distribution, low: float, high: float) -> None:
    """At 0 is the lower end; from there the quantile increases with the probability, and never passes the upper end."""
    assert distribution.quantile(0.0) == low
    places = [TINY, *(2.0**-power for power in range(1074, 7, -9)), *(number / 99 for number in range(1, 99)), LAST]
    values = [value for value in map(distribution.quantile, places) if isinstance(value, int | float)]
    assert len(values) == len(places)
    assert values == sorted(values)
    assert low <= values[0] <= values[-1] <= high


@pytest.mark.parametrize("kind", numeric)
def test_a_distribution_keeps_numbers_as_one_type(kind: str) -> None:
    """Fields written as integers are equal to those written as floats, and are kept as floats."""
    fields = (1, 2, 3, 4)[: {"triangular": 3, "truncnormal": 4}.get(kind, 2)]
    make: Any = PARAMETER_KINDS[kind]
    assert make(*fields) == make(*map(int if kind == "integers" else float, fields))
    assert "_" not in repr(make(*fields))


def test_a_truncnormal_starts_at_the_bound_that_a_mean_is_far_from() -> None:
    """A value that rounding of a distant mean would put outside is the bound."""
    distribution = Truncnormal(1e9, 3e8, 0.1, 0.1000001)
    assert all(0.1 <= distribution.quantile(number / 64) <= 0.1000001 for number in range(1, 64))


@pytest.mark.parametrize(
    ("kind", "fields", "path", "message"),
    [
        pytest.param(Uniform, (1, 1), "high", "greater than low", id="uniform of one value"),
        pytest.param(Uniform, (2, 1), "high", "greater than low", id="uniform upside down"),
        pytest.param(Uniform, (math.nan, 1), "low", "finite", id="uniform from NaN"),
        pytest.param(Uniform, (0, math.inf), "high", "finite", id="uniform to infinity"),
        pytest.param(Uniform, (0, 10**400), "high", "finite", id="uniform beyond a float"),
        pytest.param(Uniform, (-LARGEST, LARGEST), "", "span from low to high", id="uniform wider than a float"),
        pytest.param(Loguniform, (0, 1), "low", "greater than 0", id="loguniform from 0"),
        pytest.param(Loguniform, (-1, 1), "low", "greater than 0", id="loguniform through 0"),
        pytest.param(Loguniform, (2, 1), "high", "greater than low", id="loguniform upside down"),
        pytest.param(Normal, (0, 0), "sd", "greater than 0", id="normal without spread"),
        pytest.param(Normal, (0, -1), "sd", "greater than 0", id="normal of a negative sd"),
        pytest.param(Normal, (math.inf, 1), "mean", "finite", id="normal around infinity"),
        pytest.param(Normal, (0, 1e307), "sd", "beyond a float's range", id="normal wider than a float"),
        pytest.param(Lognormal, (0, 0), "sd", "greater than 0", id="lognormal without spread"),
        pytest.param(Lognormal, (700, 5), "", "those of the logarithm", id="lognormal of too large values"),
        pytest.param(Lognormal, (math.nan, 5), "mean", "finite", id="lognormal of NaN"),
        pytest.param(Truncnormal, (0, 0, 1, 2), "sd", "greater than 0", id="truncnormal without spread"),
        pytest.param(Truncnormal, (math.nan, 1, 1, 2), "mean", "finite", id="truncnormal around NaN"),
        pytest.param(Truncnormal, (0, 1, 2, 2), "high", "greater than low", id="truncnormal of one value"),
        pytest.param(Truncnormal, (0, 1, 38, 39), "", "towards the mean", id="truncnormal too far above"),
        pytest.param(Truncnormal, (0, 1, -1e300, -38), "", "towards the mean", id="truncnormal too far below"),
        pytest.param(Triangular, (0, 2, 1), "mode", "between low and high", id="triangular with its mode above"),
        pytest.param(Triangular, (0, -1, 1), "mode", "between low and high", id="triangular with its mode below"),
        pytest.param(Triangular, (0, math.nan, 1), "mode", "finite", id="triangular with NaN as its mode"),
        pytest.param(Triangular, (1, 1, 1), "high", "greater than low", id="triangular of one value"),
        pytest.param(Triangular, (-LARGEST, 0, LARGEST), "", "span", id="triangular wider than a float"),
        pytest.param(Beta, (0, 1), "a", "greater than 0", id="beta with a of 0"),
        pytest.param(Beta, (1, -1), "b", "greater than 0", id="beta with a negative b"),
        pytest.param(Beta, (math.inf, 1), "a", "finite", id="beta with an infinite a"),
        pytest.param(Beta, (0.001, 1), "a", "between 0.01 and 10000", id="beta with a too small"),
        pytest.param(Beta, (1, 10001), "b", "between 0.01 and 10000", id="beta with b too large"),
        pytest.param(Integers, (1, 1), "high", "greater than low", id="integers of one value"),
        pytest.param(Integers, (0, 2**63), "high", "64 bits", id="integers above 64 bits"),
        pytest.param(Integers, (-(2**63) - 1, 0), "low", "64 bits", id="integers below 64 bits"),
        pytest.param(Integers, (0, 2**53), "", "9007199254740993 integers; at most", id="more integers than floats"),
        pytest.param(Choices, ((),), "values", "is empty", id="no choices"),
        pytest.param(Choices, ((1, math.nan),), "values.1", "finite", id="NaN as a choice"),
        pytest.param(Choices, ((1, 2), (1.0,)), "weights", "are 1 for 2 values", id="too few weights"),
        pytest.param(Choices, ((1, 2), (1.5, -0.5)), "weights.1", "negative", id="a negative weight"),
        pytest.param(Choices, ((1, 2), (0.5, math.nan)), "weights.1", "finite", id="NaN as a weight"),
        pytest.param(Choices, ((1, 2), (0, 0)), "weights", "sum to 1, but sum to 0;", id="weights of 0"),
        pytest.param(Choices, ((1, 2), (0.5, 0.6)), "weights", "sum to 1, but sum to 1.1;", id="weights above 1"),
        pytest.param(Choices, ((1, 2), (LARGEST, LARGEST)), "weights", "sum to inf", id="weights beyond a float"),
    ],
)
def test_impossible_distributions_are_refused(
    kind: type[Distribution], fields: tuple[object, ...], path: str, message: str
) -> None:
    """The error names the field and what is wrong there."""
    with pytest.raises(InvalidSweep, match=message) as raised:
        kind(*fields)
    assert [problem.path for problem in raised.value.problems] == [path]
