"""Keyed permutations: each number once, whatever the size, and no order that is likelier than another.

Statistical tests have fixed seeds. Each fails at a significance of 0.1 % for all of its comparisons together.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, norm

from domain.sequences.lanes import unpacked
from domain.sequences.permutation import MOST_TABLED, Permutations
from domain.sequences.unit_sequence import LEAST_SEED, MOST_POINTS, MOST_SEED

Numbers = npt.NDArray[np.int64]
# A table; the smallest network; networks with room to spare and with none; the largest one.
SIZES = [
    12,
    MOST_TABLED + 1,
    *(pytest.param(size, marks=pytest.mark.long) for size in (300, 1000, 4097, 2**40)),
    10**6 + 3,
    MOST_POINTS,
]
SIGNIFICANCE = 0.001
AXES, SEEDS = 60, 100


def images(size: int, start: int, count: int, axes: int, seed: int = 1) -> Numbers:
    """Return the images of consecutive numbers, a row each, a column for each axis."""
    lanes = Permutations(axes, size, seed).images(start, count)
    return np.array(unpacked(lanes, count * axes)).reshape(count, axes)


def are_permutations(size: int, axes: int) -> bool:
    """Return whether the images of all numbers are all numbers, on each axis."""
    return bool((np.sort(images(size, 0, size, axes), axis=0) == np.arange(size)[:, None]).all())


def neighbours(size: int) -> tuple[int, ...]:
    """Return numbers that share a half in a network of this size, and the last one."""
    low = 2 ** ((size - 1).bit_length() // 2)
    return 0, 1, low, low + 1, 2, size - 1


@lru_cache
def ensemble(size: int) -> Numbers:
    """Return the images of neighbours, a row each, in 6,000 independent permutations."""
    sets = [Permutations(AXES, size, seed) for seed in range(SEEDS)]
    return np.array([[one.at(number) for one in sets] for number in neighbours(size)]).reshape(-1, SEEDS * AXES)


def evenness(numbers: Numbers, size: int) -> float:
    """Return the p-value of chi-square for numbers in 0..size-1 that are equally likely, in up to 101 bins."""
    bins = min(size, 101)
    expected = np.diff([-(-place * size // bins) for place in range(bins + 1)]) * (numbers.size / size)
    return float(chisquare(np.bincount(numbers * bins // size, minlength=bins), expected).pvalue)


@pytest.mark.parametrize("step", [29, pytest.param(1, marks=pytest.mark.long)])
def test_every_number_is_the_image_of_one(step: int) -> None:
    """The images of 0..n-1 are 0..n-1: for each n up to 2,000, or some of them in the short form."""
    assert all(are_permutations(size, 1) for size in range(1, 2001, step))


@pytest.mark.parametrize(
    "size", [*range(1, 10), MOST_TABLED - 1, MOST_TABLED, MOST_TABLED + 1, 2**14 - 1, 2**14, 30_011]
)
def test_every_number_is_the_image_of_one_on_each_axis(size: int) -> None:
    """It is so on several axes, around the sizes where the method changes, and for some above."""
    assert are_permutations(size, 3)


@given(st.integers(2000, MOST_POINTS), st.integers(0, MOST_POINTS - 1))
def test_no_image_comes_twice_for_any_size(size: int, place: int) -> None:
    """Of 500 numbers in a row, and in any place, all images differ and are below the size."""
    start = place % (size - 500)
    for column in images(size, start, 500, 2).T:
        assert np.unique(column).size == 500
        assert 0 <= column.min() <= column.max() < size


@given(st.integers(1, MOST_POINTS), st.integers(LEAST_SEED, MOST_SEED), st.integers(1, 9), st.data())
def test_numbers_together_have_the_images_of_each_alone(size: int, seed: int, axes: int, data: st.DataObject) -> None:
    """What a walk computes for many numbers is what is computed for one."""
    start = data.draw(st.integers(0, size - 1))
    count = min(size - start, data.draw(st.integers(1, 40)))
    one = Permutations(axes, size, seed)
    together = unpacked(one.images(start, count), count * axes)
    assert together == tuple(image for number in range(start, start + count) for image in one.at(number))


@pytest.mark.parametrize("size", [2, 3, 4])
def test_each_order_of_few_numbers_is_equally_likely(size: int) -> None:
    """All `size!` orders come equally often, over 6,000 permutations."""
    orders: Counter[tuple[int, ...]] = Counter()
    for seed in range(SEEDS):
        one = Permutations(AXES, size, seed)
        orders.update(zip(*map(one.at, range(size)), strict=True))
    assert orders.keys() == set(permutations(range(size)))
    assert chisquare(list(orders.values())).pvalue > SIGNIFICANCE


@pytest.mark.parametrize("size", SIZES)
def test_images_are_even_over_the_seeds(size: int) -> None:
    """The image of any number is even, and so is the distance between images of neighbours, modulo the size.

    So are the last four bits in which they differ, of so many numbers that all bits are equally likely.
    """
    some = ensemble(size)
    first, *others = some
    values = [evenness(row, size) for row in some]
    # Two images are never the same, so the distance is one of 1..size-1.
    values += [evenness((other - first) % size - 1, size - 1) for other in others]
    values += [evenness((other ^ first) % 16, 16) for other in others if size > 2**16]
    assert min(values) > SIGNIFICANCE / len(values)


@pytest.mark.parametrize("size", SIZES)
def test_images_are_uncorrelated(size: int) -> None:
    """Images of two numbers, and those of one number on two axes, have no more correlation than chance gives.

    Without replacement, two of n numbers have a correlation of -1 / (n - 1).
    """
    some = ensemble(size).astype(float)
    numbers = np.corrcoef(some)[np.triu_indices(len(some), 1)] + 1 / (size - 1)
    axes = np.array([np.corrcoef(row[:-1], row[1:])[0, 1] for row in some])
    deviations = np.abs(np.concatenate([numbers, axes])) * np.sqrt(some.shape[1])
    assert deviations.max() < norm.isf(SIGNIFICANCE / 2 / deviations.size)


@pytest.mark.parametrize("size", SIZES)
def test_four_numbers_that_share_halves_have_images_without_a_pattern(size: int) -> None:
    """The images of the halves (0, 0) and (1, 1), less those of (0, 1) and (1, 0), are even, modulo the size.

    They are not in a network of too few rounds.
    """
    first, second, third, last, *_ = ensemble(size)
    assert evenness((first - second - third + last) % size, size) > SIGNIFICANCE


@pytest.mark.parametrize("size", [50, MOST_TABLED + 1, pytest.param(1000, marks=pytest.mark.long)])
def test_few_numbers_keep_their_neighbour_or_their_place(size: int) -> None:
    """In a random order of n, 2 * (n - 1) / n numbers keep their neighbour on average, and 1 keeps its place.

    Over 300 orders, the means are compared with their standard errors; the variances are close to 2 and 1.
    """
    orders = np.concatenate([images(size, 0, size, AXES, seed) for seed in range(5)], axis=1)
    neighbours = np.count_nonzero(np.abs(np.diff(orders, axis=0)) == 1, axis=0).mean()
    places = np.count_nonzero(orders == np.arange(size)[:, None], axis=0).mean()
    deviations = [(neighbours - 2 * (size - 1) / size) / np.sqrt(2 / 300), (places - 1) / np.sqrt(1 / 300)]
    assert max(map(abs, deviations)) < norm.isf(SIGNIFICANCE / 4)
