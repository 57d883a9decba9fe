"""How evenly the sequences fill the cube, beside those of scipy and numpy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import qmc

from domain.sequences.halton import Halton
from domain.sequences.latin_hypercube import LatinHypercube
from domain.sequences.random_points import RandomPoints
from domain.sequences.unit_sequence import UnitSequence

AXES, POINTS, SEEDS = 6, 256, 15
Kind = Callable[[int, int, int], UnitSequence]
Generator = Callable[[int], npt.NDArray[np.float64]]


def median(generate: Generator) -> float:
    """Return the median of the centred discrepancy (Hickernell 1998) over fixed seeds."""
    return float(np.median([qmc.discrepancy(generate(seed), method="CD") for seed in range(SEEDS)]))


def median_of(kind: Kind) -> float:
    """Return that of a sequence of ours."""
    return median(lambda seed: np.array(list(kind(AXES, POINTS, seed).walk(0, POINTS))))


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        pytest.param(Halton, lambda seed: qmc.Halton(AXES, rng=seed).random(POINTS), id="halton"),
        pytest.param(LatinHypercube, lambda seed: qmc.LatinHypercube(AXES, rng=seed).random(POINTS), id="latin"),
        pytest.param(RandomPoints, lambda seed: np.random.default_rng(seed).random((POINTS, AXES)), id="random"),
    ],
)
def test_the_discrepancy_is_not_worse(kind: Kind, other: Generator) -> None:
    """The median over 15 seeds is at most 1.2 times that of the other library."""
    assert median_of(kind) < 1.2 * median(other)


def test_the_more_even_sequence_has_the_lower_discrepancy() -> None:
    """Halton is below a Latin hypercube, which is below independent points, each by a factor of 2 or more."""
    assert median_of(Halton) * 2 < median_of(LatinHypercube) < median_of(RandomPoints) / 2
