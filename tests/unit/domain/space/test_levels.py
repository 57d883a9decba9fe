"""Levels against numpy, decimal arithmetic and each other."""

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
wild = floats | st.integers(-(2**1100), 2**1100)
anything = wild | st.sampled_from([math.nan, math.inf, -math.inf, TINY, LARGEST, 1, 10**4000])
nums = st.integers(-2, 10) | st.sampled_from([2**53 + 1, 10**18, MOST_LEVELS, MOST_LEVELS + 1, 10**4000])


def all_of(axis: Levels) -> list[object]:
    """Return every level."""
    return [axis.value(number) for number in range(axis.size)]


def bits(values: object) -> list[str]:
    """Return floats so that their last bit and the sign of zero can be compared."""
    return [float(value).hex() for value in np.asarray(values)]


def correctly_rounded(number: float) -> bool:
    """Say whether numpy's log10 is right to the last bit here; that depends on the processor it runs on."""
    return bool(np.log10(number) == float(Context(prec=60).log10(Decimal(number))))


def within_2_ulp(mine: list[object], numpys: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    """Compare, taking the distance of floats in units of numpy's."""
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(np.array(mine) - numpys) <= 2 * np.spacing(np.abs(numpys))))


@given(floats, floats, st.integers(1, 300))
@example(0.0, TINY, 7)
@example(-TINY, 3 * TINY, 50)
@example(-0.0, -0.0, 3)
@example(5.0, -5.0, 1)
@example(-LARGEST / 2, LARGEST / 2, 11)
def test_linspace_is_numpys_to_the_last_bit(start: float, stop: float, num: int) -> None:
    """Every level of a linspace has the bits that numpy gives it, steps that underflow included."""
    assume(math.isfinite(stop - start))
    with np.errstate(over="ignore"):  # numpy's last value may overflow before it is set to stop
        numpys = np.linspace(start, stop, num)
    assert bits(all_of(Linspace(start, stop, num))) == bits(numpys)


@given(st.integers(-(2**60), 2**60), st.integers(-(2**60), 2**60), st.integers(1, 60))
def test_linspace_takes_integers_as_numpy_does(start: int, stop: int, num: int) -> None:
    """Integer ends become floats first, as in numpy."""
    assert bits(all_of(Linspace(start, stop, num))) == bits(np.linspace(start, stop, num))


@pytest.mark.parametrize("num", [100_000, 999_983])
def test_linspace_is_numpys_for_many_levels(num: int) -> None:
    """A long linspace has numpy's bits at every thousandth place and at its end."""
    axis, numpys = Linspace(0.1, 97.3, num), np.linspace(0.1, 97.3, num)
    places = [*range(0, num, 997), num - 2, num - 1]
    assert bits([axis.value(place) for place in places]) == bits(numpys[places])


@given(st.floats(TINY, LARGEST), st.floats(TINY, LARGEST), st.integers(1, 40), st.sampled_from([1, -1]))
@example(TINY, LARGEST, 40, 1)
@example(TINY, TINY, 3, -1)
@example(1e-300, 1e300, 7, 1)
def test_geomspace_is_numpys_to_2_ulp(start: float, stop: float, num: int, sign: int) -> None:
    """A geomspace agrees with numpy over the whole range of doubles, wherever numpy's own logarithm is right."""
    assume(correctly_rounded(start) and correctly_rounded(stop))
    with np.errstate(all="ignore"):
        numpys = np.geomspace(sign * start, sign * stop, num)
    assume(np.all(np.isfinite(numpys)))
    axis = Geomspace(sign * start, sign * stop, num)
    assert within_2_ulp(all_of(axis), numpys)
    assert axis.value(0) == sign * start
    assert num == 1 or axis.value(num - 1) == sign * stop


@given(st.floats(-300, 300), st.floats(-300, 300), st.integers(1, 40), st.sampled_from([10, 2, 0.1, math.e, 1, 1.5]))
def test_logspace_is_numpys_to_2_ulp(start: float, stop: float, num: int, base: float) -> None:
    """A logspace agrees with numpy for any base."""
    assert within_2_ulp(all_of(Logspace(start, stop, num, base)), np.logspace(start, stop, num, base=base))


@given(st.integers(-500, 500), st.integers(-500, 500), st.integers(-50, 50).filter(bool))
def test_a_range_of_integers_is_pythons(start: int, stop: int, step: int) -> None:
    """Integers give exactly Python's range, as integers; where that is empty, they are refused."""
    expected = list(range(start, stop, step))
    if not expected:
        with pytest.raises(InvalidSweep):
            Range(start, stop, step)
        return
    values = all_of(Range(start, stop, step))
    assert values == expected
    assert all(type(value) is int for value in values)


@given(st.integers(-999, 999), st.integers(1, 40), st.integers(1, 999), st.sampled_from([10, 100, 10**7, 10**20]))
def test_a_range_of_floats_counts_decimals(start: int, size: int, step: int, scale: int) -> None:
    """Floats are the decimals that they are written as: each level is the float nearest to the exact one."""
    first, width, end = (float(Fraction(number, scale)) for number in (start, step, start + size * step))
    axis = Range(first, end, width)
    assert axis.size == size
    assert all_of(axis) == [float(Fraction(start + number * step, scale)) for number in range(size)]


@given(st.integers(-80, 80), st.integers(1, 200), st.sampled_from([0.5, 0.25, 2.0, 0.125]))
def test_a_range_of_binary_fractions_is_numpys_arange(start: int, size: int, step: float) -> None:
    """Where floats are exact, numpy.arange gives the same."""
    stop = start + size * step
    assert all_of(Range(float(start), stop, step)) == np.arange(float(start), stop, step).tolist()


def test_a_range_has_the_levels_that_one_reads() -> None:
    """0 to 1 by 0.1 has ten levels, and none is 0.30000000000000004."""
    assert all_of(Range(0, 1, 0.1)) == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert all_of(Range(1, 0, -0.25)) == [1.0, 0.75, 0.5, 0.25]


@given(st.sampled_from([Linspace, Geomspace, Logspace]), anything, anything, nums)
@example(Linspace, 0, 1, 10**400)
@example(Linspace, 0, LARGEST, MOST_LEVELS)
@example(Geomspace, LARGEST, LARGEST, 3)
@example(Geomspace, -1, -LARGEST, 10**17)
@example(Logspace, 0, math.log10(LARGEST), MOST_LEVELS)
def test_levels_exist_and_are_finite_or_are_refused(
    kind: type[Linspace | Geomspace | Logspace], start: float, stop: float, num: int
) -> None:
    """Whatever numbers come, there is an `InvalidSweep`, or every level is a finite float."""
    try:
        axis = kind(start, stop, num)
    except InvalidSweep:
        return
    assert axis.size == num
    for number in {0, 1, num // 2, num - 2, num - 1} & set(range(min(num, 3))) | {num - 1, max(0, num - 2), num // 2}:
        value = axis.value(number)
        assert type(value) is float
        assert math.isfinite(value)


@given(anything, anything, anything)
@example(1e308, -1e308, -TINY)
@example(0, 10**4000, 1)
@example(0, 2**70, 2**60)
def test_a_range_exists_within_64_bits_or_is_refused(start: float, stop: float, step: float) -> None:
    """Whatever numbers come, a range is refused or has fewer than 2**63 levels, all finite, integers of 64 bits."""
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
    """Bases that are tiny, huge, one or no number at all never give anything but an `InvalidSweep`."""
    try:
        axis = Logspace(0, exponent, num, base)
    except InvalidSweep:
        return
    assert all(math.isfinite(axis.value(number)) for number in range(num))


@pytest.mark.parametrize(
    ("kind", "arguments", "path", "message"),
    [
        (Values, ((),), "", "is empty"),
        (Values, ((1, math.nan),), "1", "finite"),
        (Linspace, (math.inf, 1, 2), "start", "finite"),
        (Linspace, (-LARGEST, LARGEST, 2), "stop", "finite"),
        (Linspace, (0, 1, 0), "num", "at least 1"),
        (Linspace, (0, 1, 2**63), "num", "less than 2\\*\\*63"),
        (Geomspace, (0, 1, 2), "start", "cannot start or stop at 0"),
        (Geomspace, (1, 0, 2), "stop", "cannot start or stop at 0"),
        (Geomspace, (-1, 1, 2), "stop", "cannot pass through 0"),
        (Geomspace, (1, 2, 0), "num", "at least 1"),
        (Logspace, (0, 1, 2, 0), "base", "greater than 0"),
        (Logspace, (0, 1, 0), "num", "at least 1"),
        (Logspace, (0, 400, 2), "stop", "too large"),
        (Logspace, (-400, 0, 2), "start", "too small"),
        (Range, (0, 1, 0), "step", "never end"),
        (Range, (0, 1e308, TINY), "step", "never end"),
        (Range, (0, 1, -1), "", "is empty"),
        (Range, (2, 2), "", "is empty"),
        (Range, (0, 2**63), "stop", "64 bits"),
        (Range, (0, math.nan), "stop", "finite"),
    ],
)
def test_levels_that_make_no_sense_are_refused_by_place(
    kind: type[Levels], arguments: tuple[float, ...], path: str, message: str
) -> None:
    """Each refusal names the place and what is wrong with it."""
    with pytest.raises(InvalidSweep, match=message) as raised:
        kind(*arguments)
    assert [problem.path for problem in raised.value.problems] == [path]


@given(st.integers(1, 6).flatmap(levels))
def test_a_level_is_the_same_every_time(axis: Levels) -> None:
    """A value computed twice has the same type and bits."""
    assert list(map(repr, all_of(axis))) == list(map(repr, all_of(axis)))


@pytest.mark.parametrize("axis", [Logspace(-0.5, 0.5, 400, TINY), Logspace(TINY, 3 * TINY, 400), Geomspace(1, 2, 400)])
def test_no_level_takes_long(axis: Levels) -> None:
    """However many digits base and exponent have (a thousand times as long took the smallest of them)."""
    start = process_time()
    all_of(axis)
    assert process_time() - start < 1


def test_integers_and_floats_describe_the_same_levels() -> None:
    """Ends given as integers are the floats that they equal, so that equal levels also look the same."""
    assert repr(Logspace(1, 3, 5, 10)) == repr(Logspace(1.0, 3.0, 5))
    assert repr(Geomspace(1, 3, 5)) == repr(Geomspace(1.0, 3.0, 5))
    assert repr(Linspace(1, 3, 5)) == repr(Linspace(1.0, 3.0, 5))
