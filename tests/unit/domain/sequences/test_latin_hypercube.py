"""The law of a Latin hypercube: one point in each stratum of each axis."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, norm

from domain.sequences.latin_hypercube import LatinHypercube
from domain.sequences.unit_sequence import MOST_POINTS


def stratum(value: float, size: int) -> int:
    """Return the number of the stratum that a float is in, in exact arithmetic."""
    numerator, denominator = value.as_integer_ratio()
    return numerator * size // denominator


@pytest.mark.parametrize("sizes", [range(1, 501, 13), pytest.param(range(1, 501), marks=pytest.mark.long)])
def test_each_stratum_has_one_point(sizes: range) -> None:
    """Each axis has exactly one point in each of the n strata, for each n up to 500 (some in the short form)."""
    for size in sizes:
        for column in zip(*LatinHypercube(3, size, size).walk(0, size), strict=True):
            assert sorted(stratum(value, size) for value in column) == list(range(size))


@given(st.integers(2000, MOST_POINTS), st.integers(0, MOST_POINTS))
def test_no_stratum_has_two_points_for_any_size(size: int, place: int) -> None:
    """Of 300 points in a row, and in any place, each is in a stratum of its own on each axis."""
    start = place % (size - 300)
    for column in zip(*LatinHypercube(2, size, 5).walk(start, start + 300), strict=True):
        assert len({stratum(value, size) for value in column}) == 300


def test_the_place_in_a_stratum_is_random() -> None:
    """Places are uniform, and independent of the stratum and of each other (0.1 % in all, one fixed seed)."""
    size = 5000
    scaled = np.array(list(LatinHypercube(3, size, 2).walk(0, size))) * size
    strata = np.floor(scaled)
    places = scaled - strata
    columns = np.concatenate([strata, places], axis=1).T
    correlations = np.corrcoef(columns)[np.triu_indices(6, 1)] * np.sqrt(size)
    assert np.abs(correlations).max() < norm.isf(0.001 / 2 / (correlations.size + 3))
    for column in places.T:
        assert kstest(column, "uniform").pvalue > 0.001 / (correlations.size + 3)


def test_the_mean_of_a_sum_is_far_more_exact_than_that_of_independent_points() -> None:
    """The variance of the mean of x1 + ... + x6 is 6 / (12 * n^3), not 6 / (12 * n), over 200 seeds (within a third).

    The place in the stratum is all that is random (Stein, "Large sample properties of simulations using Latin hypercube
    sampling", Technometrics 1987).
    """
    size = 100
    means = [np.sum(list(LatinHypercube(6, size, seed).walk(0, size))) / size for seed in range(200)]
    assert np.var(means) * 2 * size**3 == pytest.approx(1, rel=1 / 3)


@given(st.integers(1, 600), st.integers(1, 9), st.integers(1, 9))
def test_more_axes_keep_the_first_ones(size: int, axes: int, more: int) -> None:
    """A hypercube with more axes has the same coordinates on the first ones."""
    larger = LatinHypercube(axes + more, size, 3).walk(0, size)
    assert list(LatinHypercube(axes, size, 3).walk(0, size)) == [point[:axes] for point in larger]
