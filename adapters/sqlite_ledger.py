"""The ledger in one SQLite file: the port `Ledger` for one machine, shared by the engine and its worker processes.

On one machine an acceptance is worth as much as the process that gave it: when that process is gone, so is its queue.
Claims and outcomes therefore carry the `Presence` of the ledger that wrote them, and count while it lasts.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adapters.presence import Presence, is_present
from adapters.request_model import read_request
from application.documents import encode, request_document
from application.ports import Clock, SweepPage
from domain.errors import DependencyUnavailable, InvalidSweep, SweepConflict, SweepNotFound
from domain.progress import Record
from domain.sweep import Outcome, OutcomeKind, PointError, ShardDone, ShardEnd, ShardFailed, Sweep

_SCHEMA = """
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
_SWEEP = "SELECT id, key, digest, request, created_at FROM sweeps"
_END = "SELECT shard, done, points, errors, point, reason, message, attempts FROM ends WHERE sweep_id = ?"
_MARK = """
INSERT INTO ends VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    done = excluded.done, points = excluded.points, errors = excluded.errors, point = excluded.point,
    reason = excluded.reason, message = excluded.message, attempts = excluded.attempts
WHERE ends.done = 0"""
_OUTCOME = "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?, ?)"
_CLAIM = "UPDATE sweeps SET claim_owner = ?, claim_presence = ?, claim_until = ? WHERE id = ?"
# How long a writer waits for another process's write, in seconds.
_PATIENCE = 30.0


class SqliteLedger:
    """All sweeps of one folder, in `FOLDER/ledger.sqlite3`, written ahead (WAL) so that readers never wait."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Make the folder and the file unless they are there; raises `DependencyUnavailable`."""
        self._clock = clock
        self._folder = folder
        self._presence: Presence | None = None
        self._lock = threading.RLock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DependencyUnavailable(f"cannot make the folder {folder}: {error.strerror}") from error
        with self._translated():
            path = folder / "ledger.sqlite3"
            self._database = sqlite3.connect(path, _PATIENCE, isolation_level=None, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Give up the file, and with it every claim and acceptance made through this ledger."""
        self._database.close()
        if self._presence:
            self._presence.close()

    def open(self, sweep: Sweep) -> Sweep:
        """Record the sweep unless its key is known, and give the recorded one."""
        document = encode(request_document(sweep.request))
        row = (sweep.id, sweep.key, sweep.digest, document, sweep.created_at)
        with self._transaction() as database:
            database.execute(
                "INSERT INTO sweeps (id, key, digest, request, created_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (key) DO NOTHING",
                row,
            )
            recorded = _sweep(database.execute(f"{_SWEEP} WHERE key = ?", (sweep.key,)).fetchone())
        if recorded.digest != sweep.digest:
            raise SweepConflict("the idempotency key was used for another request")
        return recorded

    def sweep(self, sweep_id: str) -> Sweep:
        """Give a recorded sweep."""
        return _sweep(self._row(sweep_id, "id, key, digest, request, created_at"))

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        """List sweeps, newest first; `next` is the number of the last one on the page."""
        with self._translated():
            rows = self._database.execute(
                "SELECT number, id, key, digest, request, created_at FROM sweeps WHERE number < ?"
                " ORDER BY number DESC LIMIT ?",
                (int(after) if after else 2**63 - 1, limit + 1),
            ).fetchall()
        page = rows[:limit]
        return SweepPage(tuple(_sweep(row[1:]) for row in page), str(page[-1][0]) if len(rows) > limit else None)

    def record(self, sweep_id: str) -> Record:
        """Give what is known of a sweep's course; what dead processes had accepted does not count."""
        with self._transaction() as database:
            cancelled, presence, until = self._row(sweep_id, "cancelled, claim_presence, claim_until")
            ends = [_end(row) for row in database.execute(_END, (sweep_id,))]
            outcomes = list(self._living_outcomes(sweep_id))
        return Record(
            outcomes={outcome.shard: outcome for outcome in outcomes},
            ends={end.number: end for end in ends},
            dispatching=self._is_claimed(presence, until),
            cancelled=bool(cancelled),
        )

    def claim_dispatch(self, sweep_id: str, owner: str, seconds: float) -> bool:
        """Become the only dispatcher for so long, or until this process ends."""
        with self._transaction() as database:
            holder, presence, until = self._row(sweep_id, "claim_owner, claim_presence, claim_until")
            if holder != owner and self._is_claimed(presence, until):
                return False
            database.execute(_CLAIM, (owner, self._sign(), self._clock.now() + seconds, sweep_id))
        return True

    def release_dispatch(self, sweep_id: str, owner: str) -> None:
        """Give the claim back."""
        with self._transaction() as database:
            database.execute(f"{_CLAIM} AND claim_owner = ?", (None, None, None, sweep_id, owner))

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        """Remember what became of handing over these shards; one that had failed and may run again has not ended."""
        sign = self._sign()
        rows = [(sweep_id, one.shard, one.kind, one.detail, one.attempts, sign) for one in outcomes]
        again = [(sweep_id, one.shard) for one in outcomes if one.may_run]
        with self._transaction() as database:
            database.executemany(_OUTCOME, rows)
            # Or else another process would take it for failed still, and run it at the same time.
            database.executemany("DELETE FROM ends WHERE sweep_id = ? AND shard = ? AND done = 0", again)

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        """Remember that a shard's results are stored."""
        error = end.first_error
        first = (error.index, error.type, error.message) if error else (None, None, None)
        self._mark(sweep_id, (end.number, 1, end.values, end.errors, *first, 1))

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        """Remember that a shard has ended without results, unless it is done."""
        self._mark(sweep_id, (end.number, 0, None, None, None, end.reason, end.message, end.attempts))

    def end_of(self, sweep_id: str, shard: int) -> ShardEnd | None:
        """Give how a shard has ended, or None."""
        with self._translated():
            row = self._database.execute(f"{_END} AND shard = ?", (sweep_id, shard)).fetchone()
        return _end(row) if row else None

    def cancel(self, sweep_id: str) -> None:
        """Ask workers to start no further shard."""
        with self._transaction() as database:
            self._row(sweep_id, "id")
            database.execute("UPDATE sweeps SET cancelled = 1 WHERE id = ?", (sweep_id,))

    def is_cancelled(self, sweep_id: str) -> bool:
        """Say whether `cancel` was called."""
        return bool(self._row(sweep_id, "cancelled")[0])

    def _mark(self, sweep_id: str, end: tuple[object, ...]) -> None:
        with self._transaction() as database:
            database.execute(_MARK, (sweep_id, *end))

    def _living_outcomes(self, sweep_id: str) -> Iterator[Outcome]:
        rows = self._database.execute(
            "SELECT shard, kind, detail, attempts, presence FROM outcomes WHERE sweep_id = ?", (sweep_id,)
        ).fetchall()
        alive = {presence: self._is_present(presence) for presence in {row[4] for row in rows}}
        for shard, kind, detail, attempts, presence in rows:
            outcome = Outcome(shard, OutcomeKind(kind), detail, attempts)
            if alive[presence] or not outcome.may_run:
                yield outcome

    def _sign(self) -> str:
        """Give the id of this ledger's presence, which is put up when it is first needed."""
        with self._lock:
            if self._presence is None:
                self._presence = Presence(self._folder / "presence")
            return self._presence.id

    def _is_present(self, presence: str) -> bool:
        return is_present(self._folder / "presence", presence)

    def _is_claimed(self, presence: str | None, until: float | None) -> bool:
        return presence is not None and (until or 0) > self._clock.now() and self._is_present(presence)

    def _row(self, sweep_id: str, columns: str) -> tuple[Any, ...]:
        with self._translated():
            found = self._database.execute(f"SELECT {columns} FROM sweeps WHERE id = ?", (sweep_id,)).fetchone()  # noqa: S608 - column names are written in this file
        if found is None:
            raise SweepNotFound(sweep_id)
        return tuple(found)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the file's write lock from the first statement to the last."""
        with self._lock, self._translated():
            self._database.execute("BEGIN IMMEDIATE")
            with self._database:
                yield self._database

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise DependencyUnavailable(f"the ledger in {self._folder} does not work: {error}") from error


def _sweep(row: Sequence[Any]) -> Sweep:
    sweep_id, key, digest, request, created_at = row
    try:
        return Sweep(sweep_id, key, digest, read_request(json.loads(request)), created_at)
    except (InvalidSweep, ValueError) as error:
        raise DependencyUnavailable(f"the ledger's request of {sweep_id} cannot be read: {error}") from error


def _end(row: Sequence[Any]) -> ShardEnd:
    shard, done, values, errors, point, reason, message, attempts = row
    if not done:
        return ShardFailed(shard, reason, message, attempts)
    return ShardDone(shard, values, errors, None if point is None else PointError(point, reason, message))
