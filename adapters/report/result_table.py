"""Results as a table in a file: one row a point, made by DuckDB without holding the rows in memory.

The columns are `index`, one for each parameter and each constant that is asked for, and `value`. Values that are all
objects or null have a column `value.KEY` for each key instead, and so have objects in them. `error.type` and
`error.message` follow if any point has an error. "NaN", "Infinity" and "-Infinity" among numbers become those floats.
No number is rounded: a column in which no numeric type holds every number is text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

import duckdb

from adapters.machine.extras import library
from adapters.report.arrow_batches import write_arrow
from adapters.report.column_names import distinct, exactly
from adapters.report.columns import Table, parameter_names, table_of
from adapters.report.coverage import Coverage
from adapters.report.result_objects import StrPath
from adapters.report.spooled_lines import spooled_lines, text_literal
from domain.space.scalars import Json

TableKind: TypeAlias = Literal["arrow", "csv", "parquet"]

# DuckDB's own; and in cells, so that a group of a wide table needs no more memory.
_ROWS_A_GROUP = 122_880
_CELLS_A_GROUP = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """Which points a table has, and the columns that have another name in it than their own, each with both."""

    coverage: Coverage
    renamed: Sequence[tuple[str, str]]


def write_table(
    paths: Sequence[StrPath],
    names: Sequence[str] | None,
    constants: Mapping[str, Json],
    kind: TableKind,
    output: StrPath,
) -> Written:
    """Write the table of result objects to the file `output`, in whose folder there is a spool meanwhile.

    `names` are the sweep's parameters, or None for all that points have; each of `constants` gets a column too. Raises
    `DependencyUnavailable` for a damaged object, for a file that cannot be written, and if a library is missing.
    """
    form = _FORMS[kind]
    if form.needs:
        library(form.needs)
    with spooled_lines(paths, constants, Path(output).parent) as lines:
        wanted = names if names is not None else parameter_names(lines.database)
        table = table_of(lines.database, wanted, constants, lists=kind != "csv")
        own = [column.name for column in table.columns]
        written = list(distinct(own, form.same))
        form.write(lines.database, table, written, str(output))
        renamed = [(name, other) for name, other in zip(own, written, strict=True) if name != other]
        return Written(lines.coverage, renamed)


def _write_csv(database: duckdb.DuckDBPyConnection, table: Table, names: Sequence[str], output: str) -> None:
    """Write CSV under a header of our own: DuckDB would rename a column whose name differs only in case."""
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(names)
    ends = f"HEADER false, PREFIX {text_literal(header.getvalue())}, SUFFIX '\n'"
    query = table.query(map(str, range(len(names))))
    database.execute(f"COPY ({query}) TO {text_literal(output)} (FORMAT csv, {ends})")


def _write_parquet(database: duckdb.DuckDBPyConnection, table: Table, names: Sequence[str], output: str) -> None:
    rows = min(_ROWS_A_GROUP, _CELLS_A_GROUP // len(names))
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {rows}"
    database.execute(f"COPY ({table.query(names)}) TO {text_literal(output)} ({options})")


@dataclass(frozen=True, slots=True)
class _Form:
    """How a file is written, which names of columns are the same to its readers, and which library it needs."""

    write: Callable[[duckdb.DuckDBPyConnection, Table, Sequence[str], str], None]
    same: Callable[[str], str] = exactly
    needs: str | None = None


# Readers of Parquet, DuckDB among them, do not tell `T` from `t`.
_FORMS: Mapping[TableKind, _Form] = MappingProxyType(
    {
        "arrow": _Form(write_arrow, needs="pyarrow"),
        "csv": _Form(_write_csv),
        "parquet": _Form(_write_parquet, str.casefold),
    }
)
