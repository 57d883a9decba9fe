"""JSON as RFC 8259 has it, from a stranger: no NaN, no key twice, no endless integer, no bottomless nesting."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from domain.errors import MalformedSweep

# An integer with more digits is in no range of ours, and slow to read.
_LONGEST_INTEGER = 40


def read_json(text: str) -> Any:  # noqa: ANN401 - any document
    """Read one JSON document; raises `MalformedSweep`, with line and column where there is a place."""
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
    except json.JSONDecodeError as error:
        raise MalformedSweep.at(f"line {error.lineno}, column {error.colno}", f"is not JSON: {error.msg}") from None
    except RecursionError:
        raise MalformedSweep.at("", "is nested too deeply") from None


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
