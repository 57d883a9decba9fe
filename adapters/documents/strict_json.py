"""Untrusted JSON as RFC 8259 defines it: no NaN, no key twice, no integer of any length, no nesting of any depth."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from domain.errors import InvalidSweep, MalformedSweep

# In characters. No range of a request holds a longer integer, and the time to read one grows with its square.
_LONGEST_INTEGER = 40
# In levels, far more than a request has. The decoder's own limit is not the same in every Python.
DEEPEST_DOCUMENT = 64
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_BLANK = " \t\n\r"
_CLOSING = ("]", "}")
_COMMA_TOO_MANY = "no comma may stand before this bracket"
_UNKNOWN = "something else is expected here"
# Stand for the decoder's messages, which are not the same in every Python.
_REASONS = {
    "Expecting value": "a value is expected here",
    "Expecting property name enclosed in double quotes": "a name in double quotes is expected here",
    "Expecting ':' delimiter": "a colon is expected here",
    "Expecting ',' delimiter": "a comma or the end is expected here",
    "Extra data": "nothing more is expected here",
    "Unterminated string starting at": "the text that begins here has no end",
    "Invalid control character at": "a control character in a text must be escaped",
    "Invalid \\escape": "a text has no such escape",
    "Invalid \\uXXXX escape": "four hexadecimal digits are expected here",
    "Unexpected UTF-8 BOM (decode using utf-8-sig)": "a value is expected here, not a byte order mark",
}


def read_json(text: str) -> Any:  # noqa: ANN401 - any document
    """Return the document of a JSON text; raises `MalformedSweep`, with line and column if a single place is wrong."""
    _check_depth(text)
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
    except json.JSONDecodeError as error:
        raise _not_json(text, error) from None


def _check_depth(text: str) -> None:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        if found[0] in {"[", "{"}:
            depth += 1
        elif found[0] in {"]", "}"}:
            depth -= 1
        if depth > DEEPEST_DOCUMENT:
            raise MalformedSweep.at("", "is nested too deeply")


def _not_json(text: str, error: json.JSONDecodeError) -> InvalidSweep:
    """Return the error for a text that is not JSON, with the same place and reason in every Python."""
    at = error.pos
    # Report the bracket after a comma too many: the decoder points to it before 3.13, and to the comma from then on.
    if error.msg.startswith("Illegal trailing comma"):
        at = len(text) - len(text[at + 1 :].lstrip(_BLANK))
    too_many = text[at : at + 1] in _CLOSING and text[:at].rstrip(_BLANK).endswith(",")
    reason = _COMMA_TOO_MANY if too_many else _REASONS.get(error.msg, _UNKNOWN)
    line = text.count("\n", 0, at) + 1
    return MalformedSweep.at(f"line {line}, column {at - text.rfind(chr(10), 0, at)}", f"is not JSON: {reason}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise MalformedSweep.at("", "a key stands twice in one object")
    return document


def _constant(name: str) -> NoReturn:
    raise MalformedSweep.at("", f"{name} is not JSON; numbers are finite")


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise MalformedSweep.at("", "has a number beyond the largest float; numbers are finite")
    return number


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise MalformedSweep.at("", "has an integer with more digits than any number here needs")
    return int(digits)
