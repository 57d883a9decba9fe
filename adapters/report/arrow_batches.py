"""A table as Arrow's record batches, which Arrow's files and the data frames are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb

from adapters.machine.extras import library
from adapters.report.columns import Table

if TYPE_CHECKING:
    import pyarrow as pa

# A batch of a wide table has fewer, so that it needs no more memory.
_ROWS_A_BATCH = 65_536
_CELLS_A_BATCH = 1 << 21


def record_batches(database: duckdb.DuckDBPyConnection, table: Table, names: Sequence[str]) -> pa.RecordBatchReader:
    """Return the rows of the table, in their order, in batches that are made when they are read."""
    arrow = library("pyarrow")
    rows = min(_ROWS_A_BATCH, _CELLS_A_BATCH // len(names))
    # Numbers as names, because DuckDB would rename a column whose name differs only in case.
    reader = database.sql(table.query(map(str, range(len(names))))).to_arrow_reader(rows)
    schema = arrow.schema([field.with_name(name) for field, name in zip(reader.schema, names, strict=True)])
    renamed = (arrow.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in reader)
    return arrow.RecordBatchReader.from_batches(schema, renamed)


def write_arrow(database: duckdb.DuckDBPyConnection, table: Table, names: Sequence[str], output: str) -> None:
    """Write Arrow's IPC file format, uncompressed, so that readers can map the file into memory."""
    ipc = library("pyarrow.ipc")
    reader = record_batches(database, table, names)
    with ipc.new_file(output, reader.schema) as file:
        for batch in reader:
            file.write_batch(batch)
