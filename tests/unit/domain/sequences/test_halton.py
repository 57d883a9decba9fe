"""The Halton sequence beside exact arithmetic, scipy's, and the law of its intervals."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import chisquare, qmc

from domain.sequences.halton import Halton, _digits
from domain.sequences.radical_inverse import RadicalInverse, places
from domain.sequences.unit_sequence import MOST_POINTS

PRIMES = [2, 3, 5, 7, 11, 13]
BELOW_ONE = 1 - 2**-53
bases = st.sampled_from([*PRIMES, 17, 23, 311, 509, 521, 719])
indices = st.integers(0, 10_000) | st.integers(0, MOST_POINTS - 1)


def digits_of(index: int, base: int) -> list[int]:
    """Return as many digits as are at least 53 bits, the last one of the index first."""
    digits = []
    for _ in range(places(base)):
        index, digit = divmod(index, base)
        digits.append(digit)
    return digits


def mirrored(digits: list[int], base: int) -> Fraction:
    """Return the exact fraction with these digits after the point."""
    return sum((Fraction(digit, base ** (place + 1)) for place, digit in enumerate(digits)), Fraction(0))


@given(bases)
def test_the_places_hold_53_bits(base: int) -> None:
    """The digits of a base are as few as have 2^53 values or more."""
    assert base ** (places(base) - 1) < 2**53 <= base ** places(base)


@given(bases, indices)
@example(2, MOST_POINTS - 1)
@example(719, MOST_POINTS - 1)
def test_the_plain_radical_inverse_is_correctly_rounded(base: int, index: int) -> None:
    """The float is the one nearest to the exact fraction of the mirrored digits."""
    assert RadicalInverse.plain(base).value(index) == float(mirrored(digits_of(index, base), base))


@given(bases, indices)
def test_the_scrambled_radical_inverse_has_a_permutation_at_each_place(base: int, index: int) -> None:
    """The float is the middle of the interval whose digits are the permuted ones, correctly rounded."""
    generator = np.random.default_rng(index)
    images = [generator.permutation(base).tolist() for _ in range(places(base))]
    digits = [one[digit] for one, digit in zip(images, digits_of(index, base), strict=True)]
    exact = mirrored(digits, base) + Fraction(1, 2 * base ** len(digits))
    assert RadicalInverse.scrambled(base, images).value(index) == min(float(exact), BELOW_ONE)


@pytest.mark.parametrize("base", [2, 3, 5, 719])
def test_a_scrambled_radical_inverse_is_between_its_ends(base: int) -> None:
    """Where all digits become the largest one or the least one, the float is still below 1 and above 0."""
    falling = RadicalInverse.scrambled(base, [range(base)[::-1]] * places(base))
    assert falling.value(0) == next(falling.walk(0, 1)) == BELOW_ONE
    assert RadicalInverse.scrambled(base, [range(base)] * places(base)).value(0) > 0


def test_the_plain_sequence_is_scipys_but_for_its_rounding() -> None:
    """Each of 64 axes is within 4 units in the last place of `scipy.stats.qmc.Halton`, which sums rounded terms."""
    mine = np.array(list(Halton(64, 3000, 0, scramble=False).walk(0, 3000)))
    scipys = qmc.Halton(64, scramble=False).random(3000)
    assert (mine[0] == 0).all()
    assert (np.abs(mine - scipys) <= 4 * np.spacing(scipys)).all()


@pytest.mark.parametrize(("axis", "base"), list(enumerate(PRIMES)))
def test_points_in_a_row_are_one_in_each_interval(axis: int, base: int) -> None:
    """Any base^k points in a row, from a multiple of base^k on, are one in each interval of length base^-k."""
    size = base ** int(np.log(700) / np.log(base))
    for start in (0, 7 * size):
        points = Halton(6, 10**6, 4).walk(start, start + size)
        assert sorted(int(Fraction(point[axis]) * size) for point in points) == list(range(size))


def test_points_in_a_row_are_one_in_each_box() -> None:
    """2^4 * 3^3 scrambled points are one in each box of 2^-4 by 3^-3, which is what scrambling has to keep."""
    points = Halton(2, 432, 9).walk(0, 432)
    assert len({(int(x * 16), int(y * 27)) for x, y in points}) == 432


def test_the_digits_of_each_place_have_a_random_order() -> None:
    """In base 3, each order of the digits comes equally often, over 50 seeds and all places (chi-square, 0.1 %)."""
    orders = Counter(tuple(digits) for seed in range(50) for digits in _digits(3, seed))
    assert orders.keys() == set(permutations(range(3)))
    assert chisquare(list(orders.values())).pvalue > 0.001


def test_scrambling_breaks_the_pattern_of_large_primes() -> None:
    """The first 100 points of the plain axes 30 and 31 are on lines (correlation 0.9); scrambled ones are not."""
    plain = np.array(list(Halton(32, 100, 0, scramble=False).walk(0, 100)))[:, 30:]
    scrambled = np.array(list(Halton(32, 100, 0).walk(0, 100)))[:, 30:]
    assert np.corrcoef(plain.T)[0, 1] > 0.5
    assert abs(np.corrcoef(scrambled.T)[0, 1]) < 0.33


def test_the_seed_does_nothing_to_the_plain_sequence() -> None:
    """Plain, all seeds give the same points."""
    assert Halton(3, 9, 1, scramble=False).point(5) == Halton(3, 9, 2, scramble=False).point(5)
