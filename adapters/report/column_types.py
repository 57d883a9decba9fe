"""The types of a table's columns: the narrowest one that holds every value of a column and changes none."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntFlag

import duckdb

from adapters.report.cells import Cell


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
# DuckDB keeps memory for each step of each expression of a query.
_CELLS_A_QUERY = 40


def kinds_of(database: duckdb.DuckDBPyConnection, cells: Sequence[Cell], source: str) -> list[Kind]:
    """Return the kinds of each cell's values in a query; none, where all are null or missing."""
    found: list[Kind] = []
    for start in range(0, len(cells), _CELLS_A_QUERY):
        wanted = ", ".join(f"bit_or({_kind(cell)})" for cell in cells[start : start + _CELLS_A_QUERY])
        (row,) = database.execute(f"SELECT {wanted} FROM ({source})").fetchall()
        found += [Kind(kinds or 0) for kinds in row]
    return found


def column_type(database: duckdb.DuckDBPyConnection, kinds: Kind, cell: Cell, source: str, *, lists: bool) -> str:
    """Return the SQL type of a cell whose values in a query have these kinds.

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
        return f"{_element_type(database, cell, source)}[]"
    # Objects, any two of these kinds, or an integer that no other type holds: text has every digit.
    return TEXT


def _element_type(database: duckdb.DuckDBPyConnection, cell: Cell, source: str) -> str:
    elements = f"SELECT unnest({cell.cast('JSON[]')}) AS item FROM ({source})"
    element = Cell("json_type(item)", "json_extract_string(item, '$')")
    (kinds,) = kinds_of(database, [element], elements)
    return column_type(database, kinds, element, elements, lists=True)


def _kind(cell: Cell) -> str:
    """Return the SQL expression of the kind of a cell, NULL for null."""
    return (
        f"CASE WHEN {cell.type} IS NULL OR {cell.type} = 'NULL' THEN NULL"
        f" WHEN {cell.type} IN ('UBIGINT', 'BIGINT', 'DOUBLE') THEN {_kind_of_number(cell.text)}"
        f" WHEN {cell.type} = 'BOOLEAN' THEN {Kind.BOOLEAN:d}"
        f" WHEN {cell.type} = 'ARRAY' THEN {Kind.LIST:d}"
        f" WHEN {cell.type} = 'OBJECT' THEN {Kind.OBJECT:d}"
        f" WHEN {cell.text} IN ('NaN', 'Infinity', '-Infinity') THEN {Kind.FLOAT:d}"
        f" ELSE {Kind.TEXT:d} END"
    )


def _kind_of_number(text: str) -> str:
    number = f"TRY_CAST({text} AS BIGINT)"
    return (
        f"CASE WHEN NOT regexp_full_match({text}, '-?[0-9]+') THEN {Kind.FLOAT:d}"
        f" WHEN {number} BETWEEN -{EXACT_IN_A_FLOAT} AND {EXACT_IN_A_FLOAT} THEN {Kind.INTEGER:d}"
        f" WHEN {number} IS NOT NULL THEN {Kind.LONG:d} ELSE {Kind.HUGE:d} END"
    )
