"""Levels a step apart."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal

from domain.errors import InvalidSweep
from domain.space.levels import MOST_LEVELS
from domain.space.scalars import check_integer, finite


@dataclass(frozen=True, slots=True)
class Range:
    """`start, start + step, ...` up to but not including `stop`, like Python's `range`; integers stay integers.

    Floats are counted as the decimal numbers they are written as, so that `0, 1, 0.1` has ten levels, the fourth of
    which is 0.3; each level is the float nearest to the exact decimal.
    """

    start: float
    stop: float
    step: float = 1
    size: int = field(init=False)
    _scaled: tuple[int, int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse ranges that never end and ranges that never begin."""
        ends = (self.start, self.stop, self.step)
        for path, number in zip(("start", "stop", "step"), ends, strict=True):
            finite(path, number)
            if isinstance(number, int):
                check_integer(path, number)
        if self.step == 0:
            raise InvalidSweep.at("step", "must not be 0: the range would never end")
        ratios = [Decimal(repr(number)).as_integer_ratio() for number in ends]
        scale = math.lcm(*(denominator for _, denominator in ratios))
        start, stop, step = (numerator * (scale // denominator) for numerator, denominator in ratios)
        size = -((start - stop) // step)
        if size <= 0:
            raise InvalidSweep.at("", "is empty: step leads away from stop, or start equals stop")
        if size > MOST_LEVELS:
            raise InvalidSweep.at("step", "is so small that the range would never end")
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "_scaled", (start, step, scale))

    def value(self, number: int) -> float:
        """Return the number at this place: an int if start, stop and step are ints, else a float."""
        start, step, scale = self._scaled
        exact = start + number * step
        return exact if self._integral else exact / scale

    @property
    def _integral(self) -> bool:
        return all(isinstance(number, int) for number in (self.start, self.stop, self.step))
