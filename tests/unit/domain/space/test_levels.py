"""Levels, compared with numpy, with decimal arithmetic and with each other."""

from __future__ import annotations

import math
from decimal import Context, Decimal
from fractions import Fraction
from time import process_time

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain.errors import InvalidSweep
from domain.space.geomspace import Geomspace
from domain.space.levels import MOST_LEVELS, Levels
from domain.space.linspace import Linspace
from domain.space.logspace import Logspace
from domain.space.range import Range
from domain.space.values import Values
from tests.fakes.spaces import floats, levels

LARGEST = math.nextafter(math.inf, 0)
TINY = math.ulp(0)
huge_or_float = floats | st.integers(-(2**1100), 2**1100)
any_number = huge_or_float | st.sampled_from([math.nan, math.inf, -math.inf, TINY, LARGEST, 1, 10**4000])
nums = st.integers(-2, 10) | st.sampled_from([2**53 + 1, 10**18, MOST_LEVELS, MOST_LEVELS + 1, 10**4000])


def all_of(axis: Levels) -> list[object]:
    """Return every level."""
    return [axis.value(number) for number in range(axis.size)]


def bits(values: object) -> list[str]:
    """Return each float in hexadecimal, which shows its last bit and the sign of zero."""
    return [float(value).hex() for value in np.asarray(values)]


def correctly_rounded(number: float) -> bool:
    """Return whether numpy's log10 is exact to the last bit here, which depends on the processor."""
    return bool(np.log10(number) == float(Context(prec=60).log10(Decimal(number))))


def within_2_ulp(mine: list[object], numpys: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    """Return whether each level differs from numpy's by at most two units in the last place of numpy's."""
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(np.array(mine) - numpys) <= 2 * np.spacing(np.abs(numpys))))


@given(floats, floats, st.integers(1, 300))
@example(0.0, TINY, 7)
@example(-TINY, 3 * TINY, 50)
@example(-0.0, -0.0, 3)
@example(5.0, -5.0, 1)
@example(-LARGEST / 2, LARGEST / 2, 11)
def test_linspace_equals_numpys_to_the_last_bit(start: float, stop: float, num: int) -> None:
    """Every level of a linspace has the same bits as numpy's, even if the step underflows."""
    assume(math.isfinite(stop - start))
    with np.errstate(over="ignore"):  # numpy's last value may overflow before it is set to stop
        numpys = np.linspace(start, stop, num)
    assert bits(all_of(Linspace(start, stop, num))) == bits(numpys)


@given(st.integers(-(2**60), 2**60), st.integers(-(2**60), 2**60), st.integers(1, 60))
def test_linspace_converts_integers_as_numpy_does(start: int, stop: int, num: int) -> None:
    """Integer ends are converted to floats first, as in numpy."""
    assert bits(all_of(Linspace(start, stop, num))) == bits(np.linspace(start, stop, num))


@pytest.mark.parametrize("num", [100_000, 999_983])
def test_a_long_linspace_equals_numpys(num: int) -> None:
    """A long linspace has numpy's bits at every 997th level and at the last two."""
    axis, numpys = Linspace(0.1, 97.3, num), np.linspace(0.1, 97.3, num)
    places = [*range(0, num, 997), num - 2, num - 1]
    assert bits([axis.value(place) for place in places]) == bits(numpys[places])


@given(st.floats(TINY, LARGEST), st.floats(TINY, LARGEST), st.integers(1, 40), st.sampled_from([1, -1]))
@example(TINY, LARGEST, 40, 1)
@example(TINY, TINY, 3, -1)
@example(1e-300, 1e300, 7, 1)
def test_geomspace_equals_numpys_within_2_ulp(start: float, stop: float, num: int, sign: int) -> None:
    """A geomspace agrees with numpy over the whole range of doubles where numpy's own log10 is exact."""
    assume(correctly_rounded(start) and correctly_rounded(stop))
    with np.errstate(all="ignore"):
        numpys = np.geomspace(sign * start, sign * stop, num)
    assume(np.all(np.isfinite(numpys)))
    axis = Geomspace(sign * start, sign * stop, num)
    assert within_2_ulp(all_of(axis), numpys)
    assert axis.value(0) == sign * start
    assert num == 1 or axis.value(num - 1) == sign * stop


@given(st.floats(-300, 300), st.floats(-300, 300), st.integers(1, 40), st.sampled_from([10, 2, 0.1, math.e, 1, 1.5]))
def test_logspace_equals_numpys_within_2_ulp(start: float, stop: float, num: int, base: float) -> None:
    """A logspace agrees with numpy for any base."""
    assert within_2_ulp(all_of(Logspace(start, stop, num, base)), np.logspace(start, stop, num, base=base))


@given(st.integers(-500, 500), st.integers(-500, 500), st.integers(-50, 50).filter(bool))
def test_a_range_of_integers_equals_pythons(start: int, stop: int, step: int) -> None:
    """With integer arguments the levels are those of Python's range, as integers. An empty range is refused."""
    expected = list(range(start, stop, step))
    if not expected:
        with pytest.raises(InvalidSweep):
            Range(start, stop, step)
        return
    values = all_of(Range(start, stop, step))
    assert values == expected
    assert all(type(value) is int for value in values)


@given(st.integers(-999, 999), st.integers(1, 40), st.integers(1, 999), st.sampled_from([10, 100, 10**7, 10**20]))
def test_a_range_of_floats_is_computed_in_decimals(start: int, size: int, step: int, scale: int) -> None:
    """A range reads its floats as the decimals they print as; each level is the float nearest to the exact sum."""
    first, width, end = (float(Fraction(number, scale)) for number in (start, step, start + size * step))
    axis = Range(first, end, width)
    assert axis.size == size
    assert all_of(axis) == [float(Fraction(start + number * step, scale)) for number in range(size)]


@given(st.integers(-80, 80), st.integers(1, 200), st.sampled_from([0.5, 0.25, 2.0, 0.125]))
def test_a_range_of_binary_fractions_equals_numpys_arange(start: int, size: int, step: float) -> None:
    """If the floats are exact, a range equals numpy.arange."""
    stop = start + size * step
    assert all_of(Range(float(start), stop, step)) == np.arange(float(start), stop, step).tolist()


def test_the_levels_of_a_decimal_range_have_no_rounding_error() -> None:
    """0 to 1 by 0.1 has ten levels, and none is 0.30000000000000004."""
    assert all_of(Range(0, 1, 0.1)) == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert all_of(Range(1, 0, -0.25)) == [1.0, 0.75, 0.5, 0.25]


@given(st.sampled_from([Linspace, Geomspace, Logspace]), any_number, any_number, nums)
@example(Linspace, 0, 1, 10**400)
@example(Linspace, 0, LARGEST, MOST_LEVELS)
@example(Geomspace, LARGEST, LARGEST, 3)
@example(Geomspace, -1, -LARGEST, 10**17)
@example(Logspace, 0, math.log10(LARGEST), MOST_LEVELS)
def test_levels_exist_and_are_finite_or_are_refused(
    kind: type[Linspace | Geomspace | Logspace], start: float, stop: float, num: int
) -> None:
    """For any arguments, every level is a finite float, or the constructor raises `InvalidSweep`."""
    try:
        axis = kind(start, stop, num)
    except InvalidSweep:
        return
    assert axis.size == num
    for number in {0, 1, num // 2, num - 2, num - 1} & set(range(min(num, 3))) | {num - 1, max(0, num - 2), num // 2}:
        value = axis.value(number)
        assert type(value) is float
        assert math.isfinite(value)


@given(any_number, any_number, any_number)
@example(1e308, -1e308, -TINY)
@example(0, 10**4000, 1)
@example(0, 2**70, 2**60)
def test_a_range_exists_within_64_bits_or_is_refused(start: float, stop: float, step: float) -> None:
    """Any range is refused, or has fewer than 2**63 levels, all of them finite, with integers within 64 bits."""
    try:
        axis = Range(start, stop, step)
    except InvalidSweep:
        return
    assert 1 <= axis.size <= MOST_LEVELS
    for value in (axis.value(0), axis.value(axis.size - 1)):
        assert math.isfinite(value)
        assert isinstance(value, float) or -(2**63) <= value < 2**63


@given(floats, st.sampled_from([TINY, 1e-5, 1, 1 + 1e-15, 1e300, 0, -1.0, math.nan, 10**400]), st.integers(1, 9))
def test_a_logspace_of_any_base_is_finite_or_refused(exponent: float, base: float, num: int) -> None:
    """For any base (tiny, huge, one, NaN), every level is finite or the constructor raises `InvalidSweep`."""
    try:
        axis = Logspace(0, exponent, num, base)
    except InvalidSweep:
        return
    assert all(math.isfinite(axis.value(number)) for number in range(num))


@pytest.mark.parametrize(
    ("kind", "arguments", "path", "message"),
    [
        pytest.param(Values, ((),), "", "is empty", id="no values"),
        pytest.param(Values, ((1, math.nan),), "1", "finite", id="NaN in values"),
        pytest.param(Linspace, (math.inf, 1, 2), "start", "finite", id="linspace from infinity"),
        pytest.param(Linspace, (-LARGEST, LARGEST, 2), "", "span from start to stop", id="linspace wider than a float"),
        pytest.param(
            Linspace, (0, LARGEST, 99080723120807515), "num", "rounded beyond", id="linspace rounded beyond a float"
        ),
        pytest.param(Linspace, (0, 1, 0), "num", "at least 1", id="linspace of no level"),
        pytest.param(Linspace, (0, 1, 2**63), "num", "less than 2\\*\\*63", id="linspace of 2**63 levels"),
        pytest.param(Geomspace, (0, 1, 2), "start", "cannot start or stop at 0", id="geomspace from 0"),
        pytest.param(Geomspace, (1, 0, 2), "stop", "cannot start or stop at 0", id="geomspace to 0"),
        pytest.param(Geomspace, (-1, 1, 2), "stop", "cannot pass through 0", id="geomspace through 0"),
        pytest.param(Geomspace, (1, 2, 0), "num", "at least 1", id="geomspace of no level"),
        pytest.param(Logspace, (0, 1, 2, 0), "base", "greater than 0", id="logspace of base 0"),
        pytest.param(Logspace, (0, 1, 0), "num", "at least 1", id="logspace of no level"),
        pytest.param(Logspace, (-LARGEST, LARGEST, 2, 1), "", "span from start", id="logspace wider than a float"),
        pytest.param(Logspace, (0, 400, 2), "stop", "too large", id="logspace that overflows"),
        pytest.param(Logspace, (-400, 0, 2), "start", "too small", id="logspace that underflows"),
        pytest.param(Range, (0, 1, 0), "step", "never end", id="range with step 0"),
        pytest.param(Range, (0, 1e308, TINY), "step", "never end", id="range with a step too small"),
        pytest.param(Range, (0, 1, -1), "", "is empty", id="range with a step of the wrong sign"),
        pytest.param(Range, (2, 2), "", "is empty", id="range of no level"),
        pytest.param(Range, (0, 2**63), "stop", "64 bits", id="range beyond 64 bits"),
        pytest.param(Range, (0, math.nan), "stop", "finite", id="range to NaN"),
    ],
)
def test_invalid_levels_are_refused(kind: type[Levels], arguments: tuple[float, ...], path: str, message: str) -> None:
    """The error names the path and what is wrong there."""
    with pytest.raises(InvalidSweep, match=message) as raised:
        kind(*arguments)
    assert [problem.path for problem in raised.value.problems] == [path]


@given(st.integers(1, 6).flatmap(levels))
def test_a_level_is_the_same_every_time(axis: Levels) -> None:
    """A value that is computed twice has the same type and bits."""
    assert list(map(repr, all_of(axis))) == list(map(repr, all_of(axis)))


@pytest.mark.parametrize(
    "axis",
    [
        pytest.param(Logspace(-0.5, 0.5, 400, TINY), id="a tiny base"),
        pytest.param(Logspace(TINY, 3 * TINY, 400), id="tiny exponents"),
        pytest.param(Geomspace(1, 2, 400), id="a geomspace"),
    ],
)
def test_levels_are_computed_fast(axis: Levels) -> None:
    """400 levels need less than 1 s of processor time, however many digits base and exponent have."""
    start = process_time()
    all_of(axis)
    assert process_time() - start < 1


def test_integers_and_floats_describe_the_same_levels() -> None:
    """Integer arguments are stored as floats, so that equal levels have the same repr."""
    assert repr(Logspace(1, 3, 5, 10)) == repr(Logspace(1.0, 3.0, 5))
    assert repr(Geomspace(1, 3, 5)) == repr(Geomspace(1.0, 3.0, 5))
    assert repr(Linspace(1, 3, 5)) == repr(Linspace(1.0, 3.0, 5))
