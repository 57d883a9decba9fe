"""Levels on a logarithmic scale: the same bits on every machine, whatever its C library."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Context, Decimal

from domain.errors import InvalidSweep
from domain.space.levels import Linspace
from domain.space.scalars import finite

# Forty digits, so that rounding the result to a double is right on every machine.
_EXACT = Context(prec=40, traps=[])
# The smallest floats have 750 digits, all of which a power would drag along: milliseconds for nothing.
_SHORT = Context(prec=80, traps=[])
_TEN = Decimal(10)
_LARGEST = math.nextafter(math.inf, 0)


@dataclass(frozen=True, slots=True)
class Logspace:
    """`num` floats from `base**start` to `base**stop`, both included, evenly spaced on the logarithmic scale.

    Agrees with `numpy.logspace` to 2 units in the last place. The power is rounded correctly here, so that it is the
    same on every machine, which the C library's is not.
    """

    start: float
    stop: float
    num: int
    base: float = 10.0
    _exponents: Linspace = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a base that is not positive and ends that a float cannot hold."""
        base = finite("base", self.base)
        if base <= 0:
            raise InvalidSweep.at("base", "must be greater than 0")
        exponents = Linspace(self.start, self.stop, self.num)
        for path, exponent in (("start", exponents.start), ("stop", exponents.stop)):
            end = _power(Decimal(base), exponent)
            if end == 0 or math.isinf(end):
                raise InvalidSweep.at(path, f"base ** exponent is too {'large' if end else 'small'} for a float")
        object.__setattr__(self, "start", exponents.start)
        object.__setattr__(self, "stop", exponents.stop)
        object.__setattr__(self, "base", base)
        object.__setattr__(self, "_exponents", exponents)

    @property
    def size(self) -> int:
        """The number of levels."""
        return self.num

    def value(self, number: int) -> float:
        """Give the float at this place."""
        return min(_power(Decimal(self.base), self._exponents.value(number)), _LARGEST)


@dataclass(frozen=True, slots=True)
class Geomspace:
    """`num` floats from `start` to `stop`, both included and exact, each the same multiple of the one before.

    Agrees with `numpy.geomspace` to 2 units in the last place: numpy's formula (`10 ** linspace(log10 start,
    log10 stop)`) with logarithm and power rounded correctly, so that every machine gives the same bits.
    """

    start: float
    stop: float
    num: int
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
        object.__setattr__(self, "_exponents", Linspace(_log10(abs(start)), _log10(abs(stop)), self.num))

    @property
    def size(self) -> int:
        """The number of levels."""
        return self.num

    def value(self, number: int) -> float:
        """Give the float at this place."""
        if number == 0:
            return self.start
        if number == self.num - 1:
            return self.stop
        # The rounded logarithm of the largest floats lies above the true one.
        magnitude = min(_power(_TEN, self._exponents.value(number)), _LARGEST)
        return magnitude if self.start > 0 else -magnitude


def _power(base: Decimal, exponent: float) -> float:
    """Give `base ** exponent` rounded to the nearest float; infinity where it is too large for one."""
    return float(_EXACT.power(_SHORT.plus(base), _SHORT.plus(Decimal(exponent))))


def _log10(number: float) -> float:
    """Give the logarithm of a positive float, rounded to the nearest float."""
    return float(_EXACT.log10(Decimal(number)))
