"""Powers are rounded once."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conditions.arithmetic import NoNumber
from domain.conditions.powers import LARGEST_EXPONENT, power
from tests.fakes.spaces import floats, integers

exponents = st.integers(-LARGEST_EXPONENT, LARGEST_EXPONENT)


@given(
    integers | floats | st.floats(0.5, 2) | st.integers(-(2**1023), 2**1023),
    exponents | exponents.map(float) | st.integers(-3, 3),
)
def test_a_power_is_exact_or_the_nearest_float(base: float, exponent: float) -> None:
    """Fractions say which one is nearest; where it is beyond the largest float, there is no number."""
    try:
        exact = Fraction(base) ** int(exponent)
        nearest = float(exact)
    except (OverflowError, ZeroDivisionError):
        with pytest.raises(NoNumber):
            power(base, exponent)
        return
    result = power(base, exponent)
    is_exact = isinstance(base, int) and isinstance(exponent, int) and exponent >= 0
    assert result == (exact if is_exact else nearest)
    assert isinstance(result, int) == is_exact


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [
        pytest.param(10, -3, 0.001, id="a negative exponent"),
        pytest.param(0, 0, 1, id="zero to zero"),
        pytest.param(-3, 3, -27, id="a negative base"),
        pytest.param(3, 2.0, 9.0, id="a float for an exponent"),
        pytest.param(5e-324, 64, 0.0, id="too small"),
        pytest.param(2.0, -60, 2.0**-60, id="a power of two"),
        pytest.param(1 + 2**-52, 64, math.ldexp(float(Fraction(2**52 + 1) ** 64 / 2**3328), 0), id="many digits"),
    ],
)
def test_a_power_that_is_known(base: float, exponent: float, expected: float) -> None:
    """Powers that a reader can check."""
    assert power(base, exponent) == expected


@pytest.mark.parametrize("exponent", [65, -65, 0.5, 1e308, 2**1000])
def test_an_exponent_is_a_whole_number_up_to_a_bound(exponent: float) -> None:
    """Another one has no power that is the same everywhere, or costs too much."""
    with pytest.raises(NoNumber, match=r"-64\.\.64"):
        power(2, exponent)


@pytest.mark.parametrize(
    ("base", "exponent"),
    [
        pytest.param(2**1000, 64, id="an integer"),
        pytest.param(1.7e308, 64, id="a float"),
        pytest.param(5e-324, -64, id="the inverse of a small float"),
        pytest.param(65536.0, 64, id="just beyond"),
        pytest.param(1e200, 2, id="a square"),
        pytest.param(10**200, 2.0, id="a square as a float"),
    ],
)
def test_a_power_beyond_floats_is_no_number(base: float, exponent: float) -> None:
    """It is refused before its digits are computed."""
    with pytest.raises(NoNumber, match="is too large"):
        power(base, exponent)
