"""Integers of an interval, all equally likely."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InvalidSweep
from domain.space.scalars import check_integer

# As many as floats between 0 and 1 can tell apart.
MOST_INTEGERS = 2**53


@dataclass(frozen=True, slots=True)
class Integers:
    """Integers from `low` to `high`, both included, all equally likely; at most 2**53 of them.

    The quantile is `low + floor(p * n)` of n integers, computed exactly: each has the probabilities of a half-open
    interval, from `k / n` to below `(k + 1) / n`. It never decreases with p.
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        """Refuse ends that are not in order or beyond 64 bits, and more integers than floats tell apart."""
        check_integer("low", self.low)
        check_integer("high", self.high)
        if self.low >= self.high:
            raise InvalidSweep.at("high", "must be greater than low; for a single value use a constant")
        if self.high - self.low >= MOST_INTEGERS:
            raise InvalidSweep.at("", f"is {self.high - self.low + 1} integers; at most 2**53 are allowed")

    def quantile(self, probability: float) -> int:
        """Return the integer whose share of the distribution begins at or before this probability; `low` at 0."""
        numerator, denominator = probability.as_integer_ratio()
        return self.low + numerator * (self.high - self.low + 1) // denominator
