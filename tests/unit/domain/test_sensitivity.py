"""Sensitivity indices, compared with SALib's formulas in numpy, with its figures, and with a closed form."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from domain.errors import InvalidSweep, SweepConflict
from domain.sensitivity import Bootstrap, Sensitivity, sensitivity
from domain.sequences.saltelli import Saltelli

PI_4 = math.pi**4
# Ishigami and Homma (1990), with a = 7 and b = 0.1: the parts of the variance.
ALONE_1, ALONE_2, TOGETHER_13 = (1 + 0.1 * PI_4 / 5) ** 2 / 2, 49 / 8, 8 * 0.01 * PI_4**2 / 225
CLOSED = np.array([ALONE_1, ALONE_2, 0, ALONE_1 + TOGETHER_13, ALONE_2, TOGETHER_13])
CLOSED /= ALONE_1 + ALONE_2 + TOGETHER_13


def ishigami(design: Saltelli) -> list[float]:
    """Return the function's value at each point, the axes stretched to -pi..pi."""
    angles = ([math.pi * (2 * part - 1) for part in point] for point in design.walk(0, design.size))
    return [math.sin(x) + 7 * math.sin(y) ** 2 + 0.1 * z**4 * math.sin(x) for x, y, z in angles]


def by_numpy(values: Sequence[float], axes: int, rows: int, bootstrap: Bootstrap) -> list[list[float]]:
    """Return values and margins by the formulas of SALib 1.6.0, `SALib/analyze/sobol.py`."""
    table = np.array(values)
    table = ((table - table.mean()) / table.std()).reshape(-1, rows)

    def indices(chosen: Sequence[int]) -> list[float]:
        first, mixed, last = table[chosen, 0], table[chosen, 1 : axes + 1].T, table[chosen, -1]
        variance = np.var(np.r_[first, last])
        if variance <= np.finfo(float).eps:
            return [0.0] * 2 * axes
        alone = [np.mean(last * (column - first)) / variance for column in mixed]
        return alone + [0.5 * np.mean((first - column) ** 2) / variance for column in mixed]

    count = len(table)
    resampled = np.array([indices(bootstrap.chosen(number, count)) for number in range(bootstrap.resamples)])
    margins = norm.ppf(0.5 + bootstrap.confidence / 2) * resampled.std(axis=0, ddof=1)
    return [indices(range(count)), margins.tolist()]


def numbers(found: Sensitivity) -> list[list[float]]:
    """Return the values, then the margins, of the first and the total order."""
    both = found.first + found.total
    return [[estimate.value for estimate in both], [estimate.margin for estimate in both]]


@given(st.data(), st.integers(1, 4), st.integers(2, 12), st.floats(0.5, 0.99), st.integers(-9, 9))
def test_indices_and_margins_are_salibs(
    data: st.DataObject, axes: int, blocks: int, confidence: float, seed: int
) -> None:
    """For any values, the same as its formulas give on the same values and resamples, within rounding."""
    design = Saltelli(axes, blocks, seed, second_order=data.draw(st.booleans()))
    values = data.draw(st.lists(st.integers(-99, 99).map(float), min_size=design.size, max_size=design.size))
    assume(len({*values[:: design.rows], *values[design.rows - 1 :: design.rows]}) > 1)
    bootstrap = Bootstrap(10, confidence, seed)
    found = sensitivity(values, axes, design.rows, bootstrap)
    assert numbers(found) == [
        pytest.approx(row, rel=1e-9, abs=1e-9) for row in by_numpy(values, axes, design.rows, bootstrap)
    ]
    assert (found.blocks, found.left_out) == (blocks, 0)


@pytest.mark.parametrize(
    ("second_order", "expected"),
    [
        pytest.param(
            False,
            [
                0.29279252173876275,
                0.6089431308141573,
                -0.024099800121306112,
                0.5759383396698098,
                0.4605274695503908,
                0.19280110990916824,
            ],
            id="first and total order",
        ),
        pytest.param(
            True,
            [
                0.2927412857573364,
                0.6089431308141572,
                -0.024523686533122202,
                0.5759383396698096,
                0.46052746955039064,
                0.1928011099091682,
            ],
            id="with the rows of the second order",
        ),
    ],
)
def test_indices_are_those_that_salib_returned(*, second_order: bool, expected: list[float]) -> None:
    """`sobol.analyze` of SALib 1.6.0, with the values of Ishigami's function at 64 plain base points."""
    design = Saltelli(3, 64, 0, "none", second_order)
    values, _ = numbers(sensitivity(ishigami(design), 3, design.rows))
    assert values == pytest.approx(expected, rel=1e-12, abs=1e-13)


def test_indices_come_close_to_the_closed_form() -> None:
    """4,096 base points give every index of Ishigami's function within 0.003."""
    design = Saltelli(3, 4096, 7)
    values, _ = numbers(sensitivity(ishigami(design), 3, design.rows, Bootstrap(2)))
    assert np.abs(np.array(values) - CLOSED).max() < 0.003


def test_intervals_cover_the_closed_form() -> None:
    """Of 120 intervals, of 20 seeds, at least 95 % have the true index within them."""
    covered = []
    for seed in range(20):
        design = Saltelli(3, 128, seed)
        values, margins = np.array(numbers(sensitivity(ishigami(design), 3, design.rows, Bootstrap(50))))
        covered.append(np.abs(values - CLOSED) <= margins)
    assert np.mean(covered) >= 0.95


@pytest.mark.parametrize("missing", [None, math.nan, math.inf, -math.inf], ids=str)
def test_a_block_without_a_value_is_left_out_whole(missing: float | None) -> None:
    """One missing value, in whichever row, leaves its block out: the rest gives what it gives by itself."""
    design = Saltelli(3, 64, 1)
    values: list[float | None] = [*ishigami(design)]
    rest = [value for index, value in enumerate(values) if design.block_of(index) not in range(10, 15)]
    for row in range(design.rows):
        values[(10 + row) * design.rows + row] = missing
    found = sensitivity(values, 3, design.rows)
    assert numbers(found) == numbers(sensitivity(rest, 3, design.rows))
    assert (found.blocks, found.left_out) == (59, 5)


def test_fewer_blocks_widen_the_intervals() -> None:
    """With half of the blocks left out, each interval is wider, about by the square root of 2."""
    design = Saltelli(3, 1024, 1)
    values: list[float | None] = [*ishigami(design)]
    _, all_margins = numbers(sensitivity(values, 3, design.rows, Bootstrap(200)))
    for index in range(0, design.size, 2 * design.rows):
        values[index] = None
    _, margins = numbers(sensitivity(values, 3, design.rows, Bootstrap(200)))
    ratios = np.array(margins) / all_margins
    assert ratios.min() > 1.1
    assert ratios.max() < 1.8


def test_more_than_half_of_the_blocks_left_out_is_refused() -> None:
    """Half of them is not; the message counts them."""
    design = Saltelli(1, 5, 1)
    values: list[float | None] = [float(index) for index in range(design.size)]
    values[0] = values[3] = None
    assert sensitivity(values, 1, design.rows).left_out == 2
    values[6] = None
    with pytest.raises(SweepConflict, match=r"^3 of 5 blocks lack a value; half of them, and at least 2, must"):
        sensitivity(values, 1, design.rows)


@pytest.mark.parametrize("values", [[], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0, None, 2.0, 3.0]], ids=["none", "one", "half"])
def test_a_single_block_is_refused(values: list[float | None]) -> None:
    """It has no spread."""
    with pytest.raises(SweepConflict, match="blocks lack a value"):
        sensitivity(values, 1, 3)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([0.1] * 9, id="all the same"),
        pytest.param([0.0, 5.0, 0.0, 0.0, 7.0, 0.0], id="all of A and B the same"),
    ],
)
def test_values_that_do_not_vary_are_refused(values: list[float]) -> None:
    """There is no variance to explain."""
    with pytest.raises(InvalidSweep, match="the values do not vary"):
        sensitivity(values, 1, 3)


def test_a_resample_that_does_not_vary_counts_as_zero() -> None:
    """As SALib has it: of two blocks with values of their own, a resample may draw one of them twice."""
    values = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    bootstrap = Bootstrap(20)
    assert {0, 1, 2} == {sum(bootstrap.chosen(number, 2)) for number in range(20)}
    assert numbers(sensitivity(values, 1, 3, bootstrap)) == [
        pytest.approx(row) for row in by_numpy(values, 1, 3, bootstrap)
    ]


@pytest.mark.parametrize("scale", [1e-310, 1e-200, 1e307], ids=str)
def test_the_size_of_the_values_does_not_matter(scale: float) -> None:
    """Values whose squares are no floats give the indices that they give in another unit."""
    design = Saltelli(2, 16, 1)
    values = [math.fsum((3 * x, x * y)) for x, y in design.walk(0, design.size)]
    usual, large = (
        sensitivity([value * unit for value in values], 2, design.rows, Bootstrap(9)) for unit in (1.0, scale)
    )
    assert numbers(large) == [pytest.approx(row, rel=1e-3 if scale < 1e-300 else 1e-9) for row in numbers(usual)]


def test_a_seed_chooses_the_same_blocks_for_ever() -> None:
    """Intervals of an earlier analysis must come back, and another seed chooses others."""
    assert Bootstrap(seed=3).chosen(1, 12) == [0, 1, 2, 4, 5, 5, 5, 5, 6, 8, 9, 9]
    assert Bootstrap(seed=4).chosen(1, 12) != Bootstrap(seed=3).chosen(1, 12)


def test_a_resample_draws_every_block_equally_often() -> None:
    """Chi-squared over 200 resamples of 50 blocks, at a significance of 0.1 %."""
    drawn = [block for number in range(200) for block in Bootstrap().chosen(number, 50)]
    counts = np.bincount(drawn, minlength=50)
    assert len(counts) == 50
    assert ((counts - 200) ** 2 / 200).sum() < chi2.ppf(0.999, 49)


@pytest.mark.parametrize(
    ("resamples", "confidence", "message"),
    [
        pytest.param(1, 0.95, "resamples: must be at least 2", id="resamples"),
        pytest.param(2, 1.0, "confidence: must be between 0 and 1", id="certainty"),
        pytest.param(2, 0.0, "confidence", id="none"),
        pytest.param(2, math.nan, "confidence", id="nan"),
    ],
)
def test_intervals_that_cannot_be_are_refused(resamples: int, confidence: float, message: str) -> None:
    """The message names the place."""
    with pytest.raises(InvalidSweep, match=message):
        Bootstrap(resamples, confidence)


def test_the_confidence_is_in_the_margin() -> None:
    """A normal distribution's quantile times the standard deviation: 1.96 times for 95 %."""
    assert Bootstrap().margin([-1.0, 0.0, 1.0]) == pytest.approx(1.959964, abs=1e-6)
    assert Bootstrap(confidence=0.5).margin([-1.0, 0.0, 1.0]) == pytest.approx(0.674490, abs=1e-6)
