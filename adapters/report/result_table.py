"""Results as a table: one row a point, made by DuckDB from the result objects without holding them in memory.

The columns are `index`, one for each parameter, and `value`, or a column `value.KEY` for each key if all values are
objects. `error.type` and `error.message` follow if any point has an error. "NaN", "Infinity" and "-Infinity" among
numbers become those floats, and a column with an integer beyond 64 bits becomes a column of floats.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import duckdb

from domain.errors import DependencyUnavailable

_NUMBERS = {"UBIGINT", "BIGINT", "DOUBLE", "HUGEINT", "UHUGEINT"}
_INTEGERS = {"UBIGINT", "BIGINT"}
_NESTED = {"OBJECT", "ARRAY"}
_FIXED = {"index", "value", "error.type", "error.message"}
# What DuckDB would take as a pattern in a path; in brackets it stands for itself.
_PATTERN = re.compile(r"[*?\[]")
_FORMATS = {"csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, COMPRESSION zstd"}
# A line has at most 64 MB. Values are read as JSON, because DuckDB would guess their type from the first few.
_LINES = (
    "format = 'newline_delimited', compression = 'gzip', maximum_object_size = 67108864,"
    " columns = {index: 'BIGINT', point: 'JSON', value: 'JSON', error: 'JSON'}"
)


def write_lines(paths: Sequence[Path], output: BinaryIO) -> None:
    """Write the lines of all result objects, in their order; raises `DependencyUnavailable` for a damaged object."""
    for path in paths:
        output.writelines(_chunks(path))


def write_table(paths: Sequence[Path], names: Sequence[str], kind: str, output: str) -> None:
    """Write the table of at least one result object to the file `output`.

    `names` are the sweep's parameters, `kind` is `csv` or `parquet`. Raises `DependencyUnavailable` for a damaged
    object and for a file that cannot be written.
    """
    try:
        with duckdb.connect() as database:
            files = ", ".join(_text(_PATTERN.sub(r"[\g<0>]", str(path))) for path in paths)
            database.execute(f"CREATE VIEW lines AS SELECT * FROM read_json([{files}], {_LINES})")
            columns = ", ".join(_columns(database, names))
            database.execute(f"COPY (SELECT {columns} FROM lines) TO {_text(output)} ({_FORMATS[kind]})")
    except duckdb.Error as error:
        raise DependencyUnavailable(f"the table cannot be made: {error}") from error


def parameter_names(path: Path) -> list[str]:
    """Return the sweep's parameters, in their order, from a result object; raises `DependencyUnavailable`."""
    with _opened(path) as lines:
        return list(json.loads(lines.readline())["point"])


def _chunks(path: Path) -> Iterator[bytes]:
    with _opened(path) as lines:
        while chunk := lines.read(1 << 20):
            yield chunk


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with gzip.open(path) as lines:
            yield cast("BinaryIO", lines)
    except (OSError, EOFError, zlib.error, LookupError, TypeError, ValueError) as error:
        raise DependencyUnavailable(f"the results in {path} cannot be read: {error}") from error


def _columns(database: duckdb.DuckDBPyConnection, names: Sequence[str]) -> Iterator[str]:
    yield '"index"'
    for name in names:
        column = f"point.{name}" if name in _FIXED else name
        yield f"{_typed(database, 'point', name)} AS {_quoted(column)}"
    keys = _keys(database)
    if not keys:
        yield f"{_typed(database, 'value', None)} AS value"
    for key in keys:
        yield f"{_typed(database, 'value', key)} AS {_quoted(f'value.{key}')}"
    if _asked(database, "SELECT 1 FROM lines WHERE error IS NOT NULL LIMIT 1"):
        yield "error->>'type' AS \"error.type\""
        yield "error->>'message' AS \"error.message\""


def _keys(database: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the keys of the values, in order of appearance, or none if a value is not an object."""
    kinds = {row[0] for row in _asked(database, "SELECT DISTINCT json_type(value) FROM lines WHERE error IS NULL")}
    if kinds != {"OBJECT"}:
        return []
    keys = (
        'SELECT unnest(json_keys(value)) AS key, generate_subscripts(json_keys(value), 1) AS place, "index" FROM lines'
        " WHERE error IS NULL"
    )
    order = 'GROUP BY key ORDER BY min("index"), min(place)'
    return [row[0] for row in _asked(database, f"SELECT key FROM ({keys}) {order}")]


def _typed(database: duckdb.DuckDBPyConnection, document: str, key: str | None) -> str:
    """Return the SQL expression of a key of `point` or `value`, or of all of it, in the narrowest type that fits."""
    path = _text("$" if key is None else _pointer(key))
    part = f"json_extract({document}, {path})"
    text = f"json_extract_string({document}, {path})"
    kinds = _asked(
        database,
        f"SELECT DISTINCT CASE WHEN {text} IN ('NaN', 'Infinity', '-Infinity') THEN 'DOUBLE'"
        f" WHEN json_type({part}) = 'UBIGINT' AND TRY_CAST({text} AS BIGINT) IS NULL THEN 'HUGEINT'"
        f" ELSE json_type({part}) END"
        f" FROM lines WHERE {part} IS NOT NULL",
    )
    return _cast(text, {row[0] for row in kinds} - {"NULL", None})


def _cast(text: str, kinds: set[str]) -> str:
    if kinds and kinds <= _INTEGERS:
        return f"CAST({text} AS BIGINT)"
    if kinds and kinds <= _NUMBERS:
        return f"CAST({text} AS DOUBLE)"
    if kinds == {"BOOLEAN"}:
        return f"CAST({text} AS BOOLEAN)"
    return text


def _asked(database: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, ...]]:
    return database.execute(query).fetchall()


def _pointer(key: str) -> str:
    """Return the JSON pointer (RFC 6901) to a key."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
