"""Use case: keep the table of a request's points where its sweep is going to run."""

from __future__ import annotations

from application.ports.point_tables import PointTables
from domain.designs.row_source import StoredDesign, stored_design
from domain.errors import InvalidSweep
from domain.request import SweepRequest


def keep_table(request: SweepRequest, tables: PointTables) -> None:
    """Store the table to which the request's points are bound in `tables`; nothing happens if they come from no table.

    Every chunk is put, also where all of them are there: what is damaged is mended. Raises `InvalidSweep` for a table
    that is neither bound nor stored, and `DependencyUnavailable`.
    """
    stored = stored_design(request.design)
    if stored is not None:
        _keep(stored, tables)


def _keep(stored: StoredDesign, tables: PointTables) -> None:
    from application.documents.table_chunks import chunk_count  # noqa: PLC0415 - only points from a file wait for it
    from application.stored_rows import StoredRows  # noqa: PLC0415 - likewise

    chunks = chunk_count(stored.rows)
    if isinstance(stored.source, StoredRows):
        # In their order, so that a table whose last chunk is there is most likely whole.
        for number in range(chunks):
            tables.put(stored.table, number, stored.source.tables.chunk(stored.table, number))
    elif not tables.has(stored.table, chunks):
        message = "is the digest of no table that is stored here; name the file: {kind: points, file: points.csv}"
        raise InvalidSweep.at("design.table", message)
