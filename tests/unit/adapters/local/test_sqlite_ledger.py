"""The ledger in a file: the rules of files, which the contract suite cannot test."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from adapters.local.sqlite_ledger import SqliteLedger
from domain.block import Dispatch
from domain.designs.grid import Grid
from domain.dispatch import OutcomeKind
from domain.errors import DependencyUnavailable, SweepConflict, SweepNotFound
from domain.plan import Plan
from domain.reasons import Reason
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed, Sweep
from tests.fakes.at_once import at_once
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()
_ACCEPTED = Dispatch(OutcomeKind.ACCEPTED, None, 0, 1.0)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Yield a ledger with one sweep."""
    with closing(SqliteLedger(tmp_path, HandClock())) as ledger:
        ledger.open(_SWEEP)
        yield ledger


def used(folder: Path) -> SqliteLedger:
    """Return a ledger that has opened its file."""
    ledger = SqliteLedger(folder, HandClock())
    ledger.heads(1)
    return ledger


def test_an_unused_ledger_makes_no_file(tmp_path: Path) -> None:
    """A ledger makes its folder on first use, so a refused sweep leaves none."""
    SqliteLedger(tmp_path / "new", HandClock()).close()
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_keeps_its_sweeps_after_it_is_closed(ledger: SqliteLedger, tmp_path: Path) -> None:
    """The next ledger on the file reads sweeps, ends and the cancellation."""
    failed = ShardFailed(1, Reason.WORKER_DIED, "text")
    ledger.mark_done(_SWEEP.id, ShardDone(0, 2))
    ledger.mark_failed(_SWEEP.id, failed)
    ledger.cancel(_SWEEP.id)
    before = ledger.history(_SWEEP.id)
    ledger.close()
    with closing(SqliteLedger(tmp_path, HandClock())) as later:
        assert later.history(_SWEEP.id) == before
        assert list(later.ends(_SWEEP.id, range(6))) == [failed]
    assert before.cancelled


def test_several_ledgers_may_make_the_file_at_once(tmp_path: Path) -> None:
    """Eight ledgers that are opened at the same time in a new folder all work."""
    ledgers = at_once([partial(used, tmp_path / "new")] * 8)
    assert {ledger.open(_SWEEP).id for ledger in ledgers} == {_SWEEP.id}
    for ledger in ledgers:
        ledger.close()


def test_the_folder_is_locked_while_a_ledger_opens_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite may fail if two processes make a file at once. The ledger releases the lock when the file is open."""
    connect = sqlite3.connect

    def lock() -> None:
        with opened(tmp_path) as folder:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def connect_and_check(path: Path, *_: object, **__: object) -> sqlite3.Connection:
        with pytest.raises(BlockingIOError):
            lock()
        return connect(path, isolation_level=None)

    monkeypatch.setattr(sqlite3, "connect", connect_and_check)
    used(tmp_path).close()
    lock()


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """Yield a descriptor of the folder, and close it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def test_a_reader_waits_for_no_writer(ledger: SqliteLedger, tmp_path: Path) -> None:
    """While a process holds the write lock, others read the state before its write."""
    with closing(used(tmp_path)) as writer, writer._transaction() as database:
        database.execute("UPDATE sweeps SET cancelled = 1")
        bounded = ledger.within(lambda: 0.0)
        assert not bounded.history(_SWEEP.id).cancelled
        assert not bounded.look(_SWEEP.id, 0).cancelled
        assert bounded.blocks(_SWEEP.id, range(1)) == {}
        assert bounded.heads(1).heads == (bounded.head(_SWEEP.id),)


def test_a_writer_waits_no_longer_than_its_deadline(ledger: SqliteLedger, tmp_path: Path) -> None:
    """A write that another process keeps waiting ends with the error that the port names."""
    with closing(used(tmp_path)) as writer, writer._transaction():
        for seconds in (0.05, -1.0):
            with pytest.raises(DependencyUnavailable, match="database is locked"):
                ledger.within(partial(float, seconds)).cancel(_SWEEP.id)
    ledger.cancel(_SWEEP.id)
    assert ledger.history(_SWEEP.id).cancelled


def test_a_plan_has_no_bound(ledger: SqliteLedger) -> None:
    """The head of a sweep has its plan, however many points and shards there are; SQLite's integers end at 2^63."""
    parameters = tuple(Parameter(name, Range(0, 10**15)) for name in ("x", "y"))
    large = Sweep("large", "large", "digest", SweepRequest("large", None, Grid(parameters)), 1.0)
    ledger.open(large)
    ledger.mark_done(large.id, ShardDone(10**18, 1))
    assert ledger.head(large.id).plan == Plan(10**30, 10**26)
    assert list(ledger.history(large.id).blocks) == [10**18 // 128]
    assert ledger.blocks(large.id, range(10**20, 10**20 + 9)) == {}


def test_a_message_with_half_a_character_is_kept(ledger: SqliteLedger) -> None:
    """What UTF-8 cannot hold becomes its escape, in failures and in errors."""
    kinds = (ErrorKind(PointError(0, "E", "a\ud800b"), 1),)
    ledger.mark_failed(_SWEEP.id, ShardFailed(0, Reason.OTHER, "a\ud800b"))
    ledger.mark_done(_SWEEP.id, ShardDone(0, 11, 1, kinds))
    assert list(ledger.ends(_SWEEP.id, [0])) == [ShardDone(0, 11, 1, kinds), ShardFailed(0, Reason.OTHER, "a\\ud800b")]


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    """Below a regular file the ledger raises `DependencyUnavailable` with the path of the folder."""
    (tmp_path / "file").touch()
    with pytest.raises(DependencyUnavailable, match=r"cannot make the folder .*file/deeper: Not a directory"):
        used(tmp_path / "file" / "deeper")


def test_a_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    """The ledger raises `DependencyUnavailable` and does not change the other file."""
    (tmp_path / "ledger.sqlite3").write_text("a diary" * 1000)
    with pytest.raises(DependencyUnavailable, match=f"the ledger in {tmp_path} does not work: file is not a database"):
        used(tmp_path)
    assert (tmp_path / "ledger.sqlite3").read_text() == "a diary" * 1000


def test_a_file_that_is_no_database_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger closes its connection when it raises: Python 3.13 warns of one that stays open."""
    (tmp_path / "ledger.sqlite3").write_text("a diary" * 1000)
    connected: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def connect_and_note(path: Path, *, isolation_level: None, **_: object) -> sqlite3.Connection:
        connected.append(connect(path, isolation_level=isolation_level))
        return connected[-1]

    monkeypatch.setattr(sqlite3, "connect", connect_and_note)
    with pytest.raises(DependencyUnavailable):
        used(tmp_path)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connected[0].execute("SELECT 1")


def test_an_error_leaves_no_transaction_open(ledger: SqliteLedger, tmp_path: Path) -> None:
    """After a conflict or an unknown sweep, this ledger and another one can write."""
    with pytest.raises(SweepConflict):
        ledger.open(make_sweep("lab-000000000002", key=_SWEEP.key, size=1))
    with pytest.raises(SweepNotFound):
        ledger.cancel("unknown-000000000000")
    with closing(SqliteLedger(tmp_path, HandClock())) as other:
        other.cancel(_SWEEP.id)
    ledger.mark_done(_SWEEP.id, ShardDone(0, 2))
    assert ledger.history(_SWEEP.id).cancelled
