"""The tables of the ledger's SQLite file, the statements for them, and the domain's values as rows."""

# ruff: noqa: S608 - the names of the columns are written in this file

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.documents.ledger_entries import outcome_entry, request_text, stored_outcome, stored_request
from domain.dispatch import Outcome
from domain.reasons import Reason
from domain.sweep import PointError, ShardDone, ShardEnd, ShardFailed, Sweep

Row = tuple[object, ...]

SCHEMA = """
CREATE TABLE IF NOT EXISTS sweeps (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL, request TEXT NOT NULL, created_at REAL NOT NULL, cancelled INTEGER NOT NULL DEFAULT 0,
    claim_owner TEXT, claim_presence TEXT, claim_until REAL);
CREATE TABLE IF NOT EXISTS outcomes (
    sweep_id TEXT NOT NULL, shard INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL, attempts INTEGER NOT NULL,
    presence TEXT NOT NULL, PRIMARY KEY (sweep_id, shard)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ends (
    sweep_id TEXT NOT NULL, shard INTEGER NOT NULL, done INTEGER NOT NULL, points INTEGER, errors INTEGER,
    point INTEGER, reason TEXT, message TEXT, attempts INTEGER, PRIMARY KEY (sweep_id, shard)) WITHOUT ROWID;
"""
# What `read_sweep` reads, in its order.
SWEEP_COLUMNS = "id, key, digest, request, created_at"
NEW_SWEEP = f"INSERT INTO sweeps ({SWEEP_COLUMNS}) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"
SWEEP_OF_KEY = f"SELECT {SWEEP_COLUMNS} FROM sweeps WHERE key = ?"
SWEEPS_BEFORE = f"SELECT number, {SWEEP_COLUMNS} FROM sweeps WHERE number < ? ORDER BY number DESC LIMIT ?"
CLAIM = "UPDATE sweeps SET claim_owner = ?, claim_presence = ?, claim_until = ? WHERE id = ?"
NEW_OUTCOME = "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?, ?)"
OUTCOMES = "SELECT shard, kind, detail, attempts, presence FROM outcomes WHERE sweep_id = ?"
NEW_END = """
INSERT INTO ends VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    done = excluded.done, points = excluded.points, errors = excluded.errors, point = excluded.point,
    reason = excluded.reason, message = excluded.message, attempts = excluded.attempts
WHERE ends.done = 0"""
ENDS = "SELECT shard, done, points, errors, point, reason, message, attempts FROM ends WHERE sweep_id = ?"
FORGET_FAILURE = "DELETE FROM ends WHERE sweep_id = ? AND shard = ? AND done = 0"


def sweep_row(sweep: Sweep) -> Row:
    """Return the values for `NEW_SWEEP`."""
    return sweep.id, sweep.key, sweep.digest, request_text(sweep.request), sweep.created_at


def read_sweep(row: Sequence[Any]) -> Sweep:
    """Return the sweep of its five columns; raises `DependencyUnavailable` if this version cannot read its request."""
    sweep_id, key, digest, request, created_at = row
    return Sweep(sweep_id, key, digest, stored_request(sweep_id, request), created_at)


def outcome_row(outcome: Outcome, presence: str) -> Row:
    """Return the values for `NEW_OUTCOME` after the sweep's id; the presence is that of the ledger that writes it."""
    return *outcome_entry(outcome), presence


def read_outcome(row: Sequence[Any]) -> tuple[Outcome, str]:
    """Return the outcome in a row of `OUTCOMES`, and the presence of the ledger that wrote it."""
    shard, kind, detail, attempts, presence = row
    return stored_outcome((shard, kind, detail, attempts)), presence


def end_row(end: ShardEnd) -> Row:
    """Return the values for `NEW_END` after the sweep's id."""
    if isinstance(end, ShardFailed):
        return end.number, 0, None, None, None, end.reason, end.message, end.attempts
    error = end.first_error
    first = (error.index, error.type, error.message) if error else (None, None, None)
    return end.number, 1, end.values, end.errors, *first, 1


def read_end(row: Sequence[Any]) -> ShardEnd:
    """Return the end of a shard from a row of `ENDS`."""
    shard, done, values, errors, point, reason, message, attempts = row
    if not done:
        return ShardFailed(shard, Reason.read(reason), message, attempts)
    return ShardDone(shard, values, errors, None if point is None else PointError(point, reason, message))
