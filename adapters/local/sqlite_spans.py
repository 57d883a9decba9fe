"""The spans of sweeps in the ledger's SQLite file: which are with dispatchers, and why others were not delivered.

On one machine no span is assigned; a folder's ledger keeps the whole contract all the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from adapters.local.sqlite_rows import (
    ASSIGNED,
    NEW_ASSIGNED,
    NEW_UNDELIVERED,
    NOT_ASSIGNED,
    NOT_UNDELIVERED,
    UNDELIVERED,
)
from domain.reasons import Reason


def read(database: sqlite3.Connection, sweep_id: str, now: float) -> tuple[frozenset[int], Mapping[int, Reason]]:
    """Return the spans that are with dispatchers at a moment, and why others were not delivered."""
    rows = database.execute(ASSIGNED, (sweep_id,)).fetchall()
    # A damaged moment is over.
    assigned = frozenset(span for span, until in rows if isinstance(until, float) and until > now)
    return assigned, {span: Reason.read(code) for span, code in database.execute(UNDELIVERED, (sweep_id,))}


def assign(database: sqlite3.Connection, sweep_id: str, spans: Sequence[int], by: str, until: float) -> None:
    """Add spans of a sweep, if it exists, to an assignment, and forget why they were undelivered."""
    database.executemany(NEW_ASSIGNED, ((span, by, until, sweep_id) for span in spans))
    database.executemany(NOT_UNDELIVERED, ((sweep_id, span) for span in spans))


def settle(database: sqlite3.Connection, sweep_id: str, span: int, by: str, reason: Reason | None) -> None:
    """Take a span from an assignment, if that has it."""
    if not database.execute(NOT_ASSIGNED, (sweep_id, span, by)).rowcount:
        return
    database.execute(NOT_UNDELIVERED, (sweep_id, span))
    if reason:
        database.execute(NEW_UNDELIVERED, (sweep_id, span, reason.value))
