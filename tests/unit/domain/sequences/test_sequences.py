"""What every sequence promises, whatever its kind."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, norm

from domain.errors import InvalidSweep
from domain.sequences.halton import Halton
from domain.sequences.latin_hypercube import LatinHypercube
from domain.sequences.random_points import RandomPoints
from domain.sequences.unit_sequence import LEAST_SEED, MOST_AXES, MOST_POINTS, MOST_SEED, UnitSequence


def plain_halton(axes: int, points: int, seed: int) -> Halton:
    """Return the Halton sequence with the digits as they are."""
    return Halton(axes, points, seed, scramble=False)


Kind = Callable[[int, int, int], UnitSequence]
RANDOM = pytest.param(RandomPoints, id="random")
LATIN_HYPERCUBE = pytest.param(LatinHypercube, id="latin hypercube")
HALTON = pytest.param(Halton, id="halton")
PLAIN_HALTON = pytest.param(plain_halton, id="plain halton")
every_kind = pytest.mark.parametrize("kind", [RANDOM, LATIN_HYPERCUBE, HALTON, PLAIN_HALTON])
seeds = st.integers(LEAST_SEED, MOST_SEED)
sizes = st.integers(1, 3000) | st.integers(1, MOST_POINTS)


@every_kind
@given(axes=st.integers(1, 12), points=sizes, seed=seeds, data=st.data())
def test_a_walk_has_the_points_of_each_index(
    kind: Kind, axes: int, points: int, seed: int, data: st.DataObject
) -> None:
    """A walk of any range gives the bits that `point` gives, each coordinate in [0, 1)."""
    sequence = kind(axes, points, seed)
    start = data.draw(st.integers(0, points))
    stop = data.draw(st.integers(start, min(points, start + 60)))
    walked = list(sequence.walk(start, stop))
    assert walked == [sequence.point(index) for index in range(start, stop)]
    assert all(len(point) == axes and min(point) >= 0 and max(point) < 1 for point in walked)


@every_kind
def test_a_walk_over_several_batches_has_the_points_of_each_index(kind: Kind) -> None:
    """Where one batch or table ends and the next one begins, no point is lost or doubled."""
    sequence = kind(5, 100_000, 3)
    walked = list(sequence.walk(70_000, 72_500))
    assert walked[::7] == [sequence.point(index) for index in range(70_000, 72_500, 7)]
    assert walked[1000:1500] == list(sequence.walk(71_000, 71_500))


@every_kind
def test_points_outside_are_refused(kind: Kind) -> None:
    """An index or a range outside `0..size-1` is an `IndexError`; an empty range is none."""
    sequence = kind(2, 10, 0)
    assert (sequence.axes, sequence.size) == (2, 10)
    for index in (-1, 10):
        with pytest.raises(IndexError):
            sequence.point(index)
    for start, stop in ((-1, 3), (3, 2), (0, 11)):
        with pytest.raises(IndexError):
            sequence.walk(start, stop)
    assert list(sequence.walk(10, 10)) == []


@every_kind
@pytest.mark.parametrize(
    ("axes", "points", "seed", "message"),
    [
        pytest.param(0, 1, 0, "parameters: is empty", id="no axis"),
        pytest.param(MOST_AXES + 1, 1, 0, "parameters: needs 129 coordinates", id="too many axes"),
        pytest.param(1, 0, 0, "design.points: must be at least 1", id="no point"),
        pytest.param(1, MOST_POINTS + 1, 0, "design.points: must be at most 4,503,599,627,370,496", id="points"),
        pytest.param(1, 1, MOST_SEED + 1, "design.seed: must be an integer of 64 bits", id="large seed"),
        pytest.param(1, 1, LEAST_SEED - 1, "design.seed: must be an integer of 64 bits", id="negative seed"),
    ],
)
def test_a_sequence_that_cannot_be_is_refused(kind: Kind, axes: int, points: int, seed: int, message: str) -> None:
    """The error names the place in the request."""
    with pytest.raises(InvalidSweep, match=message):
        kind(axes, points, seed)


@every_kind
def test_a_sequence_may_have_the_most_axes_and_points(kind: Kind) -> None:
    """The last points of the largest sequence are computed as any others."""
    sequence = kind(MOST_AXES, MOST_POINTS, MOST_SEED)
    *_, last = sequence.walk(MOST_POINTS - 20, MOST_POINTS)
    assert last == sequence.point(MOST_POINTS - 1)
    assert len(last) == MOST_AXES


@every_kind
def test_memory_does_not_grow_with_the_points(kind: Kind) -> None:
    """A walk in 10^12 points takes at most 3 MB, and no more than a fifth above one in 10^3 points.

    A walk of 900 points fills a batch, so both have whole ones.
    """

    def peak(points: int) -> int:
        tracemalloc.start()
        try:
            sequence = kind(6, points, points)
            for _ in sequence.walk(points - 900, points):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, many = peak(10**3), peak(10**12)
    assert many < 3_000_000
    assert many < 1.2 * few + 100_000


@pytest.mark.parametrize("kind", [RANDOM, HALTON, PLAIN_HALTON])
@given(axes=st.integers(1, 8), more=st.integers(0, 4), points=st.integers(1, 50), seed=seeds)
def test_more_points_or_axes_keep_the_first_ones(kind: Kind, axes: int, more: int, points: int, seed: int) -> None:
    """A sequence with more points and axes begins with the same points, and these with the same coordinates."""
    first = kind(axes, points, seed)
    larger = kind(axes + more, points + 10**9, seed)
    assert list(first.walk(0, points)) == [point[:axes] for point in larger.walk(0, points)]


@pytest.mark.parametrize("kind", [RANDOM, LATIN_HYPERCUBE, HALTON])
def test_another_seed_gives_other_points(kind: Kind) -> None:
    """No coordinate comes twice in the first points of 200 seeds."""
    coordinates = [coordinate for seed in range(-100, 100) for coordinate in kind(2, 10**6, seed).point(0)]
    assert len(set(coordinates)) == len(coordinates)


@pytest.mark.parametrize("kind", [RANDOM, LATIN_HYPERCUBE, HALTON])
@pytest.mark.parametrize(("total", "start"), [(20_000, 0), (10**12, 10**11)])
def test_points_are_uniform(kind: Kind, total: int, start: int) -> None:
    """Means, variances, correlations and counts are those of the uniform distribution (0.1 % in all, one fixed seed).

    Each is compared with its standard error for independent points, which is an upper bound for the others. It is so
    for all points, and for those of one shard among very many.
    """
    points = np.array(list(kind(6, total, 11).walk(start, start + 20_000)))
    size, axes = points.shape
    means = (points.mean(axis=0) - 1 / 2) / np.sqrt(1 / 12 / size)
    variances = (np.mean((points - 1 / 2) ** 2, axis=0) - 1 / 12) / np.sqrt(1 / 180 / size)
    pairs = np.corrcoef(points.T)[np.triu_indices(axes, 1)] * np.sqrt(size)
    deviations = np.abs(np.concatenate([means, variances, pairs]))
    tests = deviations.size + axes
    assert deviations.max() < norm.isf(0.001 / 2 / tests)
    for column in points.T:
        assert chisquare(np.bincount((column * 100).astype(int), minlength=100)).pvalue > 0.001 / tests


@pytest.mark.parametrize(
    ("kind", "points", "digits"),
    [
        (RandomPoints, 200, "0x1.31a005c9b93f4p-3 0x1.16a6cc37b24b2p-2 0x1.8e1b63c527fbfp-1"),
        (RandomPoints, 100_000, "0x1.291a1e9969897p-1 0x1.8887edf159a66p-2 0x1.6844dee4a0c1cp-3"),
        (RandomPoints, 10**12, "0x1.030b25ac740a4p-3 0x1.0184956ad5a85p-1 0x1.e2a9bbd1f42e1p-1"),
        (LatinHypercube, 200, "0x1.610a0f58f95a1p-2 0x1.a8abb7d791126p-2 0x1.7adba52459804p-1"),
        (LatinHypercube, 100_000, "0x1.dd4a8bb26eebbp-1 0x1.facc1ca41b412p-2 0x1.09e97e56eb9efp-1"),
        (LatinHypercube, 10**12, "0x1.08eb5e8b97344p-1 0x1.d9abecd416216p-1 0x1.489a530483de9p-6"),
        (Halton, 200, "0x1.59977641d3b2cp-4 0x1.336eafc8a010cp-2 0x1.d1cf8356598edp-1"),
        (Halton, 100_000, "0x1.ff1eec83a7658p-5 0x1.b9e68efc045dap-1 0x1.c4f47e8d71feep-1"),
        (Halton, 10**12, "0x1.2d3a49e147658p-5 0x1.ac875c19c8451p-1 0x1.c501d1803e834p-1"),
        (plain_halton, 200, "0x1.8c00000000000p-2 0x1.d7f7926fabb86p-5 0x1.8e219652bd3c3p-1"),
        (plain_halton, 100_000, "0x1.e586000000000p-2 0x1.e2fd921c0fbd8p-1 0x1.997a0f0fbd625p-1"),
        (plain_halton, 10**12, "0x1.ffc294ac5c000p-2 0x1.f05bfbe96fdb5p-1 0x1.9999997d0401ep-1"),
    ],
)
def test_the_points_are_those_of_every_machine(kind: Kind, points: int, digits: str) -> None:
    """A point differs from this one where another platform, Python or version of the code computes another."""
    assert [coordinate.hex() for coordinate in kind(3, points, -7).point(points - 2)] == digits.split()
