"""The types of a table's columns: the narrowest one that holds every value of a column and changes none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import duckdb


class Kind(StrEnum):
    """What a JSON value is to a table."""

    INTEGER = "integer"  # up to 2^53, so that a float holds it too
    LONG = "long"  # up to 64 bits
    HUGE = "huge"
    FLOAT = "float"
    BOOLEAN = "boolean"
    LIST = "list"
    OTHER = "other"  # text, and objects


_INTEGERS = {Kind.INTEGER, Kind.LONG}
_FLOATS = {Kind.INTEGER, Kind.FLOAT}
_EXACT_IN_A_FLOAT = 2**53
_TEXT = "VARCHAR"


@dataclass(frozen=True, slots=True)
class Part:
    """One key of a JSON column of the view `lines`, or all of the column if `key` is None."""

    document: str
    key: str | None

    @property
    def json(self) -> str:
        """The SQL expression of the part as JSON."""
        return f"json_extract({self.document}, {text_literal(self._path)})"

    @property
    def text(self) -> str:
        """The SQL expression of the part as text: the characters of a text, and the JSON of all else."""
        return f"json_extract_string({self.document}, {text_literal(self._path)})"

    def cast(self, type_: str) -> str:
        """Return the SQL expression of the part as a value of a type; a list is read from its JSON."""
        return f"CAST({self.json if type_.endswith('[]') else self.text} AS {type_})"

    @property
    def _path(self) -> str:
        """The JSON pointer (RFC 6901) to the part."""
        return "$" if self.key is None else "/" + self.key.replace("~", "~0").replace("/", "~1")


def column_types(database: duckdb.DuckDBPyConnection, parts: Sequence[Part], *, lists: bool) -> Iterator[str]:
    """Yield the SQL type of each part. Lists are text unless `lists`; then their elements have a type too."""
    wanted = ", ".join(f"list(DISTINCT {_kind(part.json)})" for part in parts)
    found = database.execute(f"SELECT {wanted} FROM lines").fetchone() or ()
    for part, kinds in zip(parts, found, strict=True):
        source = f"SELECT {part.json} AS item FROM lines"
        yield _type(database, source, _read(kinds), lists=lists)


def text_literal(value: str) -> str:
    """Return a text in SQL."""
    return "'" + value.replace("'", "''") + "'"


def _type(database: duckdb.DuckDBPyConnection, source: str, kinds: set[Kind], *, lists: bool) -> str:
    """Return the type of values of these kinds; `source` is the query for them, as JSON."""
    if not kinds:
        return _TEXT
    if kinds <= _INTEGERS:
        return "BIGINT"
    if kinds <= _FLOATS:
        return "DOUBLE"
    if kinds == {Kind.BOOLEAN}:
        return "BOOLEAN"
    if kinds == {Kind.LIST} and lists:
        elements = f"SELECT unnest(CAST(item AS JSON[])) AS item FROM ({source})"
        found = database.execute(f"SELECT list(DISTINCT {_kind('item')}) FROM ({elements})").fetchone() or (None,)
        return f"{_type(database, elements, _read(found[0]), lists=lists)}[]"
    # Any two of these kinds, or an integer that no other type holds: text has every digit.
    return _TEXT


def _kind(item: str) -> str:
    """Return the SQL expression of the kind of a JSON value, NULL for null."""
    text, json_type = f"json_extract_string({item}, '$')", f"json_type({item})"
    return (
        f"CASE WHEN {item} IS NULL OR {json_type} = 'NULL' THEN NULL"
        f" WHEN {json_type} IN ('UBIGINT', 'BIGINT', 'DOUBLE') THEN {_kind_of_number(text)}"
        f" WHEN {json_type} = 'BOOLEAN' THEN '{Kind.BOOLEAN}'"
        f" WHEN {json_type} = 'ARRAY' THEN '{Kind.LIST}'"
        f" WHEN {text} IN ('NaN', 'Infinity', '-Infinity') THEN '{Kind.FLOAT}'"
        f" ELSE '{Kind.OTHER}' END"
    )


def _kind_of_number(text: str) -> str:
    number = f"TRY_CAST({text} AS BIGINT)"
    return (
        f"CASE WHEN NOT regexp_full_match({text}, '-?[0-9]+') THEN '{Kind.FLOAT}'"
        f" WHEN {number} BETWEEN -{_EXACT_IN_A_FLOAT} AND {_EXACT_IN_A_FLOAT} THEN '{Kind.INTEGER}'"
        f" WHEN {number} IS NOT NULL THEN '{Kind.LONG}' ELSE '{Kind.HUGE}' END"
    )


def _read(kinds: Sequence[str | None] | None) -> set[Kind]:
    return {Kind(kind) for kind in kinds or () if kind is not None}
