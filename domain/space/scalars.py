"""The values that a parameter may take."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

from domain.errors import InvalidSweep
from domain.space.constraints import Bounds

BROKEN_TEXT = "is not valid Unicode text (half a surrogate pair)"
# How deep a constant may be nested.
DEEPEST = 32

Scalar: TypeAlias = str | int | float | bool | None
Json: TypeAlias = "Scalar | list[Json] | dict[str, Json]"
# How many of something a document may ask for.
LARGEST_COUNT = 10**18
Count: TypeAlias = Annotated[int, Bounds(1, LARGEST_COUNT)]


def finite(path: str, number: float) -> float:
    """Return `number` as a float, and refuse NaN, the infinities and integers beyond a float's range."""
    try:
        converted = float(number)
    except OverflowError:
        converted = math.inf
    if not math.isfinite(converted):
        raise InvalidSweep.at(path, "must be a finite number (no NaN, no infinity)")
    return converted


def check_scalar(path: str, value: Scalar) -> None:
    """Refuse non-finite floats, integers beyond 64 bits (no table holds them) and text that is not Unicode."""
    if isinstance(value, float):
        finite(path, value)
    elif isinstance(value, int):
        check_integer(path, value)
    elif isinstance(value, str) and not value.isascii():
        check_text(path, value)


def check_integer(path: str, value: int) -> None:
    """Refuse an integer beyond 64 bits."""
    if not -(2**63) <= value < 2**63:
        raise InvalidSweep.at(path, "is an integer beyond 64 bits; write it as text")


def check_text(path: str, text: str) -> None:
    """Refuse text with half a surrogate pair, which no UTF-8 file or message can carry."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidSweep.at(path, BROKEN_TEXT) from error


def check_json(path: str, value: Json, depth: int = 0) -> None:
    """Refuse, anywhere inside a JSON value, what `check_scalar` refuses, and nesting deeper than 32."""
    if depth > DEEPEST:
        raise InvalidSweep.at(path, f"is nested deeper than {DEEPEST} levels")
    if isinstance(value, list):
        for number, part in enumerate(value):
            check_json(f"{path}.{number}", part, depth + 1)
    elif isinstance(value, dict):
        for key, part in value.items():
            check_text(path, key)
            check_json(f"{path}.{key}", part, depth + 1)
    else:
        check_scalar(path, value)
