"""Exponential and logarithm, compared with decimal arithmetic."""

from __future__ import annotations

import math
from decimal import Context, Decimal, localcontext

from hypothesis import example, given
from hypothesis import strategies as st

from domain.space.distributions import elementary_tables as tables
from domain.space.distributions.elementary import exp, exp_parts, log, log1p_of_minus, one_less_exp

EXACT = Context(prec=400)
TINY = math.ulp(0)
LARGEST = math.nextafter(math.inf, 0)
below_1 = st.floats(0, 1, exclude_max=True) | st.integers(1, 53).map(lambda power: 1 - 2.0**-power)


def ulps(value: float, exact: Decimal) -> Decimal:
    """Return how many units in the last place a float is away from the exact number."""
    with localcontext(EXACT):
        return abs(Decimal(value) - exact) / Decimal(math.ulp(float(exact)))


@given(st.floats(-745, 709.78) | st.floats(-1, 1))
@example(0.0)
@example(-745.1332191019411)
@example(709.782712893384)
def test_exp_is_within_its_error(x: float) -> None:
    """Where the result is a normal float, exp is within 0.6 units in the last place, and within 1 below."""
    assert ulps(exp(x), EXACT.exp(Decimal(x))) < (Decimal("0.6") if x > -708 else 1)


@given(st.floats(-1490, 1490))
def test_the_parts_of_an_exponential_do_not_overflow(x: float) -> None:
    """The mantissa is about 1 to 2 and exact to 0.6 units, however large the exponential."""
    mantissa, exponent = exp_parts(x)
    assert 0.98 < mantissa < 2
    with localcontext(EXACT):
        assert ulps(mantissa, Decimal(x).exp() / Decimal(2) ** exponent) < Decimal("0.6")


def test_exp_ends_in_0_and_infinity() -> None:
    """Beyond a float's range the exponential is 0 or infinity, as an exponent may be infinite."""
    assert [exp(-math.inf), exp(-746), exp(709.79), exp(math.inf)] == [0, 0, math.inf, math.inf]


@given(st.floats(TINY, LARGEST) | st.floats(0.5, 2))
@example(TINY)
@example(LARGEST)
@example(math.nextafter(1, 0))
@example(math.nextafter(1, 2))
@example(math.sqrt(0.5))
def test_log_is_within_its_error(x: float) -> None:
    """The logarithm of any positive float is within 1.1 units in the last place; that of 1 is 0."""
    assert ulps(log(x), EXACT.ln(Decimal(x))) < Decimal("1.1")


@given(below_1)
@example(0.0)
@example(TINY)
def test_log_of_1_less_x_keeps_the_digits_of_a_small_x(x: float) -> None:
    """The logarithm of 1 - x is within 2 units in the last place, if x is tiny too."""
    with localcontext(EXACT):
        assert ulps(log1p_of_minus(x), (1 - Decimal(x)).ln()) < 2


@given(st.floats(-800, 0) | st.floats(-1, 0))
@example(0.0)
@example(-TINY)
@example(-0.5)
@example(-math.inf)
def test_1_less_exp_keeps_the_digits_of_a_small_x(x: float) -> None:
    """The difference of the exponential from 1 is within 4 units in the last place, if x is tiny too."""
    with localcontext(EXACT):
        assert ulps(one_less_exp(x), 1 - Decimal(x).exp()) < 4


def as_table(number: Decimal, quantum: int | None = None) -> tuple[float, float]:
    """Return the nearest float (or multiple of `2**-quantum`) and the rest, as the tables hold them."""
    near = float(number) if quantum is None else round(number * 2**quantum) / 2**quantum
    return near, float(number - Decimal(near))


def test_the_tables_are_those_of_decimal_arithmetic() -> None:
    """Every constant is the exact one, split as the table says."""
    with localcontext(EXACT):
        ln_2 = Decimal(2).ln()
        assert as_table(ln_2, 42) == tables.LN2
        assert as_table(ln_2 / 32, 41) == tables.LN2_32ND
        powers = [as_table((ln_2 * number / 32).exp()) for number in range(32)]
        logarithms = [as_table((Decimal(number) / 64).ln(), 42) for number in range(tables.FIRST_LOGARITHM, 92)]
    assert powers == list(tables.POWERS_OF_2)
    assert logarithms == list(tables.LOGARITHMS)
