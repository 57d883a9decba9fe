"""What a table of results must hold, by json and lists alone: the documented rules, told in another way."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, cast

from application.documents.result_lines import value_text

# A column's type in the words of Arrow, and its values.
Column: TypeAlias = tuple[str, list[object]]
_NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def stored(value: object) -> object:
    """Return a target's value as a line's reader has it."""
    return None if isinstance(value, Exception) else json.loads(value_text(value))


def flattened(name: str, values: Sequence[object]) -> Iterator[tuple[str, list[object]]]:
    """Yield the columns of values by the rule for objects, each with its values as JSON has them."""
    there = [value for value in values if value is not None]
    objects = [value for value in there if isinstance(value, dict)]
    keys = list(dict.fromkeys(key for value in objects for key in value))
    if len(objects) < len(there) or not keys:
        yield name, list(values)
        return
    for key in keys:
        yield from flattened(f"{name}.{key}", [value.get(key) if isinstance(value, dict) else None for value in values])


def typed(values: Sequence[object]) -> Column:
    """Return a column of JSON values in the narrowest type that changes none."""
    there = [value for value in values if value is not None]
    for type_, is_of, convert in _TYPES:
        if there and is_of(there):
            return type_, [None if value is None else convert(value) for value in values]
    if there and all(isinstance(value, list) for value in there):
        return _lists(values)
    return "string", [value if value is None or isinstance(value, str) else _text(value) for value in values]


def same(found: object, expected: object) -> bool:
    """Return whether two cells are equal, to the type and to the sign of zero; NaN is equal to NaN."""
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(found, str) and isinstance(expected, _Json):
        return json.dumps(json.loads(found)) == json.dumps(json.loads(expected))
    return type(found) is type(expected) and repr(found) == repr(expected)


class _Json(str):
    """JSON as text, of which any form is right."""

    __slots__ = ()


def _lists(values: Sequence[object]) -> Column:
    elements = [element for value in values if isinstance(value, list) for element in value]
    type_, converted = typed(elements)
    rest = iter(converted)
    return f"list<{type_}>", [[next(rest) for _ in value] if isinstance(value, list) else None for value in values]


def _text(value: object) -> str:
    return _Json(json.dumps(value))


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return value in _NON_FINITE
    return isinstance(value, float) or (_is_integer(value) and isinstance(value, int) and abs(value) <= 2**53)


def _number(value: object) -> float:
    return _NON_FINITE[value] if isinstance(value, str) else float(cast("float", value))


_TYPES: Sequence[tuple[str, Callable[[list[object]], bool], Callable[[object], object]]] = (
    ("int64", lambda values: all(map(_is_integer, values)), lambda value: value),
    ("double", lambda values: all(map(_is_number, values)), _number),
    ("bool", lambda values: all(isinstance(value, bool) for value in values), lambda value: value),
)
