"""The ledger in one SQLite file: the port `Ledger` for one machine, shared by the engine and its worker processes.

An engine's queue ends with its process, and with it every acceptance of the engine. Claims and outcomes therefore carry
the `Presence` of the ledger that wrote them, and count while it lasts.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from adapters.local.presence import Presence, is_present
from adapters.local.sqlite_rows import (
    CLAIM,
    ENDS,
    FORGET_FAILURE,
    NEW_END,
    NEW_OUTCOME,
    NEW_SWEEP,
    OUTCOMES,
    SCHEMA,
    SWEEP_COLUMNS,
    SWEEP_OF_KEY,
    SWEEPS_BEFORE,
    end_row,
    outcome_row,
    read_end,
    read_outcome,
    read_sweep,
    sweep_row,
)
from application.ports.clock import Clock
from application.ports.ledger import KEY_IS_USED, SweepPage
from domain.dispatch import Outcome
from domain.errors import DependencyUnavailable, SweepConflict, SweepNotFound
from domain.progress import History
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep

# How many seconds a writer waits for another process's write.
_PATIENCE = 30.0


class SqliteLedger:
    """All sweeps of one folder, in `FOLDER/ledger.sqlite3`; and a write-ahead log beside it."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Use a folder; the first call makes it and its file if they are missing, and opens the file."""
        self._clock = clock
        self._folder = folder
        self._presence: Presence | None = None
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file, which also ends every claim and acceptance written through this ledger."""
        if self._opened:
            self._opened.close()
        if self._presence:
            self._presence.close()

    def open(self, sweep: Sweep) -> Sweep:
        """Record the sweep unless its key is known, and return the recorded one; raises `SweepConflict`."""
        with self._transaction() as database:
            database.execute(NEW_SWEEP, sweep_row(sweep))
            recorded = read_sweep(database.execute(SWEEP_OF_KEY, (sweep.key,)).fetchone())
        if recorded.digest != sweep.digest:
            raise SweepConflict(KEY_IS_USED)
        return recorded

    def sweep(self, sweep_id: str) -> Sweep:
        """Return a recorded sweep; raises `SweepNotFound`."""
        return read_sweep(self._row(sweep_id, SWEEP_COLUMNS))

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        """Return a page of sweeps, newest first; its `next` is the row number of the last sweep on it."""
        with self._translated():
            last = int(after) if after else 2**63 - 1
            rows = self._database.execute(SWEEPS_BEFORE, (last, limit + 1)).fetchall()
        page = rows[:limit]
        return SweepPage(tuple(read_sweep(row[1:]) for row in page), str(page[-1][0]) if len(rows) > limit else None)

    def history(self, sweep_id: str) -> History:
        """Return what the ledger knows of a sweep's course, without what processes accepted that are dead by now.

        Raises `SweepNotFound`.
        """
        with self._transaction() as database:
            cancelled, presence, until = self._row(sweep_id, "cancelled, claim_presence, claim_until")
            ends = [read_end(row) for row in database.execute(ENDS, (sweep_id,))]
            outcomes = list(self._living_outcomes(sweep_id))
            dispatching = self._is_claimed(presence, until)
        return History(
            outcomes={outcome.shard: outcome for outcome in outcomes},
            ends={end.number: end for end in ends},
            dispatching=dispatching,
            cancelled=bool(cancelled),
        )

    def claim_dispatch(self, sweep_id: str, owner: str, seconds: float) -> bool:
        """Claim the dispatch of a sweep for so many seconds, at most until this process ends.

        Return False if another owner has it. Raises `SweepNotFound`.
        """
        with self._transaction() as database:
            holder, presence, until = self._row(sweep_id, "claim_owner, claim_presence, claim_until")
            if holder != owner and self._is_claimed(presence, until):
                return False
            database.execute(CLAIM, (owner, self._own_presence(), self._clock.now() + seconds, sweep_id))
        return True

    def release_dispatch(self, sweep_id: str, owner: str) -> None:
        """End the owner's claim, if it still has it."""
        with self._transaction() as database:
            database.execute(f"{CLAIM} AND claim_owner = ?", (None, None, None, sweep_id, owner))

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        """Record the outcomes of these shards in place of earlier ones."""
        with self._transaction() as database:
            presence = self._own_presence()
            rows = [(sweep_id, *outcome_row(outcome, presence)) for outcome in outcomes]
            database.executemany(NEW_OUTCOME, rows)

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        """Record that a shard's results are stored, unless it is done already."""
        self._mark(sweep_id, end)

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        """Record that a shard has ended without results, unless it is done."""
        self._mark(sweep_id, end)

    def forget_failures(self, sweep_id: str, shards: Sequence[int]) -> None:
        """Remove the ends of those of the shards that have failed."""
        with self._transaction() as database:
            database.executemany(FORGET_FAILURE, [(sweep_id, shard) for shard in shards])

    def end_of(self, sweep_id: str, shard: int) -> ShardEnd | None:
        """Return how a shard has ended, or None if it has not."""
        with self._translated():
            row = self._database.execute(f"{ENDS} AND shard = ?", (sweep_id, shard)).fetchone()
        return read_end(row) if row else None

    def cancel(self, sweep_id: str) -> None:
        """Ask workers to start no further shard; raises `SweepNotFound`."""
        with self._transaction() as database:
            self._row(sweep_id, "id")
            database.execute("UPDATE sweeps SET cancelled = 1 WHERE id = ?", (sweep_id,))

    def is_cancelled(self, sweep_id: str) -> bool:
        """Return whether `cancel` was called; raises `SweepNotFound`."""
        return bool(self._row(sweep_id, "cancelled")[0])

    @property
    def _database(self) -> sqlite3.Connection:
        with self._lock:
            if self._opened is None:
                self._opened = _connect(self._folder)
            return self._opened

    def _mark(self, sweep_id: str, end: ShardEnd) -> None:
        with self._transaction() as database:
            database.execute(NEW_END, (sweep_id, *end_row(end)))

    def _living_outcomes(self, sweep_id: str) -> Iterator[Outcome]:
        """Return the outcomes but those by which a worker of a dead process may have a shard."""
        rows = [read_outcome(row) for row in self._database.execute(OUTCOMES, (sweep_id,))]
        alive = {presence: self._is_present(presence) for presence in {presence for _, presence in rows}}
        return (outcome for outcome, presence in rows if alive[presence] or not outcome.may_run)

    def _own_presence(self) -> str:
        """Return the id of this ledger's presence, which begins with the first call."""
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
        """Commit all statements of a block or none, holding the file's write lock from the first to the last."""
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


def _connect(folder: Path) -> sqlite3.Connection:
    """Open the folder's file, after making both if they are missing; raises `DependencyUnavailable`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DependencyUnavailable(f"cannot make the folder {folder}: {error.strerror}") from error
    path = folder / "ledger.sqlite3"
    with _alone_in(folder), ExitStack() as opened:
        database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        opened.callback(database.close)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(SCHEMA)
        opened.pop_all()  # nothing failed: keep the connection open
    return database


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes from opening the file meanwhile: a switch to WAL fails at once beside another connection."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
