"""Results as a table: one row a point, made by DuckDB from the result objects without holding them in memory.

The columns are `index`, one for each parameter and each constant that is asked for, and `value`, or a column
`value.KEY` for each key if all values are objects or null. `error.type` and `error.message` follow if any point has an
error. "NaN", "Infinity" and "-Infinity" among numbers become those floats. No number is rounded: a column in which no
numeric type holds every number is text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Literal, TypeAlias

import duckdb

from adapters.report.column_types import Part, column_types, text_literal
from application.documents.compact_json import encode
from domain.errors import DependencyUnavailable
from domain.space.scalars import Json

TableKind: TypeAlias = Literal["csv", "parquet"]

_ERROR = ("type", "message")
# No parameter or constant has any other name of a column.
_TAKEN = {"index", "value"}
# What DuckDB would take as a pattern in a path; in brackets it stands for itself.
_PATTERN = re.compile(r"[*?\[]")
# A line has at most 64 MB. Values are read as JSON, because DuckDB would guess their type from the first few.
_LINES = (
    "format = 'newline_delimited', compression = 'gzip', maximum_object_size = 67108864,"
    " columns = {index: 'BIGINT', point: 'JSON', value: 'JSON', error: 'JSON'}"
)


def write_table(
    paths: Sequence[Path], names: Sequence[str], constants: Mapping[str, Json], kind: TableKind, output: str
) -> Mapping[str, str]:
    """Write the table of at least one result object to the file `output`.

    `names` are the sweep's parameters; each of `constants` gets a column too. Return by column the name that it has in
    the file, where that is another one. Raises `DependencyUnavailable` for a damaged object and for a file that cannot
    be written.
    """
    try:
        with duckdb.connect() as database:
            _create_view(database, paths, constants)
            columns = _columns(database, names, constants)
            types = column_types(database, list(columns.values()), lists=kind == "parquet")
            selected = {name: part.cast(type_) for (name, part), type_ in zip(columns.items(), types, strict=True)}
            selected |= _errors(database)
            if kind == "csv":
                _write_csv(database, selected, output)
                return {}
            return _write_parquet(database, selected, output)
    except duckdb.Error as error:
        raise DependencyUnavailable(f"the table cannot be made: {error}") from error


def _create_view(database: duckdb.DuckDBPyConnection, paths: Sequence[Path], constants: Mapping[str, Json]) -> None:
    files = ", ".join(text_literal(_PATTERN.sub(r"[\g<0>]", str(path))) for path in paths)
    literal = text_literal(encode(dict(constants)))
    database.execute(f"CREATE VIEW lines AS SELECT *, {literal}::JSON AS constants FROM read_json([{files}], {_LINES})")


def _columns(
    database: duckdb.DuckDBPyConnection, names: Sequence[str], constants: Mapping[str, Json]
) -> Mapping[str, Part]:
    """Return the columns between `index` and the errors by name, in the order of the table."""
    columns = {_free("point", name): Part("point", name) for name in names}
    columns |= {_free("constant", name): Part("constants", name) for name in constants}
    keys = _keys(database)
    return columns | ({f"value.{key}": Part("value", key) for key in keys} if keys else {"value": Part("value", None)})


def _errors(database: duckdb.DuckDBPyConnection) -> Mapping[str, str]:
    """Return the SQL expressions of the columns of errors, which are text; none if no point has an error."""
    failed = database.execute("SELECT 1 FROM lines WHERE error IS NOT NULL LIMIT 1").fetchone()
    return {f"error.{key}": Part("error", key).text for key in _ERROR} if failed else {}


def _free(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if name in _TAKEN else name


def _keys(database: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the keys of the values, in order of appearance; none if a value is neither an object nor null."""
    found = database.execute("SELECT DISTINCT json_type(value) FROM lines WHERE error IS NULL").fetchall()
    if {row[0] for row in found} - {"NULL", None} != {"OBJECT"}:
        return []
    keys = (
        'SELECT unnest(json_keys(value)) AS key, generate_subscripts(json_keys(value), 1) AS place, "index" FROM lines'
        " WHERE json_type(value) = 'OBJECT'"
    )
    order = 'GROUP BY key ORDER BY min("index"), min(place)'
    return [row[0] for row in database.execute(f"SELECT key FROM ({keys}) {order}").fetchall()]


def _write_csv(database: duckdb.DuckDBPyConnection, selected: Mapping[str, str], output: str) -> None:
    """Write CSV under a header of our own: DuckDB would rename a column whose name differs only in case."""
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(["index", *selected])
    ends = f"HEADER false, PREFIX {text_literal(header.getvalue())}, SUFFIX '\n'"
    query = ", ".join(['"index"', *selected.values()])
    database.execute(f"COPY (SELECT {query} FROM lines) TO {text_literal(output)} (FORMAT csv, {ends})")


def _write_parquet(database: duckdb.DuckDBPyConnection, selected: Mapping[str, str], output: str) -> Mapping[str, str]:
    """Write Parquet, and return by column its name in the file where that is another one.

    Readers of Parquet, DuckDB among them, do not tell `T` from `t`: the second of them gets the name `t~2`.
    """
    written = dict(zip(selected, _distinct(list(selected)), strict=True))
    columns = ", ".join(f"{sql} AS {_quoted(written[name])}" for name, sql in selected.items())
    query = f'SELECT "index", {columns} FROM lines'
    database.execute(f"COPY ({query}) TO {text_literal(output)} (FORMAT parquet, COMPRESSION zstd)")
    return {name: other for name, other in written.items() if name != other}


def _distinct(names: Sequence[str]) -> Iterator[str]:
    """Yield for each name itself, or it with the first of `~2`, `~3`, ... that makes it differ by more than case."""
    taken = {"index", *map(str.casefold, names)}
    seen = {"index"}
    for name in names:
        candidates = (f"{name}~{number}" for number in count(2))
        chosen = name
        if name.casefold() in seen:
            chosen = next(candidate for candidate in candidates if candidate.casefold() not in taken)
        seen.add(chosen.casefold())
        taken.add(chosen.casefold())
        yield chosen


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
