"""Making the tables of the ledger's SQLite file, and carrying over what earlier versions wrote into one."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from itertools import chain
from typing import Any

from adapters.documents.ledger_entries import stored_request
from adapters.local.sqlite_rows import NEW_DONE, NEW_END, SCHEMA, SKIPPED, SPANS, end_row, places_bytes, plan_row
from domain.errors import DependencyUnavailable
from domain.places import Places, block_of, place_of
from domain.plan import Plan
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardEnd, ShardFailed

# The number of these tables' layout, in the file. Version 0.1 wrote none, which reads as 0. In layout 1, a run did not
# have its last two columns; up to layout 2, no span was assigned; up to layout 3, no point was skipped.
_LAYOUT = 4
# What each layout adds to the one before.
_ADDED = {
    2: (
        "ALTER TABLE runs ADD COLUMN import_paths TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE runs ADD COLUMN started_in TEXT NOT NULL DEFAULT ''",
    ),
    3: SPANS,
    4: SKIPPED,
}

_OLD_PRESENCES = "SELECT DISTINCT presence FROM outcomes"
_OLD_SWEEPS = "SELECT number, id, key, digest, created_at, cancelled, request FROM old_sweeps"
_NEW_SWEEP = """
INSERT INTO sweeps (number, id, key, digest, created_at, cancelled, request, size, shards)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
# Of every shard that had ended there is one row, and of no other.
_OLD_ENDED = "SELECT count(*) FROM old_ends WHERE sweep_id = ?"
_OLD_DONE = "SELECT sweep_id, shard FROM old_ends WHERE done AND coalesce(errors, 0) = 0"
_OLD_UNCLEAN = """
SELECT sweep_id, shard, done, points, errors, point, reason, message, attempts FROM old_ends
WHERE NOT (done AND coalesce(errors, 0) = 0)"""


def prepare(database: sqlite3.Connection, is_alive: Callable[[str], bool]) -> None:
    """Make the tables in a new file, or carry over a file of an earlier version; into a current file, write nothing.

    The caller sees to it that no other process opens the file meanwhile. `is_alive` tells whether the process with a
    presence is. Raises `DependencyUnavailable` for a file that a later version wrote, or on which version 0.1 is at
    work.
    """
    layout: int = database.execute("PRAGMA user_version").fetchone()[0]
    if layout > _LAYOUT:
        raise DependencyUnavailable("a later version of serverless-sweep wrote the ledger; use that one")
    if layout < _LAYOUT:
        database.execute("BEGIN IMMEDIATE")
        with database:
            if layout:
                for statement in chain.from_iterable(_ADDED[later] for later in range(layout + 1, _LAYOUT + 1)):
                    database.execute(statement)
            else:
                _make_tables(database, is_alive)
            database.execute(f"PRAGMA user_version = {_LAYOUT}")


def _make_tables(database: sqlite3.Connection, is_alive: Callable[[str], bool]) -> None:
    is_old = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'sweeps'").fetchone()
    if is_old:
        if any(is_alive(presence) for (presence,) in database.execute(_OLD_PRESENCES)):
            raise DependencyUnavailable("version 0.1 of serverless-sweep is at work on the ledger; wait for its end")
        for table in ("sweeps", "ends"):
            database.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    for statement in SCHEMA:
        database.execute(statement)
    if is_old:
        _carry_over_sweeps(database)
        _carry_over_ends(database)
        # What an engine had accepted ended with its process.
        for table in ("old_sweeps", "old_ends", "outcomes"):
            database.execute(f"DROP TABLE {table}")


def _carry_over_sweeps(database: sqlite3.Connection) -> None:
    for number, sweep_id, key, digest, created_at, cancelled, request in database.execute(_OLD_SWEEPS).fetchall():
        plan = _plan(sweep_id, request)
        ended = database.execute(_OLD_ENDED, (sweep_id,)).fetchone()[0]
        # A sweep that was cancelled after its end could never be retried.
        is_cancelled = bool(cancelled) and (plan is None or ended < plan.shards)
        # Where the request cannot be read, the plan cannot either.
        sizes = plan_row(plan) if plan else ("", "")
        database.execute(_NEW_SWEEP, (number, sweep_id, key, digest, created_at, is_cancelled, request, *sizes))


def _plan(sweep_id: str, request: str) -> Plan | None:
    try:
        return stored_request(sweep_id, request).plan
    except DependencyUnavailable:
        return None


def _carry_over_ends(database: sqlite3.Connection) -> None:
    done: dict[tuple[str, int], Places] = defaultdict(int)
    for sweep_id, shard in database.execute(_OLD_DONE):
        done[sweep_id, block_of(shard)] |= 1 << place_of(shard)
    blocks = ((*block, places_bytes(chosen)) for block, chosen in done.items())
    database.executemany(NEW_DONE, blocks)
    unclean = database.execute(_OLD_UNCLEAN)
    database.executemany(NEW_END, ((sweep_id, *end_row(_read_end(row))) for sweep_id, *row in unclean))


def _read_end(row: list[Any]) -> ShardEnd:
    """Return the end in a row of version 0.1, which kept of a shard's errors their number and the first one."""
    shard, done, points, errors, point, reason, message, attempts = row
    if not done:
        return ShardFailed(shard, Reason.read(reason), message, attempts)
    first = () if point is None else (ErrorKind(PointError(point, reason, message), 1),)
    return ShardDone(shard, points, errors, first)
