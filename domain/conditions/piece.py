"""A piece of a condition's text, which every message about the condition shows."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InvalidSweep

_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """The characters `start..stop-1` of a text, counted from 0."""

    text: str
    start: int
    stop: int

    def __str__(self) -> str:
        """Return where the piece is, counted from 1, and its characters; `the end` for an empty piece."""
        piece = self.text[self.start : self.stop]
        if len(piece) > _LONGEST_SHOWN:
            piece = piece[:_LONGEST_SHOWN] + "..."
        return f"at character {self.start + 1}, {ascii(piece) if piece else 'the end'}"

    def refused(self, message: str) -> InvalidSweep:
        """Return the error that says what is wrong with this piece; the message goes on after it."""
        return InvalidSweep.at("where", f"{self} {message}")
