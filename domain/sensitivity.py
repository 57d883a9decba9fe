"""Variance-based sensitivity: how much of a value's variance each parameter explains."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import NormalDist, stdev
from typing import TypeAlias, TypeGuard

from domain.errors import InvalidSweep, SweepConflict
from domain.sequences.keyed_hash import row_words

# The values of a block: of A, of A with one coordinate of B for each axis, of others for the second order, of B.
Block: TypeAlias = tuple[float, ...]

# Where a larger share of the blocks lacks a value, the rest may be no fair picture of the space.
_MOST_LEFT_OUT = 0.5
_FEWEST_BLOCKS = 2
# Where all values together have the variance 1, so little is rounding.
_LEAST_VARIANCE = math.ulp(1)
_WORDS = 1 << 64


@dataclass(frozen=True, slots=True)
class Estimate:
    """An index of one parameter, and how far its confidence interval goes to either side."""

    value: float
    margin: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The indices of every parameter, in the order of the axes, and from how many blocks.

    A first-order index is the share of the variance that the parameter explains by itself, a total-order index the
    share that it explains together with its interactions.
    """

    first: tuple[Estimate, ...]
    total: tuple[Estimate, ...]
    blocks: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How to estimate intervals of a confidence: from so many resamples of the blocks, which the seed chooses."""

    resamples: int = 100
    confidence: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse too few resamples to have a spread, and a confidence that is no share."""
        if self.resamples < 2:  # noqa: PLR2004 - a standard deviation takes two
            raise InvalidSweep.at("resamples", "must be at least 2")
        if not 0 < self.confidence < 1:
            raise InvalidSweep.at("confidence", "must be between 0 and 1, such as 0.95")

    def chosen(self, resample: int, blocks: int) -> list[int]:
        """Return the numbers of as many blocks as there are, drawn with replacement, in order."""
        # In order, very many blocks are read from memory much faster.
        return sorted(word * blocks // _WORDS for word in row_words(self.seed, "bootstrap", resample, blocks))

    def margin(self, resampled: Sequence[float]) -> float:
        """Return half the width of an index's interval, as if its values in the resamples were normally distributed."""
        return NormalDist().inv_cdf((1 + self.confidence) / 2) * stdev(resampled)


def sensitivity(
    values: Iterable[float | None], axes: int, rows: int, bootstrap: Bootstrap | None = None
) -> Sensitivity:
    """Return the indices from the values of a `Saltelli` design in order, `rows` to a block; None is a missing value.

    The estimators are those of Saltelli et al., "Variance based sensitivity analysis of model output", Comput. Phys.
    Commun. 181, 259 (2010), table 2: (b) for the first order, (f), which is Jansen's, for the total order. The values
    are brought to the mean 0 and the variance 1 before, so that the indices are those of `SALib.analyze.sobol`.

    A block with a value that is missing or not finite is left out whole: its other values have no counterpart. With
    fewer blocks the margins are wider.

    Raises `SweepConflict` if more than half of the blocks are left out or fewer than two remain, and `InvalidSweep` if
    the values do not vary.
    """
    every = list(zip(*[iter(values)] * rows, strict=True))
    blocks = [block for block in every if _is_complete(block)]
    _check_count(len(blocks), len(every))
    terms = _Terms.of(_standardised(blocks), axes)
    bootstrap = bootstrap or Bootstrap()
    resampled = [terms.indices(bootstrap.chosen(number, len(blocks))) for number in range(bootstrap.resamples)]
    margins = map(bootstrap.margin, zip(*resampled, strict=True))
    estimates = tuple(map(Estimate, terms.indices(range(len(blocks))), margins))
    return Sensitivity(estimates[:axes], estimates[axes:], len(blocks), len(every) - len(blocks))


@dataclass(frozen=True, slots=True)
class _Terms:
    """What each block adds to an estimate, a column each: to the mean, to the mean square, to every index."""

    columns: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, blocks: Sequence[Block], axes: int) -> _Terms:
        """Compute the columns; raises `InvalidSweep` where the values of A and B do not vary."""
        terms = cls(tuple(zip(*(_terms(block, axes) for block in blocks), strict=True)))
        if terms.variance(range(len(blocks))) <= _LEAST_VARIANCE:
            raise _no_variance()
        return terms

    def variance(self, chosen: Sequence[int]) -> float:
        """Return the variance of the values of A and B in these blocks."""
        mean, square = (_mean(column, chosen) for column in self.columns[:2])
        return square - mean * mean

    def indices(self, chosen: Sequence[int]) -> list[float]:
        """Return the first-order indices, then the total-order ones, from these blocks; 0 where they do not vary."""
        variance = self.variance(chosen)
        if variance <= _LEAST_VARIANCE:
            return [0.0] * len(self.columns[2:])
        return [_mean(column, chosen) / variance for column in self.columns[2:]]


def _mean(column: Sequence[float], chosen: Sequence[int]) -> float:
    # Rounded once, so that the order of the blocks does not matter, nor the version of Python.
    return math.fsum(map(column.__getitem__, chosen)) / len(chosen)


def _terms(block: Block, axes: int) -> list[float]:
    first, mixed, last = block[0], block[1 : axes + 1], block[-1]
    return [
        (first + last) / 2,
        (first * first + last * last) / 2,
        *(last * (value - first) for value in mixed),
        *((first - value) * (first - value) / 2 for value in mixed),
    ]


def _standardised(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with all of their values together brought to the mean 0 and the variance 1."""
    values = list(chain.from_iterable(blocks))
    if min(values) == max(values):
        raise _no_variance()
    # By a power of 2 first: the square of a very large value is no float, and that of a very small one is 0.
    _, exponent = math.frexp(max(map(abs, values)))
    values = [math.ldexp(value, -exponent) for value in values]
    mean = math.fsum(values) / len(values)
    centred = [value - mean for value in values]
    deviation = math.sqrt(math.fsum(value * value for value in centred) / len(values))
    return list(zip(*[iter(value / deviation for value in centred)] * len(blocks[0]), strict=True))


def _is_complete(values: tuple[float | None, ...]) -> TypeGuard[Block]:
    return all(value is not None and math.isfinite(value) for value in values)


def _check_count(blocks: int, every: int) -> None:
    left_out = every - blocks
    if left_out > _MOST_LEFT_OUT * every or blocks < _FEWEST_BLOCKS:
        needed = f"half of them, and at least {_FEWEST_BLOCKS}, must be complete"
        raise SweepConflict(f"{left_out:,} of {every:,} blocks lack a value; {needed}")


def _no_variance() -> InvalidSweep:
    return InvalidSweep.at("", "the values do not vary, so that there is no variance to explain")
