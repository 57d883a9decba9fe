"""Levels written out one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from domain.errors import InvalidSweep
from domain.space.constraints import Length
from domain.space.scalars import Scalar, check_scalar


@dataclass(frozen=True, slots=True)
class Values:
    """Levels written out one by one; repetitions are allowed and kept."""

    values: Annotated[tuple[Scalar, ...], Length(1)]

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
        """Return the value written at this place."""
        return self.values[number]
