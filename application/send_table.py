"""Use case: send the table of a request's points to where its sweep is going to run, on other machines."""

from __future__ import annotations

from application.documents.table_chunks import chunk_count
from application.on_done import OnDone
from application.ports.point_tables import PointTables
from application.stored_rows import StoredRows
from domain.designs.row_source import StoredDesign, stored_design
from domain.errors import InvalidSweep
from domain.request import SweepRequest


def send_table(request: SweepRequest, tables: PointTables, on_sent: OnDone) -> None:
    """Put the table to which the request's points are bound in `tables`, unless it is there; most have none.

    `on_sent` is called with how many chunks are there, and how many there are in all. Raises `InvalidSweep` for a table
    that is neither bound nor there, and `DependencyUnavailable`; then the same again goes on with what is not there.
    """
    stored = stored_design(request.design)
    if stored is not None and not tables.has(stored.table, chunk_count(stored.rows)):
        _send(stored, tables, on_sent)


def _send(stored: StoredDesign, tables: PointTables, on_sent: OnDone) -> None:
    if not isinstance(stored.source, StoredRows):
        message = "is the digest of no table that is there; name the file: {kind: points, file: points.csv}"
        raise InvalidSweep.at("design.table", message)
    chunks = chunk_count(stored.rows)
    # In their order: the last one makes the table whole.
    for number in range(chunks):
        tables.put(stored.table, number, stored.source.tables.chunk(stored.table, number))
        on_sent(number + 1, chunks)
