"""Levels each the same multiple of the one before."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from domain.errors import InvalidSweep
from domain.space.decimal_log import LARGEST_FLOAT, log10, power
from domain.space.linspace import Linspace
from domain.space.scalars import Count, finite

_TEN = Decimal(10)


@dataclass(frozen=True, slots=True)
class Geomspace:
    """`num` floats from `start` to `stop`, both included and exact, each the same multiple of the one before.

    Agrees with `numpy.geomspace` to 2 units in the last place: numpy's formula (`10 ** linspace(log10 start,
    log10 stop)`) with logarithm and power rounded correctly, so that every machine computes the same bits.
    """

    start: float
    stop: float
    num: Count
    _exponents: Linspace = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse zero and ends of opposite sign: no geometric sequence joins them."""
        start, stop = finite("start", self.start), finite("stop", self.stop)
        for path, end in (("start", start), ("stop", stop)):
            if end == 0:
                raise InvalidSweep.at(path, "a geomspace cannot start or stop at 0; use linspace, or a small number")
        if (start > 0) != (stop > 0):
            raise InvalidSweep.at("stop", "a geomspace cannot pass through 0; start and stop need the same sign")
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "stop", stop)
        object.__setattr__(self, "_exponents", Linspace(log10(abs(start)), log10(abs(stop)), self.num))

    @property
    def size(self) -> int:
        """The number of levels."""
        return self.num

    def value(self, number: int) -> float:
        """Return the float at this place."""
        if number == 0:
            return self.start
        if number == self.num - 1:
            return self.stop
        # The rounded logarithm of the largest floats lies above the true one.
        magnitude = min(power(_TEN, self._exponents.value(number)), LARGEST_FLOAT)
        return magnitude if self.start > 0 else -magnitude
