"""The words, numbers, texts and signs of a condition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from domain.conditions.piece import Piece

Sort: TypeAlias = Literal["number", "text", "word", "sign", "end"]

# Words that are signs, so that no parameter of such a name could be meant.
_SIGNS = ("and", "or", "not", "in")
# What other languages write, or what Python does not let mean what it seems to.
_MEANT = {"=": "==", "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "<>": "!=", "^": "**"}

_DIGITS = tuple("0123456789")

# No part of the pattern can match the same characters in two ways, so that its time is linear.
_TOKEN = re.compile(
    r"""
    [ \t\r\n]*+
    (?:
        (?P<number> (?>(?:0|[1-9][0-9]*+)(?:\.[0-9]*+)?+ | \.[0-9]++) (?:[eE][+-]?[0-9]++)?+ (?![\w.]) )
      | (?P<text> '(?:[^'\\\r\n] | \\['"\\])*+' | "(?:[^"\\\r\n] | \\['"\\])*+" )
      | (?P<word> [A-Za-z_]\w*+ )
      | (?P<wrong> && | \|\| | <> | &|\||\^|!(?!=)|=(?!=) )
      | (?P<sign> \*\* | // | [<>=!]= | [-+*/%<>()\[\],] )
      | (?P<end> \Z )
      | (?P<unknown> [\w.]++ | ['"].*+ | . )
    )
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a condition: its sort and its characters."""

    sort: Sort
    text: str
    piece: Piece


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, the last one of the sort `end`; raises `InvalidSweep` where there is none."""
    place, sort = 0, ""
    while sort != "end":
        found = cast("re.Match[str]", _TOKEN.match(text, place))  # `unknown` matches what nothing else does
        sort, place = str(found.lastgroup), found.end()
        token = _token(sort, found.group(sort), Piece(text, found.start(sort), place))
        yield token


def _token(sort: str, text: str, piece: Piece) -> Token:
    if sort == "wrong":
        raise piece.refused(f"is not an operator; write {_MEANT[text]}")
    if sort == "unknown":
        raise piece.refused(_remedy(text))
    return Token("sign" if text in _SIGNS else cast("Sort", sort), text, piece)


def _remedy(unknown: str) -> str:
    """Return what is wrong with characters that begin no token."""
    if unknown[0] in "'\"":
        return "is a text that does not end, or with a backslash before another character than \\ or a quote"
    if unknown.lstrip(".")[:1] in _DIGITS:
        return "is not a number; numbers are written like 10, 0.5 or 1e-3"
    return "is not part of a condition; it has names, numbers, texts in quotes, operators and parentheses"
