"""The ledger in a file: the rules of files and processes, which the contract suite cannot test."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from adapters.local.sqlite_ledger import SqliteLedger
from domain.dispatch import Outcome, OutcomeKind
from domain.errors import DependencyUnavailable, SweepConflict, SweepNotFound
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.at_once import at_once
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()
_ACCEPTED = Outcome(0, OutcomeKind.ACCEPTED)

# A process that claims a dispatch, records an accepted and a rejected shard, and waits to be killed.
_OTHER_PROCESS = """
import sys
from pathlib import Path
from adapters.local.sqlite_ledger import SqliteLedger
from adapters.machine.clock import SystemClock
from domain.dispatch import Outcome, OutcomeKind
from domain.reasons import Reason
ledger = SqliteLedger(Path(sys.argv[1]), SystemClock())
assert ledger.claim_dispatch(sys.argv[2], "other", 1e12)
rejected = Outcome(1, OutcomeKind.REJECTED, Reason.ACCESS_DENIED)
ledger.record_outcomes(sys.argv[2], [Outcome(0, OutcomeKind.ACCEPTED), rejected])
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Yield a ledger with one sweep."""
    ledger = SqliteLedger(tmp_path, HandClock())
    ledger.open(_SWEEP)
    yield ledger
    ledger.close()


def used(folder: Path) -> SqliteLedger:
    """Return a ledger that has opened its file."""
    ledger = SqliteLedger(folder, HandClock())
    ledger.sweeps(1)
    return ledger


def test_an_unused_ledger_makes_no_file(tmp_path: Path) -> None:
    """A ledger makes its folder on first use, so a refused sweep leaves none."""
    SqliteLedger(tmp_path / "new", HandClock()).close()
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_keeps_its_sweeps_after_it_is_closed(ledger: SqliteLedger, tmp_path: Path) -> None:
    """The next ledger on the file reads sweeps, ends and the cancellation."""
    ledger.mark_done(_SWEEP.id, ShardDone(0, 2))
    ledger.mark_failed(_SWEEP.id, ShardFailed(1, Reason.WORKER_DIED, "text"))
    ledger.cancel(_SWEEP.id)
    ledger.close()
    later = SqliteLedger(tmp_path, HandClock())
    history = later.history(_SWEEP.id)
    later.close()
    assert history.ends == {0: ShardDone(0, 2), 1: ShardFailed(1, Reason.WORKER_DIED, "text")}
    assert history.cancelled


def test_acceptances_and_claims_end_with_their_process(ledger: SqliteLedger, tmp_path: Path) -> None:
    """Other processes see an acceptance and a claim until their process ends. A rejection stays in the ledger."""
    command = [sys.executable, "-c", _OTHER_PROCESS, str(tmp_path), _SWEEP.id]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        during = ledger.history(_SWEEP.id)
        granted = ledger.claim_dispatch(_SWEEP.id, "me", 60)
        process.kill()
    after = ledger.history(_SWEEP.id)
    assert (set(during.outcomes), during.dispatching, granted) == ({0, 1}, True, False)
    assert (set(after.outcomes), after.dispatching) == ({1}, False)
    assert ledger.claim_dispatch(_SWEEP.id, "me", 60)


def test_a_closed_ledger_releases_acceptances_and_claims(ledger: SqliteLedger, tmp_path: Path) -> None:
    """To close a ledger has the same effect as to end its process."""
    first = SqliteLedger(tmp_path, HandClock())
    first.claim_dispatch(_SWEEP.id, "first", 60)
    first.record_outcomes(_SWEEP.id, [_ACCEPTED])
    first.close()
    assert ledger.history(_SWEEP.id).outcomes == {}
    assert ledger.claim_dispatch(_SWEEP.id, "me", 60)


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


@pytest.mark.parametrize("table", ["sweeps", "outcomes", "ends"])
def test_a_damaged_database_is_reported(ledger: SqliteLedger, tmp_path: Path, table: str) -> None:
    """The caller gets `DependencyUnavailable` with the message of SQLite."""
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as database:
        database.execute(f"DROP TABLE {table}")
    database.close()
    with pytest.raises(DependencyUnavailable, match=f"no such table: {table}"):
        ledger.history(_SWEEP.id)


def test_an_unreadable_request_in_the_file_is_reported(ledger: SqliteLedger, tmp_path: Path) -> None:
    """A damaged row raises `DependencyUnavailable`, not `InvalidSweep`: the user did not write it."""
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as database:
        database.execute("UPDATE sweeps SET request = '{}'")
    database.close()
    with pytest.raises(DependencyUnavailable, match="cannot be read"):
        ledger.sweep(_SWEEP.id)


def test_an_error_leaves_no_transaction_open(ledger: SqliteLedger, tmp_path: Path) -> None:
    """After a conflict or an unknown sweep, this ledger and another one can write."""
    with pytest.raises(SweepConflict):
        ledger.open(make_sweep("lab-000000000002", key=_SWEEP.key, size=1))
    with pytest.raises(SweepNotFound):
        ledger.cancel("unknown-000000000000")
    other = SqliteLedger(tmp_path, HandClock())
    other.cancel(_SWEEP.id)
    other.close()
    ledger.mark_done(_SWEEP.id, ShardDone(0, 2))
    assert ledger.is_cancelled(_SWEEP.id)
