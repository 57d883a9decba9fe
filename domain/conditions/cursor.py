"""A place among the tokens of a condition, which moves on with each one that is read."""

from __future__ import annotations

from domain.conditions.piece import Piece
from domain.conditions.tokens import Token, tokens
from domain.errors import InvalidSweep

# What a Python programmer may mean by what does not fit.
_REMEDIES = {"is": " (write == or !=)", "if": " (write and, or)", "[": " (a list stands after in)"}


class Cursor:
    """Reads the tokens of one text in order."""

    def __init__(self, text: str) -> None:
        """Stand before the first token; raises `InvalidSweep` for a text that has parts that are no tokens."""
        self._text = text
        self._tokens = tuple(tokens(text))
        self._number = 0

    @property
    def token(self) -> Token:
        """The next token."""
        return self._tokens[self._number]

    @property
    def start(self) -> int:
        """Where the next token begins in the text."""
        return self.token.piece.start

    @property
    def last(self) -> Token:
        """The token that was read last."""
        return self._tokens[self._number - 1]

    def since(self, start: int) -> Piece:
        """Return the piece from a start to the end of the token that was read last."""
        return Piece(self._text, start, self.last.piece.stop)

    def take(self) -> Token:
        """Read the next token, whatever it is."""
        self._number += 1
        return self.last

    def accept(self, *signs: str) -> str:
        """Read the next token if it is one of these signs, and return it; else return an empty text."""
        is_one = self.token.sort == "sign" and self.token.text in signs
        return self.take().text if is_one else ""

    def expect(self, sign: str) -> None:
        """Read a sign, which must be the next token."""
        if not self.accept(sign):
            raise self.unexpected(sign)

    def unexpected(self, expected: str) -> InvalidSweep:
        """Return the error that the next token is not what is expected."""
        token = self.token
        return token.piece.refused(f"does not fit here; expected {expected}{_REMEDIES.get(token.text, '')}")
