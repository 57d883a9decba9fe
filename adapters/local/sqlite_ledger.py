"""The ledger in one SQLite file: the port `Ledger` for one machine, shared by the engine and its worker processes.

An engine's queue ends with its process, and with it every acceptance of the engine. Claims and dispatches therefore
carry the `Presence` of the ledger that wrote them, and count while it lasts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self

from adapters.local import sqlite_skips, sqlite_spans
from adapters.local.presence import Presences
from adapters.local.sqlite_blocks import Present, forget_dead, read_block, read_blocks, record
from adapters.local.sqlite_file import SqliteFile
from adapters.local.sqlite_rows import (
    CANCEL,
    CANCELLED,
    CLAIM,
    DONE,
    END_OF_CLAIM,
    ENDS,
    HEAD_OF_ID,
    HEADS_BEFORE,
    IS_ASSIGNED,
    NEW_CLAIM,
    NEW_DONE,
    NEW_END,
    NEW_SWEEP,
    NEWEST_HEADS,
    PROLONGED,
    SWEEP_OF_ID,
    SWEEP_OF_KEY,
    end_row,
    places_bytes,
    read_ends,
    read_head,
    read_heads,
    read_places,
    read_sweep,
    sweep_row,
)
from application.ports.clock import Clock
from application.ports.ledger import KEY_IS_USED, HeadPage, Look
from domain.block import Block
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import SweepConflict, SweepNotFound
from domain.places import block_of, blocks_of, place_of
from domain.progress import History
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep, SweepHead


class SqliteLedger:
    """All sweeps of one folder, in `FOLDER/ledger.sqlite3`; and a write-ahead log beside it."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        deadline: Deadline = no_deadline,
        shared: tuple[SqliteFile, Presences] | None = None,
    ) -> None:
        """Use a folder; the first call makes it and its file if they are missing, and opens the file."""
        self._folder = folder
        self._clock = clock
        self._deadline = deadline
        self._file, self._presences = shared or _opened(folder)

    def close(self) -> None:
        """Close the file, which also ends every claim and acceptance written through this ledger."""
        self._file.close()
        self.let_go()

    def let_go(self) -> None:
        """End every claim and acceptance written through this ledger so far."""
        self._presences.close()

    def within(self, deadline: Deadline) -> Self:
        """Return this ledger for calls that wait for other processes' writes no longer than the deadline leaves."""
        return type(self)(self._folder, self._clock, deadline, (self._file, self._presences))

    def open(self, sweep: Sweep) -> Sweep:
        """Record the sweep unless its key is known, and return the recorded one; raises `SweepConflict`."""
        with self._transaction() as database:
            database.execute(NEW_SWEEP, sweep_row(sweep))
            recorded = read_sweep(database.execute(SWEEP_OF_KEY, (sweep.key,)).fetchone())
        if recorded.digest != sweep.digest:
            raise SweepConflict(KEY_IS_USED)
        return recorded

    def sweep(self, sweep_id: str) -> Sweep:
        """Return a recorded sweep with its request; raises `SweepNotFound`."""
        with self._reading() as database:
            return read_sweep(_row(database, SWEEP_OF_ID, sweep_id))

    def head(self, sweep_id: str) -> SweepHead:
        """Return a recorded sweep without its request; raises `SweepNotFound`."""
        with self._reading() as database:
            return read_head(_row(database, HEAD_OF_ID, sweep_id))

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        """Return a page of sweeps, newest first, without those whose rows are damaged.

        Its `next` is the row number of the last sweep on it.
        """
        with self._reading() as database:
            if after is None:
                rows = database.execute(NEWEST_HEADS, (limit + 1,)).fetchall()
            else:
                rows = database.execute(HEADS_BEFORE, (int(after), limit + 1)).fetchall()
        page = rows[:limit]
        return HeadPage(tuple(read_heads(row[1:] for row in page)), str(page[-1][0]) if len(rows) > limit else None)

    def history(self, sweep_id: str) -> History:
        """Return what the ledger knows of a sweep's course; raises `SweepNotFound`."""
        with self._reading() as database:
            head = read_head(_row(database, HEAD_OF_ID, sweep_id))
            (cancelled,) = _row(database, CANCELLED, sweep_id)
            present = self._present()
            blocks = read_blocks(database, sweep_id, blocks_of(head.plan), present)
            return History(head, bool(cancelled), blocks, *sqlite_spans.read(database, sweep_id, present.now))

    def blocks(self, sweep_id: str, numbers: range) -> Mapping[int, Block]:
        """Return by number the blocks among these of which anything is known."""
        with self._reading() as database:
            return read_blocks(database, sweep_id, numbers, self._present())

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        """Claim a block for so many seconds, at most until this process ends, and return what is known of it.

        Return None if another owner has it. What dead processes had of the block is forgotten.
        """
        with self._transaction() as database:
            present = self._present()
            held = database.execute(CLAIM, (sweep_id, number)).fetchone()
            if held and held[0] != owner and present.holds(*held[1:]):
                return None
            claim = owner, self._presences.own(), present.now + seconds
            database.execute(NEW_CLAIM, (*claim, sweep_id, number))
            forget_dead(database, sweep_id, number, present)
            return read_block(database, sweep_id, number, present)

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        """Record a block's dispatches in place of earlier ones, and end the owner's claim, if it still has it."""
        with self._transaction() as database:
            if database.execute(END_OF_CLAIM, (sweep_id, block.number, owner)).rowcount:
                record(database, sweep_id, block, self._presences.own())

    def release(self, sweep_id: str, number: int, owner: str) -> None:
        """End the owner's claim, if it still has it."""
        with self._transaction() as database:
            database.execute(END_OF_CLAIM, (sweep_id, number, owner))

    def assign(self, sweep_id: str, spans: Sequence[int], assignment: str, seconds: float) -> None:
        """Record that these spans are with dispatchers for so many seconds."""
        with self._transaction() as database:
            sqlite_spans.assign(database, sweep_id, spans, assignment, self._clock.now() + seconds)

    def prolong(self, sweep_id: str, assignment: str, seconds: float) -> None:
        """Let what an assignment still has be with dispatchers for so many seconds from now."""
        with self._transaction() as database:
            database.execute(PROLONGED, (self._clock.now() + seconds, sweep_id, assignment))

    def is_assigned(self, sweep_id: str, span: int, assignment: str) -> bool:
        """Return whether an assignment still has a span, also after its time."""
        with self._reading() as database:
            return bool(database.execute(IS_ASSIGNED, (sweep_id, span, assignment)).fetchone())

    def settle(self, sweep_id: str, span: int, assignment: str, reason: Reason | None = None) -> None:
        """Take a span from an assignment, if that has it; `reason` says why it is undelivered."""
        with self._transaction() as database:
            sqlite_spans.settle(database, sweep_id, span, assignment, reason)

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        """Record that a shard's results are stored; without errors, the shard is done for good."""
        if end.errors:
            self._mark(sweep_id, end)
            return
        block = sweep_id, block_of(end.number)
        with self._transaction() as database:
            sqlite_skips.mark(database, sweep_id, end)
            found = database.execute(DONE, block).fetchone()
            done = (read_places(found[0]) if found else 0) | 1 << place_of(end.number)
            database.execute(NEW_DONE, (*block, places_bytes(done)))

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        """Record that a shard has ended without results."""
        self._mark(sweep_id, end)

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        """Yield the last end with errors and the last failure of each of these shards."""
        for shard in shards:
            with self._reading() as database:
                rows = database.execute(ENDS, (sweep_id, shard)).fetchall()
            yield from read_ends(rows)

    def look(self, sweep_id: str, shard: int) -> Look:
        """Return whether the sweep is cancelled, and the shard's block; raises `SweepNotFound`."""
        with self._reading() as database:
            (cancelled,) = _row(database, CANCELLED, sweep_id)
            return Look(bool(cancelled), read_block(database, sweep_id, block_of(shard), self._present()))

    def cancel(self, sweep_id: str) -> None:
        """Ask workers to start no further shard; raises `SweepNotFound`."""
        with self._transaction() as database:
            if not database.execute(CANCEL, (sweep_id,)).rowcount:
                raise SweepNotFound(sweep_id)

    def _mark(self, sweep_id: str, end: ShardEnd) -> None:
        with self._transaction() as database:
            database.execute(NEW_END, (sweep_id, *end_row(end)))
            sqlite_skips.mark(database, sweep_id, end)

    def _present(self) -> Present:
        return Present.at(self._clock.now(), self._presences.has)

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._file.transaction("DEFERRED", self._deadline)

    def _transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._file.transaction("IMMEDIATE", self._deadline)


def _row(database: sqlite3.Connection, statement: str, sweep_id: str) -> tuple[Any, ...]:
    found = database.execute(statement, (sweep_id,)).fetchone()
    if found is None:
        raise SweepNotFound(sweep_id)
    return tuple(found)


def _opened(folder: Path) -> tuple[SqliteFile, Presences]:
    presences = Presences(folder / "presence")
    return SqliteFile(folder, presences.has), presences
