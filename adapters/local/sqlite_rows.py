"""The tables of the ledger's SQLite file, the statements that it is asked by, and the domain's values as rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from adapters.documents.request import read_request
from application.documents.compact_json import encode
from application.documents.request import request_document
from domain.dispatch import Outcome, OutcomeKind
from domain.errors import DependencyUnavailable, InvalidSweep
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
NEW_SWEEP = (
    "INSERT INTO sweeps (id, key, digest, request, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"
)
SWEEP_OF_KEY = "SELECT id, key, digest, request, created_at FROM sweeps WHERE key = ?"
SWEEPS_BEFORE = """
SELECT number, id, key, digest, request, created_at FROM sweeps WHERE number < ? ORDER BY number DESC LIMIT ?"""
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
    """Return what `NEW_SWEEP` takes."""
    return sweep.id, sweep.key, sweep.digest, encode(request_document(sweep.request)), sweep.created_at


def read_sweep(row: Sequence[Any]) -> Sweep:
    """Return a sweep by its five columns."""
    sweep_id, key, digest, request, created_at = row
    try:
        return Sweep(sweep_id, key, digest, read_request(json.loads(request)), created_at)
    except (InvalidSweep, ValueError) as error:
        raise DependencyUnavailable(f"the ledger's request of {sweep_id} cannot be read: {error}") from error


def outcome_row(outcome: Outcome, presence: str) -> Row:
    """Return what `NEW_OUTCOME` takes after the sweep's id; the presence is that of the ledger that writes it."""
    return outcome.shard, outcome.kind, outcome.reason or outcome.request_id, outcome.attempts, presence


def read_outcome(row: Sequence[Any]) -> tuple[Outcome, str]:
    """Return an outcome, and the presence of the ledger that wrote it, by a row of `OUTCOMES`."""
    shard, kind, detail, attempts, presence = row
    if kind == OutcomeKind.ACCEPTED:
        return Outcome(shard, OutcomeKind.ACCEPTED, request_id=detail, attempts=attempts), presence
    return Outcome(shard, OutcomeKind(kind), Reason.read(detail), attempts=attempts), presence


def end_row(end: ShardEnd) -> Row:
    """Return what `NEW_END` takes after the sweep's id."""
    if isinstance(end, ShardFailed):
        return end.number, 0, None, None, None, end.reason, end.message, end.attempts
    error = end.first_error
    first = (error.index, error.type, error.message) if error else (None, None, None)
    return end.number, 1, end.values, end.errors, *first, 1


def read_end(row: Sequence[Any]) -> ShardEnd:
    """Return a shard's end by a row of `ENDS`."""
    shard, done, values, errors, point, reason, message, attempts = row
    if not done:
        return ShardFailed(shard, Reason.read(reason), message, attempts)
    return ShardDone(shard, values, errors, None if point is None else PointError(point, reason, message))
