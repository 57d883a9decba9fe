"""The seed of each point and replicate."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import kstest, norm

from domain.sequences.point_seeds import point_seed
from domain.sequences.unit_sequence import LEAST_SEED, MOST_SEED


@given(st.integers(LEAST_SEED, MOST_SEED), st.integers(0, 10**60), st.integers(0, 10**18))
@example(LEAST_SEED, 0, 0)
def test_a_seed_is_an_integer_that_documents_hold(seed: int, index: int, replicate: int) -> None:
    """A seed is in 0..2^63 - 1, whatever the size of the sweep, and comes again."""
    assert 0 <= point_seed(seed, index, replicate) < 2**63
    assert point_seed(seed, index, replicate) == point_seed(seed, index, replicate)


def test_no_two_evaluations_have_the_same_seed() -> None:
    """Seeds differ between seeds of a sweep, points, and replicates, and where their digits run together."""
    seeds = {
        point_seed(seed, index, replicate)
        for seed in (-1, 0, 1)
        for index in (*range(500), 10**12, 10**20)
        for replicate in range(12)
    }
    assert len(seeds) == 3 * 502 * 12


def test_numpys_generators_from_them_have_independent_streams() -> None:
    """Draws of neighbouring points, replicates and seeds are uncorrelated and uniform (at 0.1 %, fixed seeds).

    Each generator draws 200 numbers. Correlations between neighbours are compared with their standard error. The first
    draws of all generators are compared with the uniform distribution by Kolmogorov and Smirnov's test.
    """
    places = [(seed, index, replicate) for seed in (3, 4) for index in range(50) for replicate in range(4)]
    draws = np.array([np.random.default_rng(point_seed(*place)).random(200) for place in places])
    centred = draws - draws.mean(axis=1, keepdims=True)
    for lag in (1, 4, 200):
        pairs = np.sum(centred[lag:] * centred[:-lag], axis=1) / (200 / 12)
        assert abs(pairs.mean()) * np.sqrt(pairs.size * 200) < norm.isf(0.0005)
    assert kstest(draws[:, 0], "uniform").pvalue > 0.001
    assert kstest(draws.ravel(), "uniform").pvalue > 0.001


def test_the_seeds_are_those_of_every_machine() -> None:
    """A seed differs from these where another platform, Python or version of the code hashes differently."""
    assert [point_seed(7, 0, 0), point_seed(-7, 10**12, 3)] == [5735146628699503071, 3682778709617514221]
