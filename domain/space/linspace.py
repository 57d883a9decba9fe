"""Evenly spaced levels."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from domain.errors import InvalidSweep
from domain.space.levels import check_count
from domain.space.scalars import Count, finite

_SPAN = "the span from start to stop is too large for a float (1.8e308); move them closer together"


@dataclass(frozen=True, slots=True)
class Linspace:
    """`num` evenly spaced floats from `start` to `stop`, both included.

    Equal to `numpy.linspace(start, stop, num)` to the last bit: the arithmetic is numpy's, operation by operation
    (`numpy/_core/function_base.py`).
    """

    start: float
    stop: float
    num: Count

    def __post_init__(self) -> None:
        """Refuse an empty axis and ends whose distance is not a finite number."""
        start, stop = finite("start", self.start), finite("stop", self.stop)
        if not isfinite(stop - start):
            raise InvalidSweep.at("", _SPAN)
        check_count("num", self.num)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "stop", stop)
        # Beyond 2**53 levels their numbers are rounded, and the last but one may be rounded beyond a float's range.
        if not isfinite(self.value(max(0, self.num - 2))):
            raise InvalidSweep.at("num", "is so large that levels near stop are rounded beyond a float's range")

    @property
    def size(self) -> int:
        """The number of levels."""
        return self.num

    def value(self, number: int) -> float:
        """Return the float at this place."""
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
