"""The columns of a table: `index`, the parameters, the constants, the values with objects flattened, the errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from adapters.report.cells import Part, tabulate
from adapters.report.column_names import free
from adapters.report.column_types import Kind, cast, column_type, kinds_of
from domain.space.scalars import DEEPEST

INDEX = "index"

_ERROR = ("type", "message")
# More columns than these are no table, but keys that are data.
MOST_OF_VALUES = 1_000


@dataclass(frozen=True, slots=True)
class Column:
    """A name, which another column may have too, and the SQL expression of what the column holds."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Table:
    """The columns in their order, whose expressions are made of those of the table `cells`."""

    columns: Sequence[Column]

    def query(self, names: Iterable[str]) -> str:
        """Return the query for the table, in the order of the lines, with these names of its columns."""
        named = ", ".join(f"{column.sql} AS {quoted(name)}" for column, name in zip(self.columns, names, strict=True))
        return f"SELECT {named} FROM cells"


@dataclass(frozen=True, slots=True)
class _Field:
    """A part of the lines that is one column, and what its values are."""

    name: str
    part: Part
    kinds: Kind


def table_of(
    database: duckdb.DuckDBPyConnection, names: Sequence[str], constants: Iterable[str], *, lists: bool
) -> Table:
    """Return the table of the view `lines`. Lists are JSON unless `lists`; then they are lists.

    Each parameter and each constant has a column, and the values as many as `_flattened` finds. The errors have two if
    there are any.
    """
    wanted = {Part("point", (name,)): free("point", name) for name in names}
    wanted |= {Part("constants", (name,)): free("constant", name) for name in constants}
    wanted |= {Part("value"): "value", Part("error"): "error"}
    *plain, value, error = _fields(database, wanted.items())
    fields = [*plain, *_flattened(database, value)]
    errors = [_Field(f"error.{key}", Part("error", (key,)), Kind.TEXT) for key in _ERROR] if error.kinds else []
    return _table(database, [*fields, *errors], lists=lists)


def parameter_names(database: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the parameters that the points have, in order of appearance: a point need not have all of them."""
    return [part.keys[-1] for part, _ in _below(database, _Field("point", Part("point"), Kind.OBJECT))]


def quoted(name: str) -> str:
    """Return a name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _table(database: duckdb.DuckDBPyConnection, fields: Sequence[_Field], *, lists: bool) -> Table:
    columns = [Column(INDEX, quoted(INDEX))]
    for field, text in zip(fields, tabulate(database, [field.part for field in fields]), strict=True):
        type_ = column_type(database, field.kinds, f"SELECT {text} AS text FROM cells", lists=lists)
        columns.append(Column(field.name, cast(text, type_)))
    return Table(columns)


def _flattened(database: duckdb.DuckDBPyConnection, value: _Field) -> Sequence[_Field]:
    """Return the fields of the values.

    A field whose values are all objects or null is replaced by a field for each of their keys, in order of appearance,
    and those are looked at in the same way. A level with which there would be too many stays JSON.
    """
    fields = [value]
    for _ in range(DEEPEST):
        below = {field: _below(database, field) for field in fields if field.kinds == Kind.OBJECT}
        keys = [key for of_one in below.values() for key in of_one]
        if not keys or len(fields) + len(keys) - len(below) > MOST_OF_VALUES:
            break
        found = {field.part: field for field in _fields(database, keys)}
        fields = [
            deeper for field in fields for deeper in ([found[part] for part, _ in below.get(field, ())] or [field])
        ]
    return fields


def _below(database: duckdb.DuckDBPyConnection, field: _Field) -> list[tuple[Part, str]]:
    """Return the keys of the objects in a field, in order of appearance, with the names of their columns."""
    document, pointer = field.part.document, field.part.pointer
    rows = f'SELECT json_keys({document}, {pointer}) AS keys, min("index") AS first FROM lines GROUP BY keys'
    each = f"SELECT unnest(keys) AS key, generate_subscripts(keys, 1) AS place, first FROM ({rows})"
    query = (
        f"SELECT key FROM ({each}) GROUP BY key ORDER BY min(first), arg_min(place, first) LIMIT {MOST_OF_VALUES + 1}"
    )
    found = [row[0] for row in database.execute(query).fetchall()]
    return [(Part(document, (*field.part.keys, key)), f"{field.name}.{key}") for key in found]


def _fields(database: duckdb.DuckDBPyConnection, wanted: Iterable[tuple[Part, str]]) -> list[_Field]:
    wanted = list(wanted)
    kinds = kinds_of(database, [part for part, _ in wanted])
    return [_Field(name, part, kind) for (part, name), kind in zip(wanted, kinds, strict=True)]
