"""The levels of one parameter: a finite sequence of values, each computed from its number alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from domain.errors import InvalidSweep
from domain.space.scalars import Scalar, check_integer, check_scalar, finite

# No table numbers more rows, and the arithmetic below stays within a float's range.
MOST_LEVELS = 2**63 - 1


class Levels(Protocol):
    """A finite, ordered sequence of scalars that is never held as a whole."""

    @property
    def size(self) -> int:
        """How many levels there are, at least 1."""
        ...

    def value(self, number: int) -> Scalar:
        """Give level `number`, in `0..size-1`, in constant time and memory."""
        ...


@dataclass(frozen=True, slots=True)
class Values:
    """Levels written out one by one; repetitions are allowed and kept."""

    values: tuple[Scalar, ...]

    def __post_init__(self) -> None:
        """Refuse an empty axis and non-finite numbers."""
        if not self.values:
            raise InvalidSweep.at("", "is empty; give at least one value")
        for number, value in enumerate(self.values):
            check_scalar(str(number), value)

    @property
    def size(self) -> int:
        """The number of values."""
        return len(self.values)

    def value(self, number: int) -> Scalar:
        """Give the value written at this place."""
        return self.values[number]


@dataclass(frozen=True, slots=True)
class Linspace:
    """`num` evenly spaced floats from `start` to `stop`, both included.

    Equal to `numpy.linspace(start, stop, num)` to the last bit: the arithmetic is numpy's, operation by operation
    (`numpy/_core/function_base.py`).
    """

    start: float
    stop: float
    num: int

    def __post_init__(self) -> None:
        """Refuse an empty axis and ends whose distance is not a finite number."""
        start, stop = finite("start", self.start), finite("stop", self.stop)
        finite("stop", stop - start)
        _check_num(self.num)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "stop", stop)
        # Beyond 2**53 levels their numbers are rounded, and the last but one may be rounded beyond a float's range.
        finite("num", self.value(max(0, self.num - 2)))

    @property
    def size(self) -> int:
        """The number of levels."""
        return self.num

    def value(self, number: int) -> float:
        """Give the float at this place."""
        intervals = self.num - 1
        if number == intervals and intervals > 0:
            return self.stop
        delta = self.stop - self.start
        if intervals == 0:
            return number * delta + self.start
        step = delta / intervals
        # numpy's way round a step that underflows to zero.
        offset = number / intervals * delta if step == 0 else number * step
        return offset + self.start


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
        """Give the number at this place: an int if start, stop and step are ints, else a float."""
        start, step, scale = self._scaled
        exact = start + number * step
        return exact if self._integral else exact / scale

    @property
    def _integral(self) -> bool:
        return all(isinstance(number, int) for number in (self.start, self.stop, self.step))


def _check_num(num: int) -> None:
    if not 1 <= num <= MOST_LEVELS:
        raise InvalidSweep.at("num", f"must be {'at least 1' if num < 1 else 'less than 2**63'}")
