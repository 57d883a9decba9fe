"""The names that a condition may use, and what they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.conditions.functions import FUNCTIONS
from domain.conditions.kind import Kinds, kinds_of
from domain.conditions.nodes import Constant, Name, Node
from domain.conditions.piece import Piece
from domain.space.scalars import Json, Scalar

WORDS: dict[str, Scalar] = {"True": True, "true": True, "False": False, "false": False, "None": None, "null": None}
# Functions that users will look for.
_INEXACT = ("acos", "asin", "atan", "atan2", "cos", "exp", "log", "log10", "log2", "pow", "sin", "tan", "tanh")
_INSTEAD = "; compare its argument with a number instead"
_MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What each parameter may be, and the values of the constants."""

    kinds: Mapping[str, Kinds]
    constants: Mapping[str, Json]

    def node(self, name: str, piece: Piece) -> Node:
        """Return the node of a word, a parameter or a constant; raises `InvalidSweep` with the nearest name."""
        if name in WORDS:
            if name in self.kinds or name in self.constants:
                raise piece.refused("is a word of the language and a name of this sweep; give the name another form")
            return Constant(WORDS[name], piece)
        if name not in self.kinds and name not in self.constants:
            known = [*self.kinds, *self.constants]
            listed = ", ".join(known[:_MOST_LISTED]) + (", ..." if len(known) > _MOST_LISTED else "")
            raise piece.refused(f"is no parameter and no constant{_close(name, known) or f'; there are {listed}'}")
        value = self.constants.get(name)
        kinds = self.kinds[name] if name in self.kinds else kinds_of(value)
        if not kinds:
            raise piece.refused("is a list or a mapping; a condition uses numbers, texts, booleans and null")
        return Name(name, kinds, piece) if name in self.kinds else Constant(value, piece)  # type: ignore[arg-type]  # it has a kind


def check_function(name: str, piece: Piece) -> None:
    """Refuse a function that conditions do not have, with the nearest one that they have."""
    if name in _INEXACT:
        raise piece.refused(
            f"is no function here: machines differ in its last bit, and could decide differently{_INSTEAD}"
        )
    if name not in FUNCTIONS:
        raise piece.refused(f"is no function{_close(name, FUNCTIONS) or '; there are ' + ', '.join(FUNCTIONS)}")


def _close(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - takes a moment to load, for a mistake alone

    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
