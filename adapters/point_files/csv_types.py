"""The types of CSV columns: one rule over all cells of a column, found before any of them is converted.

An empty cell is null. A column is of integers if every other cell is one, else of floats if every other cell is a
number, else of booleans if every other cell is `true` or `false`, else of texts, which stay as they are. A number is
written as in JSON, or with a plus sign, or with a point that has digits on one side alone. One with zeros before it is
text. Blanks around what is no text do not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from domain.space.scalars import Scalar

_WHOLE = r"(?:0|[1-9][0-9]*)"
_INTEGER = re.compile(rf"\s*(?:[+-]?{_WHOLE})?\s*", re.ASCII)
_NUMBER = re.compile(rf"\s*(?:[+-]?(?:{_WHOLE}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)?\s*", re.ASCII)
_BOOLEAN = re.compile(r"\s*(?:true|false)?\s*", re.ASCII | re.IGNORECASE)
# Or no number, as programs write it.
_ANY_NUMBER = re.compile(rf"{_NUMBER.pattern}|\s*[+-]?(?:nan|inf|infinity)\s*", re.ASCII | re.IGNORECASE)
_NOT_FINITE = "is no finite number; leave the cell empty for null"
_TOO_LARGE = "is an integer beyond 64 bits, which no table holds; write a float, or text in a file of JSON lines"
_LEAST, _MOST = -(2**63), 2**63 - 1
# An integer of so many characters, its sign included, is within 64 bits.
_SHORT = 18


class ColumnType(Enum):
    """What the cells of a column are, the narrowest first."""

    NOTHING = 0
    INTEGER = 1
    FLOAT = 2
    BOOLEAN = 3
    TEXT = 4


@dataclass(slots=True)
class ColumnTyping:
    """What is known of a column after some of its cells; `flaw` is the first cell that its type does not allow."""

    type: ColumnType = ColumnType.NOTHING
    not_finite: int | None = None
    too_large: int | None = None

    def add(self, cells: Sequence[str], numbers: Sequence[int]) -> None:
        """Learn from further cells, each with the number of its line."""
        if self.type is ColumnType.TEXT:
            return
        found = _type_of(cells)
        if self.not_finite is None and found is ColumnType.FLOAT and not all(map(_NUMBER.fullmatch, cells)):
            self.not_finite = next(line for cell, line in _pairs(cells, numbers) if not _NUMBER.fullmatch(cell))
        if self.too_large is None and found is ColumnType.INTEGER and max(map(len, cells)) > _SHORT:
            self.too_large = next((line for cell, line in _pairs(cells, numbers) if _is_too_large(cell)), None)
        self.type = _together(self.type, found)

    @property
    def flaw(self) -> tuple[int, str] | None:
        """The line of the first cell that the column's type does not allow, and what is wrong with it."""
        if self.type is ColumnType.FLOAT and self.not_finite is not None:
            return self.not_finite, _NOT_FINITE
        if self.type is ColumnType.INTEGER and self.too_large is not None:
            return self.too_large, _TOO_LARGE
        return None


def converted(cells: Sequence[str], type_: ColumnType) -> list[Scalar]:
    """Return the values of cells; raises `ValueError` for one that is not of the type."""
    if type_ is ColumnType.TEXT:
        return [cell or None for cell in cells]
    convert = _CONVERTERS[type_]
    # Most columns have no empty cell, to which no conversion applies.
    with suppress(ValueError):
        return list(map(convert, cells))
    return [convert(cell) if cell and not cell.isspace() else None for cell in cells]


def _pairs(cells: Sequence[str], numbers: Sequence[int]) -> zip[tuple[str, int]]:
    return zip(cells, numbers, strict=True)


def _type_of(cells: Sequence[str]) -> ColumnType:
    """Return the narrowest type of all cells."""
    if not any(cells) or not "".join(cells).strip():
        return ColumnType.NOTHING
    if all(map(_INTEGER.fullmatch, cells)):
        return ColumnType.INTEGER
    if all(map(_ANY_NUMBER.fullmatch, cells)):
        return ColumnType.FLOAT
    return ColumnType.BOOLEAN if all(map(_BOOLEAN.fullmatch, cells)) else ColumnType.TEXT


def _together(one: ColumnType, other: ColumnType) -> ColumnType:
    if ColumnType.NOTHING in {one, other} or one is other:
        return other if one is ColumnType.NOTHING else one
    return ColumnType.FLOAT if {one, other} == {ColumnType.INTEGER, ColumnType.FLOAT} else ColumnType.TEXT


def _is_too_large(cell: str) -> bool:
    # Python refuses to read thousands of digits.
    digits = cell.strip()
    return len(digits) > len(str(_LEAST)) or not _LEAST <= int(digits or "0") <= _MOST


def _boolean(cell: str) -> bool:
    text = cell.strip().lower()
    if text not in {"true", "false"}:
        raise ValueError("no boolean")
    return text == "true"


def _nothing(cell: str) -> Scalar:
    if cell.strip():
        raise ValueError("no blank")
    return None


_CONVERTERS: dict[ColumnType, Callable[[str], Scalar]] = {
    ColumnType.NOTHING: _nothing,
    ColumnType.INTEGER: int,
    ColumnType.FLOAT: float,
    ColumnType.BOOLEAN: _boolean,
}
