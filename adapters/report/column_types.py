"""The types of a table's columns: the narrowest one that holds every value of a column and changes none."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntFlag

import duckdb

from adapters.report.cells import Part, by_document, each_cell


class Kind(IntFlag):
    """What JSON values are to a table; a column has all the kinds of its values."""

    INTEGER = 1  # up to 2^53, so that a float holds it too
    LONG = 2  # up to 64 bits
    HUGE = 4
    FLOAT = 8
    BOOLEAN = 16
    LIST = 32
    OBJECT = 64
    TEXT = 128


TEXT = "VARCHAR"

_INTEGERS = Kind.INTEGER | Kind.LONG
_FLOATS = Kind.INTEGER | Kind.FLOAT
EXACT_IN_A_FLOAT = 2**53


def kinds_of(database: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> list[Kind]:
    """Return the kinds of each part's values; none, where all are null or missing."""
    found: dict[Part, Kind] = {}
    for of_one in by_document(parts).values():
        query = f"SELECT place, bit_or({_KIND}) FROM ({each_cell(of_one)}) GROUP BY place"
        found |= {of_one[place - 1]: Kind(kinds or 0) for place, kinds in database.execute(query).fetchall()}
    return [found.get(part, Kind(0)) for part in parts]


def column_type(database: duckdb.DuckDBPyConnection, kinds: Kind, values: str, *, lists: bool) -> str:
    """Return the SQL type of values of these kinds; `values` is the query for them, as `text`.

    Lists are text unless `lists`; then their elements have a type too.
    """
    if not kinds:
        return TEXT
    if kinds in _INTEGERS:
        return "BIGINT"
    if kinds in _FLOATS:
        return "DOUBLE"
    if kinds == Kind.BOOLEAN:
        return "BOOLEAN"
    if kinds == Kind.LIST and lists:
        return f"{_element_type(database, values)}[]"
    # Objects, any two of these kinds, or an integer that no other type holds: text has every digit.
    return TEXT


def cast(text: str, type_: str) -> str:
    """Return the SQL expression of a text as a value of a type; a list is read from its JSON."""
    return f"CAST({text}::JSON AS {type_})" if type_.endswith("[]") else f"CAST({text} AS {type_})"


def _element_type(database: duckdb.DuckDBPyConnection, values: str) -> str:
    items = f"SELECT unnest({cast('text', 'JSON[]')}) AS item FROM ({values})"
    elements = f"SELECT json_type(item) AS type, json_extract_string(item, '$') AS text FROM ({items})"
    ((kinds,),) = database.execute(f"SELECT bit_or({_KIND}) FROM ({elements})").fetchall()
    return column_type(database, Kind(kinds or 0), elements, lists=True)


_NUMBER = "TRY_CAST(text AS BIGINT)"
_KIND_OF_NUMBER = (
    f"CASE WHEN NOT regexp_full_match(text, '-?[0-9]+') THEN {Kind.FLOAT:d}"
    f" WHEN {_NUMBER} BETWEEN -{EXACT_IN_A_FLOAT} AND {EXACT_IN_A_FLOAT} THEN {Kind.INTEGER:d}"
    f" WHEN {_NUMBER} IS NOT NULL THEN {Kind.LONG:d} ELSE {Kind.HUGE:d} END"
)
# The SQL expression of the kind of a cell, NULL for null, where there are its JSON `type` and its `text`.
_KIND = (
    "CASE WHEN type IS NULL OR type = 'NULL' THEN NULL"
    f" WHEN type IN ('UBIGINT', 'BIGINT', 'DOUBLE') THEN {_KIND_OF_NUMBER}"
    f" WHEN type = 'BOOLEAN' THEN {Kind.BOOLEAN:d}"
    f" WHEN type = 'ARRAY' THEN {Kind.LIST:d}"
    f" WHEN type = 'OBJECT' THEN {Kind.OBJECT:d}"
    f" WHEN text IN ('NaN', 'Infinity', '-Infinity') THEN {Kind.FLOAT:d}"
    f" ELSE {Kind.TEXT:d} END"
)
