"""Levels of the kinds that never turn, which are searched by halves."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from domain.space.geomspace import Geomspace
from domain.space.levels import Levels
from domain.space.linspace import Linspace
from domain.space.logspace import Logspace
from domain.space.range import Range

# Their levels are numbers, each at least as large as the one before, or each at most; rounding may turn very few.
ORDERED = (Linspace, Geomspace, Logspace, Range)


def between(levels: Levels, low: float, high: float) -> range:
    """Return the numbers of the ordered levels in `low..high`; where there is none, the empty range at their place."""
    numbers = range(levels.size)
    is_rising = _number(levels, 0) <= _number(levels, levels.size - 1)
    rising = numbers if is_rising else numbers[::-1]
    start = bisect_left(rising, low, key=lambda number: _number(levels, number))
    stop = bisect_right(rising, high, key=lambda number: _number(levels, number))
    return range(start, stop) if is_rising else range(levels.size - stop, levels.size - start)


def _number(levels: Levels, number: int) -> float:
    """Return a level of an ordered kind, which is a number."""
    return levels.value(number)  # type: ignore[return-value]  # the kinds in `ORDERED` have numbers alone
