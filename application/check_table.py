"""Whether the table of a request's points is where its workers will look for it."""

from __future__ import annotations

from application.documents.table_chunks import chunk_count
from application.ports.point_tables import PointTables
from domain.designs.design import Design
from domain.designs.row_source import stored_design
from domain.errors import InvalidSweep


def check_table(design: Design, tables: PointTables) -> None:
    """Refuse a design of a table that is not there; raises `DependencyUnavailable` where that cannot be told."""
    stored = stored_design(design)
    if stored is not None and not tables.has(stored.table, chunk_count(stored.rows)):
        message = "is not stored here, or not whole; upload it first, which the client does for a file"
        raise InvalidSweep.at("design.table", message)
