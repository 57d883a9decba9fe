"""The Sobol sequence, compared with scipy's and with the theory of nets."""

from __future__ import annotations

import itertools
import tracemalloc
from collections.abc import Iterator
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, norm, qmc

from domain.errors import InvalidSweep
from domain.sequences.joe_kuo import directions
from domain.sequences.scrambling import Scramble, linear
from domain.sequences.sobol import Sobol
from domain.sequences.unit_sequence import MOST_AXES, MOST_POINTS, MOST_SEED, UnitSequence

# scipy warns of a number of points that is no power of 2.
pytestmark = pytest.mark.filterwarnings("ignore:The balance properties")

RANDOM: tuple[Scramble, ...] = ("owen", "shift")
scrambles = st.sampled_from(get_args(Scramble))
seeds = st.integers(-MOST_SEED - 1, MOST_SEED)
# The quality t of the sequence in 1, 2, ... axes: a net of 2^m points has 2^t in every interval of volume 2^(t-m).
# The sum of the polynomials' degrees, less one each (Sobol 1967; Niederreiter 1992, chapter 4).
QUALITY = (0, 0, 1, 3, 5, 8, 11)


def array(
    sequence: UnitSequence, start: int = 0, stop: int | None = None
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return points as an array, a row each."""
    return np.array(list(sequence.walk(start, sequence.size if stop is None else stop)))


def shapes(axes: int, total: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to cut the axes into 2^k parts each, the numbers k together `total`."""
    for cuts in itertools.combinations(range(total + axes - 1), axes - 1):
        yield tuple(after - before - 1 for before, after in itertools.pairwise((-1, *cuts, total + axes - 1)))


def is_net(points: np.ndarray[tuple[int, int], np.dtype[np.float64]], quality: int) -> bool:
    """Return whether each elementary interval of volume 2^(quality - m) has its 2^quality of these 2^m points."""
    count, axes = points.shape
    levels = count.bit_length() - 1 - quality
    for shape in shapes(axes, levels):
        cells = np.zeros(count, dtype=np.int64)
        for axis, parts in enumerate(shape):
            cells = (cells << parts) + (points[:, axis] * (1 << parts)).astype(np.int64)
        if np.any(np.bincount(cells, minlength=1 << levels) != 1 << quality):
            return False
    return True


@pytest.mark.parametrize("bits", [30, 64])
@pytest.mark.parametrize("axes", [1, 2, 6, MOST_AXES])
def test_unscrambled_points_are_scipys(axes: int, bits: int) -> None:
    """Point by point, to the last bit and in the same order."""
    expected = qmc.Sobol(axes, scramble=False, bits=bits).random(1500).tolist()
    sequence = Sobol(axes, 1500, 0, "none")
    assert list(map(list, sequence.walk(0, 1500))) == expected
    assert [list(sequence.point(index)) for index in (0, 1, 1023, 1024, 1499)] == [
        expected[index] for index in (0, 1, 1023, 1024, 1499)
    ]


def test_far_unscrambled_points_are_scipys() -> None:
    """Point 1,000,001 too, which scipy reaches one by one."""
    expected = qmc.Sobol(9, scramble=False).fast_forward(1_000_001).random(3).tolist()
    assert list(map(list, Sobol(9, 2_000_000, 0, "none").walk(1_000_001, 1_000_004))) == expected


@given(st.integers(1, 9), st.integers(1, MOST_POINTS), seeds, scrambles, st.data())
def test_walk_yields_the_points_of_the_range(
    axes: int, points: int, seed: int, scramble: Scramble, data: st.DataObject
) -> None:
    """For any range, near or far, `walk` yields what `point` returns for each index, to the last bit."""
    sequence = Sobol(axes, points, seed, scramble)
    start = data.draw(st.integers(0, points) | st.integers(max(0, points - 1100), points))
    stop = min(points, start + data.draw(st.integers(0, 40) | st.integers(1000, 1100)))
    assert list(sequence.walk(start, stop)) == [sequence.point(index) for index in range(start, stop)]
    assert (sequence.axes, sequence.size) == (axes, points)


@given(st.integers(1, 9), st.integers(1, 5000), seeds, scrambles, st.integers(0, MOST_POINTS - 5000))
def test_more_points_and_axes_keep_the_first(axes: int, points: int, seed: int, scramble: Scramble, more: int) -> None:
    """A sequence is a prefix of every longer one, and its axes are the first of every wider one."""
    few, many = Sobol(axes, points, seed, scramble), Sobol(axes + 3, points + more, seed, scramble)
    for index in {0, points // 2, points - 1}:
        assert few.point(index) == many.point(index)[:axes]


@given(st.integers(1, MOST_POINTS), seeds, st.sampled_from(RANDOM), st.data())
def test_scrambled_points_lie_within_the_cube(points: int, seed: int, scramble: Scramble, data: st.DataObject) -> None:
    """None is 0 or 1: each coordinate is an odd multiple of 2^-53."""
    index = data.draw(st.integers(0, points - 1))
    for coordinate in Sobol(3, points, seed, scramble).point(index):
        assert 0 < coordinate < 1
        assert int(coordinate * 2**53) / 2**53 == coordinate
        assert int(coordinate * 2**53) % 2


@pytest.mark.parametrize("scramble", get_args(Scramble))
@pytest.mark.parametrize("axes", range(1, 6))
def test_every_aligned_block_is_a_net(axes: int, scramble: Scramble) -> None:
    """Each elementary interval has its share of 2^m points, of the first ones and of later ones (Sobol 1967)."""
    quality = QUALITY[axes - 1]
    for seed, levels in itertools.product((1, 2), range(quality, 9)):
        size = 1 << levels
        sequence = Sobol(axes, 8 * size, seed, scramble)
        assert is_net(array(sequence, 0, size), quality)
        assert is_net(array(sequence, 5 * size, 6 * size), quality)


@pytest.mark.parametrize("axes", range(2, 7))
def test_scrambling_keeps_the_quality_of_a_net(axes: int) -> None:
    """The least t of 64 points is the same unscrambled and scrambled: neither lost nor, as a proof of care, gained."""
    sequences = Sobol(axes, 64, 0, "none"), Sobol(axes, 64, 1), Sobol(axes, 64, 2), Sobol(axes, 64, 1, "shift")
    plain, *scrambled = [
        next(quality for quality in range(7) if is_net(array(sequence), quality)) for sequence in sequences
    ]
    assert scrambled == [plain] * 3


@given(st.integers(0, 9), st.integers(0, 10**9), seeds, scrambles)
def test_each_axis_has_one_point_in_every_stratum(levels: int, block: int, seed: int, scramble: Scramble) -> None:
    """The 2^m points of a block, and 2^m equal intervals: a permutation, on every axis."""
    size = 1 << levels
    sequence = Sobol(5, (block + 1) * size, seed, scramble)
    for column in zip(*sequence.walk(block * size, (block + 1) * size), strict=True):
        assert sorted(int(coordinate * size) for coordinate in column) == list(range(size))


@pytest.mark.parametrize(("axes", "points"), [(2, 256), (6, 100), (6, 512), (12, 256)])
def test_discrepancy_is_scipys(axes: int, points: int) -> None:
    """Of eleven seeds none has a centred discrepancy above 1.2 times the median of scipy's scrambled points.

    A shift alone varies more in few axes: its median is within 1.2 times scipy's.
    """
    usual = np.median([qmc.discrepancy(_scipys(axes, points, seed)) for seed in range(11)])
    assert max(_discrepancies(axes, points, "owen")) <= 1.2 * usual
    assert np.median(_discrepancies(axes, points, "owen")) <= 1.05 * usual
    assert np.median(_discrepancies(axes, points, "shift")) <= 1.2 * usual


def _discrepancies(axes: int, points: int, scramble: Scramble) -> list[float]:
    return [qmc.discrepancy(array(Sobol(axes, points, seed, scramble))) for seed in range(11)]


def _scipys(axes: int, points: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.asarray(qmc.Sobol(axes, seed=seed).random_base2((points - 1).bit_length())[:points])


@pytest.mark.parametrize("scramble", RANDOM)
def test_a_point_is_uniform_over_the_seeds(scramble: Scramble) -> None:
    """Means, variances and correlations of five points over 2,000 seeds: at a significance of 0.1 % altogether."""
    axes, count = 4, 2000
    drawn = np.array([list(map(Sobol(axes, 8, seed, scramble).point, (0, 1, 2, 3, 6))) for seed in range(count)])
    # Uniform numbers have the variance 1/12; their squared distance from 1/2 has the variance 1/180.
    scaled = (drawn - 0.5) * np.sqrt(12)
    means = scaled.mean(axis=0) * np.sqrt(count)
    spreads = (scaled**2 / 12 - 1 / 12).mean(axis=0) * np.sqrt(180 * count)
    pairs = [
        (scaled[:, :, one] * scaled[:, :, other]).mean(axis=0) * np.sqrt(count)
        for one, other in itertools.combinations(range(axes), 2)
    ]
    normals = np.abs(np.concatenate([means.ravel(), spreads.ravel(), np.array(pairs).ravel()]))
    assert normals.max() < norm.ppf(1 - 0.001 / 2 / normals.size)


def test_two_points_are_distributed_as_owens_are() -> None:
    """The first differing digit stays; the digits behind it become independent: at a significance of 0.1 %.

    Chi-squared over 1,000 seeds: the sum of the two scrambled points has four random digits behind that one.
    """
    for axis in (0, 5):
        numbers = directions(axis, 10)
        counts = np.zeros((len(numbers), 16))
        for seed in range(1000):
            for place, (number, moved) in enumerate(zip(numbers, linear(numbers, axis, seed), strict=True)):
                assert moved.bit_length() == number.bit_length()
                counts[place, moved >> (number.bit_length() - 5) & 15] += 1
        assert ((counts - 62.5) ** 2 / 62.5).sum(axis=1).max() < chi2.ppf(1 - 0.001 / 20, 15)


def test_the_error_of_a_smooth_integral_falls_faster_than_the_number_of_points_grows() -> None:
    """The root mean square over 16 seeds of an average's error, for prod(x + 1/2): a slope below -1.25 (Owen 1997)."""
    sizes = [64, 256, 1024, 4096]
    errors = []
    for size in sizes:
        averages = [np.prod(array(Sobol(2, size, seed)) + 0.5, axis=1).mean() for seed in range(16)]
        errors.append(np.sqrt(np.mean((np.array(averages) - 1) ** 2)))
    slope, _ = np.polyfit(np.log(sizes), np.log(errors), 1)
    assert slope < -1.25


@pytest.mark.parametrize(
    ("scramble", "expected"),
    [
        pytest.param("none", "0x0.0p+0 0x0.0p+0 0x1.480fdefa72000p-1 0x1.1165b4564e000p-1", id="none"),
        pytest.param(
            "shift", "0x1.bd337c1c333efp-1 0x1.c37aa738fab87p-1 0x1.ea7945cc827dep-2 0x1.a43e26dd6970ep-2", id="shift"
        ),
        pytest.param(
            "owen", "0x1.bd337c1c333efp-1 0x1.c37aa738fab87p-1 0x1.66ef95ef43c0ap-2 0x1.b2db0f52ee6cap-2", id="owen"
        ),
    ],
)
def test_a_seed_gives_the_same_bits_for_ever(scramble: Scramble, expected: str) -> None:
    """Points of an earlier sweep must come back: these were written down once."""
    sequence = Sobol(2, 10**13, -7, scramble)
    assert [part.hex() for index in (0, 10**12 + 12_345) for part in sequence.point(index)] == expected.split()


def test_memory_does_not_grow_with_the_points() -> None:
    """A walk over a shard of a sequence of 2^52 points takes less than a megabyte."""
    tracemalloc.start()
    for _ in Sobol(6, MOST_POINTS, 1).walk(MOST_POINTS - 5000, MOST_POINTS):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize(
    ("axes", "points", "seed", "scramble", "message"),
    [
        pytest.param(MOST_AXES + 1, 1, 0, "owen", "parameters: needs 129 coordinates", id="axes"),
        pytest.param(0, 1, 0, "owen", "parameters", id="no axes"),
        pytest.param(1, 0, 0, "owen", "design.points", id="no points"),
        pytest.param(1, MOST_POINTS + 1, 0, "owen", "design.points", id="points"),
        pytest.param(1, 1, MOST_SEED + 1, "owen", "design.seed", id="seed"),
        pytest.param(1, 1, 0, "Owen", "design.scramble: must be one of none, owen, shift", id="scrambling"),
    ],
)
def test_a_sequence_that_does_not_exist_is_refused(
    axes: int, points: int, seed: int, scramble: Scramble, message: str
) -> None:
    """The message names the place."""
    with pytest.raises(InvalidSweep, match=message):
        Sobol(axes, points, seed, scramble)


def test_an_index_outside_is_refused() -> None:
    """Neither a point nor a range is beyond the last one, or before the first."""
    sequence = Sobol(2, 5, 0)
    for index in (-1, 5):
        with pytest.raises(IndexError):
            sequence.point(index)
    with pytest.raises(IndexError):
        sequence.walk(0, 6)
