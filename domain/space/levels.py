"""The levels of one parameter: a finite sequence of values, each computed from its number alone."""

from __future__ import annotations

from typing import Protocol

from domain.errors import InvalidSweep
from domain.space.scalars import Scalar

# No table numbers more rows, and the arithmetic of the levels stays within a float's range.
MOST_LEVELS = 2**63 - 1


class Levels(Protocol):
    """A finite, ordered sequence of scalars that is never held as a whole."""

    @property
    def size(self) -> int:
        """How many levels there are, at least 1."""
        ...

    def value(self, number: int) -> Scalar:
        """Return level `number`, in `0..size-1`, in constant time and memory."""
        ...


def check_count(path: str, count: int) -> None:
    """Refuse a number of levels outside `1..2**63-1`."""
    if not 1 <= count <= MOST_LEVELS:
        raise InvalidSweep.at(path, f"must be {'at least 1' if count < 1 else 'less than 2**63'}")
