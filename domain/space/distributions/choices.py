"""Values written out one by one, each with its probability."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from math import inf, nextafter
from typing import Annotated

from domain.errors import InvalidSweep
from domain.space.constraints import Length
from domain.space.scalars import Scalar, check_scalar, finite

# Weights may miss 1 by one part of so many: they are decimals as a rule, and a float holds few of them exactly.
_ROUNDINGS = 10**9


@dataclass(frozen=True, slots=True)
class Choices:
    """Values written out one by one, with their probabilities as weights, or equally likely without weights.

    Value k has the probabilities of a half-open interval, from the sum of the weights before it to below the sum with
    it. The sums are exact. Weights need to sum to 1 within 1e-9, and are divided by their sum. A value of weight 0 is
    never returned; repetitions are allowed and kept.
    """

    values: Annotated[tuple[Scalar, ...], Length(1)]
    weights: tuple[float, ...] = ()
    _bounds: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse values that no table holds, and weights that are not probabilities of these values."""
        if not self.values:
            raise InvalidSweep.at("values", "is empty; give at least one value")
        for number, value in enumerate(self.values):
            check_scalar(f"values.{number}", value)
        shares = _shares(self.weights) if self.weights else [1] * len(self.values)
        if len(shares) != len(self.values):
            raise InvalidSweep.at(
                "weights", f"are {len(shares)} for {len(self.values)} values; give each value one, or leave them out"
            )
        object.__setattr__(self, "weights", tuple(map(float, self.weights)))
        object.__setattr__(self, "_bounds", tuple(_bounds(shares)))

    def quantile(self, probability: float) -> Scalar:
        """Return the value whose share of the distribution contains this probability."""
        return self.values[bisect_right(self._bounds, probability)]


def _shares(weights: tuple[float, ...]) -> list[int]:
    """Return the weights as exact multiples of one fraction, and refuse those that are not probabilities."""
    ratios = [finite(f"weights.{number}", weight).as_integer_ratio() for number, weight in enumerate(weights)]
    for number, (numerator, _) in enumerate(ratios):
        if numerator < 0:
            raise InvalidSweep.at(f"weights.{number}", "must not be negative")
    # All denominators are powers of 2.
    one = max(denominator for _, denominator in ratios)
    shares = [numerator * (one // denominator) for numerator, denominator in ratios]
    if abs(sum(shares) - one) * _ROUNDINGS > one:
        raise InvalidSweep.at("weights", f"must sum to 1, but sum to {sum(weights):.12g}; divide each by their sum")
    return shares


def _bounds(shares: list[int]) -> Iterator[float]:
    """Yield, for all values but the last, the least float that is not below the sum of the shares so far.

    No float is between that sum and its bound, so a comparison with the bound is one with the exact sum.
    """
    total = sum(shares)
    for reached in accumulate(shares[:-1]):
        bound = reached / total
        numerator, denominator = bound.as_integer_ratio()
        yield bound if numerator * total >= reached * denominator else nextafter(bound, inf)
