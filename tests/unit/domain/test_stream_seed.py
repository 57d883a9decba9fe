"""Stream seeds: one for each replicate of each point, reproducible, and independent of one another.

The tests of independence have fixed seeds. Each has bounds that a perfect source of random bits keeps with a
probability of more than 0.999.
"""

from __future__ import annotations

import hashlib
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.stream_seed import stream_seeds

# The lowest significance of a test, all of its comparisons together.
SIGNIFICANCE = 1e-3


def _points(size: int) -> list[str]:
    """Return neighbouring points of a grid with ten replicates, as text."""
    return [f'"x":{number // 10},"replicate":{number % 10}' for number in range(size)]


def _bound(comparisons: int) -> float:
    """Return how many standard deviations so many normal numbers keep within (Bonferroni)."""
    return NormalDist().inv_cdf(1 - SIGNIFICANCE / comparisons / 2)


@given(st.integers(-(2**63), 2**63 - 1), st.text(st.characters(codec="utf-8")))
def test_a_seed_is_what_the_docstring_says(base: int, point: str) -> None:
    """Any program that has BLAKE2b computes the same seed, in 0..2^63 - 1."""
    key = base.to_bytes(8, "little", signed=True)
    words = hashlib.blake2b(point.encode(), key=key, person=b"v1 stream seed").digest()
    seed = stream_seeds(base)(point)
    assert seed == int.from_bytes(words[:8], "little") // 2
    assert 0 <= seed < 2**63


@pytest.mark.parametrize(
    ("base", "point", "seed"),
    [
        (0, '"x":1,"replicate":0', 3_333_159_440_307_116_078),
        (7, '"x":1,"replicate":0', 7_373_232_958_246_174_089),
        (-1, '"name":"\\u00fc","replicate":12', 7_282_188_201_439_844_945),
    ],
)
def test_seeds_stay(base: int, point: str, seed: int) -> None:
    """The same point has the same seed as ever; another derivation needs another version."""
    assert stream_seeds(base)(point) == seed


def test_seeds_are_distinct() -> None:
    """Of 50,000 points under three base seeds, no two have the same: by chance that happens once in 8 * 10^8 times."""
    points = _points(50_000)
    assert len({seed for base in (0, 1, -1) for seed in map(stream_seeds(base), points)}) == 3 * len(points)


def test_each_bit_is_set_in_half_of_the_seeds_and_changes_in_half_of_the_neighbours() -> None:
    """No bit tells anything of the point, and none of its neighbour's."""
    size = 100_000
    seeds = np.fromiter(map(stream_seeds(0), _points(size)), np.uint64, size)
    for words in (seeds, seeds[1:] ^ seeds[:-1]):
        bits = (words[:, None] >> np.arange(63, dtype=np.uint64)) & np.uint64(1)
        deviations = (bits.mean(axis=0) - 0.5) * 2 * np.sqrt(len(words))
        assert np.abs(deviations).max() < _bound(2 * 63)


@pytest.mark.parametrize("lag", [1, 10], ids=["of neighbouring replicates", "of neighbouring points"])
def test_streams_are_not_correlated(lag: int) -> None:
    """The streams that numpy makes of two seeds have no correlation, pair by pair and over all of them."""
    pairs, draws = 400, 2_000
    streams = np.array(
        [np.random.default_rng(seed).random(draws) for seed in map(stream_seeds(3), _points(pairs + lag))]
    )
    scaled = (streams - 0.5) * np.sqrt(12)
    deviations = (scaled[:pairs] * scaled[lag : pairs + lag]).mean(axis=1) * np.sqrt(draws)
    assert np.abs(deviations).max() < _bound(pairs + 2)
    assert abs(deviations.mean()) * np.sqrt(pairs) < _bound(pairs + 2)
    # The sum of squares has a chi-squared distribution, which is close to normal for so many.
    assert abs((deviations**2).sum() - pairs) / np.sqrt(2 * pairs) < _bound(pairs + 2)
