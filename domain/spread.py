"""The spread order: a permutation of `0..count-1` whose every beginning is evenly distributed, in constant memory.

It is a rank-1 lattice: the number at rank k is `k * step mod count`, with a step near the golden section of the count
that has no factor in common with the count, and whose continued fraction has small quotients (Niederreiter, "Random
Number Generation and Quasi-Monte Carlo Methods", 1992, sections 3.1 and 5.1). It has two properties:

- Among the first k numbers, no gap is wider than three times `count / k` (up to 4,096 numbers; four times, beyond).
- For any divisor of the count, the first k numbers have each remainder equally often, within one. So where a shard has
  one point of a grid, the levels of the parameter that varies fastest come equally often. Bit-reversed numbers, which
  are the better-known order, would take every even number before the first odd one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

# So many steps on either side of the golden section are considered. Among them is always a good one.
_NEAREST = 64


@dataclass(frozen=True, slots=True)
class Spread:
    """The spread order of `0..count-1`, for a count of at least 1."""

    count: int
    step: int = field(init=False)
    # What the step is to be multiplied by for 1 modulo the count.
    _inverse: int = field(init=False)

    def __post_init__(self) -> None:
        """Choose the step."""
        step = _best_step(self.count)
        object.__setattr__(self, "step", step)
        object.__setattr__(self, "_inverse", pow(step, -1, self.count))

    def number(self, rank: int) -> int:
        """Return the number at a rank in `0..count-1`."""
        return rank * self.step % self.count

    def rank(self, number: int) -> int:
        """Return the rank of a number in `0..count-1`."""
        return number * self._inverse % self.count


def _best_step(count: int) -> int:
    """Return the step with the smallest quotients, and of several such the one nearest to the golden section."""
    golden = (math.isqrt(5 * count * count) - count) // 2
    candidates = range(max(1, golden - _NEAREST), max(2, min(count, golden + _NEAREST + 1)))
    return min(candidates, key=lambda step: (_largest_quotient(step, count), abs(step - golden)))


def _largest_quotient(step: int, count: int) -> float:
    """Return the largest quotient of the continued fraction of `step / count`; infinity if they share a factor."""
    largest = 0
    while step:
        quotient, rest = divmod(count, step)
        largest = max(largest, quotient)
        count, step = step, rest
    return largest if count == 1 else math.inf
