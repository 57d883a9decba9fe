"""The spans of sweeps in the ledger's SQLite file: which are with dispatchers, and why others were not delivered.

On one machine no span is handed over; a folder's ledger keeps the whole contract all the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from adapters.local.sqlite_rows import HANDED, NEW_HANDED, NEW_UNDELIVERED, NOT_HANDED, NOT_UNDELIVERED, UNDELIVERED
from domain.reasons import Reason


def read(database: sqlite3.Connection, sweep_id: str, now: float) -> tuple[frozenset[int], Mapping[int, Reason]]:
    """Return the spans that are with dispatchers at a moment, and why others were not delivered."""
    rows = database.execute(HANDED, (sweep_id,)).fetchall()
    # A damaged moment is over.
    handed = frozenset(span for span, until in rows if isinstance(until, float) and until > now)
    return handed, {span: Reason.read(code) for span, code in database.execute(UNDELIVERED, (sweep_id,))}


def hand_over(database: sqlite3.Connection, sweep_id: str, spans: Sequence[int], by: str, until: float) -> None:
    """Add spans of a sweep, if it exists, to a hand-over, and forget why they were undelivered."""
    database.executemany(NEW_HANDED, ((span, by, until, sweep_id) for span in spans))
    database.executemany(NOT_UNDELIVERED, ((sweep_id, span) for span in spans))


def settle(database: sqlite3.Connection, sweep_id: str, span: int, by: str, reason: Reason | None) -> None:
    """Take a span from a hand-over, if that has it."""
    if not database.execute(NOT_HANDED, (sweep_id, span, by)).rowcount:
        return
    database.execute(NOT_UNDELIVERED, (sweep_id, span))
    if reason:
        database.execute(NEW_UNDELIVERED, (sweep_id, span, reason.value))
