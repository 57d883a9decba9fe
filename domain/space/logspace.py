"""Levels evenly spaced between two powers of a base."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal

from domain.errors import InvalidSweep
from domain.space.decimal_log import LARGEST_FLOAT, power
from domain.space.linspace import Linspace
from domain.space.scalars import Count, finite


@dataclass(frozen=True, slots=True)
class Logspace:
    """`num` floats from `base**start` to `base**stop`, both included, evenly spaced on the logarithmic scale.

    Agrees with `numpy.logspace` to 2 units in the last place. The power is rounded correctly here, so that it is the
    same on every machine, which the C library's is not.
    """

    start: float
    stop: float
    num: Count
    base: float = 10.0
    _exponents: Linspace = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a base that is not positive and ends that a float cannot hold."""
        base = finite("base", self.base)
        if base <= 0:
            raise InvalidSweep.at("base", "must be greater than 0")
        exponents = Linspace(self.start, self.stop, self.num)
        for path, exponent in (("start", exponents.start), ("stop", exponents.stop)):
            end = power(Decimal(base), exponent)
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
        """Return the float at this place."""
        return min(power(Decimal(self.base), self._exponents.value(number)), LARGEST_FLOAT)
