"""What a condition raises at a point where it is neither true nor false."""

from __future__ import annotations

from typing import Self

from domain.conditions.piece import Piece
from domain.errors import SweepError


class ConditionUndecided(SweepError):
    """The condition has no value at a point, such as `x / n < 1` at `n = 0`: this is the error of the point.

    The message does not depend on the point's values, so that the failures of many points make one group.
    """

    @classmethod
    def at(cls, piece: Piece, message: str) -> Self:
        """Return the error of a piece of the condition; the message goes on after it."""
        return cls(f"where: {piece} {message}")
