"""Files of points in every format, written by the libraries that people use, and what a table of one holds."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from adapters.point_files.packed_table import PackedTable
from application.stored_rows import StoredRows
from domain.space.scalars import Scalar
from tests.fakes.point_tables import Row


def _cell(value: Scalar) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def write_csv(path: Path, names: Sequence[str], rows: Sequence[Row]) -> Path:
    """Write rows as CSV; null is an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(map(_cell, row) for row in rows)
    return path


def write_json_lines(path: Path, names: Sequence[str], rows: Sequence[Row]) -> Path:
    """Write rows as JSON lines."""
    lines = (json.dumps(dict(zip(names, row, strict=True))) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def write_parquet(path: Path, names: Sequence[str], rows: Sequence[Row]) -> Path:
    """Write rows as Parquet, in several groups of rows."""
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    pq.write_table(pa.table(columns), path, row_group_size=3)
    return path


def rows_in(table: PackedTable) -> list[Row]:
    """Return the rows of a table."""
    return list(StoredRows(table.digest, table.rows, len(table.columns), table.chunks).rows(0, table.rows))
