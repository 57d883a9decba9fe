"""The ledger in a file carries over what version 0.1 wrote into one: it wrote `golden/ledgers-0.1/ledger.sql`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from adapters.local.presence import Presence
from adapters.local.sqlite_ledger import SqliteLedger
from domain.block import Block, Dispatch
from domain.dispatch import OutcomeKind
from domain.errors import DependencyUnavailable
from domain.progress import Progress, State
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardEnd, ShardFailed, Sweep
from tests.fakes.at_once import at_once
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

_GOLDEN = Path(__file__).parent / "golden" / "ledgers-0.1" / "ledger.sql"
_SWEEP = make_sweep()
_KILLED = "the worker process was killed by SIGKILL (out of memory?)"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a folder with a ledger of version 0.1."""
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as database:
        database.executescript(_GOLDEN.read_text(encoding="utf-8"))
    return tmp_path


def _change(folder: Path, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database, database:
        database.execute(statement, values)


def _dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        return list(database.iterdump())


@pytest.fixture
def carried(old: Path) -> Iterator[SqliteLedger]:
    """Yield a ledger on the folder."""
    with closing(SqliteLedger(old, HandClock())) as ledger:
        yield ledger


def _ends(ledger: SqliteLedger, sweep: Sweep) -> list[ShardEnd]:
    return list(ledger.ends(sweep.id, range(sweep.plan.shards)))


def test_a_ledger_of_version_0_1_is_carried_over(carried: SqliteLedger) -> None:
    """Sweep, ends and cancellation are there; long messages are cut, and a reason that is gone now is `OTHER`."""
    assert carried.sweep(_SWEEP.id) == _SWEEP
    assert carried.heads(1).heads == (_SWEEP.head,)
    history = carried.history(_SWEEP.id)
    assert (history.head, history.cancelled) == (_SWEEP.head, True)
    # An engine's acceptances, of shard 0 here, ended with its process.
    assert history.blocks == {0: Block(0, done=0b1000, errors={0: {0: 1}}, failed={0: 0b10110})}
    assert _ends(carried, _SWEEP) == [
        ShardDone(0, 11, 1, (ErrorKind(PointError(3, "ValueError", "no root"), 1),)),
        ShardFailed(1, Reason.WORKER_DIED, _KILLED),
        ShardFailed(2, Reason.DEPENDENCY_UNAVAILABLE, "x" * 1000),
        ShardFailed(4, Reason.OTHER, "no sweep has the id"),
    ]
    assert Progress.of(history, 0).state is State.CANCELLED


def test_a_carried_sweep_goes_on(carried: SqliteLedger) -> None:
    """The same key leads to the same sweep, whose shards are claimed, dispatched and marked."""
    again = replace(_SWEEP, id="lab-000000000002")
    assert carried.open(again) == _SWEEP
    assert carried.claim(_SWEEP.id, 0, "me", 60)
    accepted = Dispatch(OutcomeKind.ACCEPTED, None, 1, 1.0)
    carried.record(_SWEEP.id, Block(0, {accepted: 0b10}), "me")
    assert carried.history(_SWEEP.id).blocks[0].standing(_SWEEP.plan, 0).accepted == 0b10
    carried.mark_done(_SWEEP.id, ShardDone(1, 12, generation=1))
    assert carried.history(_SWEEP.id).blocks[0].done == 0b1010


def test_sweeps_of_both_versions_are_listed_newest_first(carried: SqliteLedger) -> None:
    """A sweep of this version comes before those that were carried over."""
    later = make_sweep("lab-000000000002", created_at=_SWEEP.created_at + 1)
    carried.open(later)
    first = carried.heads(1)
    assert first.heads == (later.head,)
    assert carried.heads(1, first.next).heads == (_SWEEP.head,)


def test_a_sweep_that_was_cancelled_after_its_end_is_not_cancelled(old: Path) -> None:
    """Version 0.1 let a sweep be cancelled of which each shard had ended, and then it could not be retried."""
    _change(old, "INSERT INTO ends SELECT sweep_id, 5, 1, 12, 0, NULL, NULL, NULL, 1 FROM ends WHERE shard = 3")
    with closing(SqliteLedger(old, HandClock())) as ledger:
        history = ledger.history(_SWEEP.id)
    assert not history.cancelled
    assert Progress.of(history, 0).state is State.FAILED


def test_the_second_opening_changes_nothing(old: Path) -> None:
    """A file that was carried over is left as it is."""
    dumps = []
    for _ in range(2):
        with closing(SqliteLedger(old, HandClock())) as ledger:
            ledger.heads(1)
        dumps.append(_dump(old))
    assert dumps[0] == dumps[1]


def test_a_carried_ledger_has_the_tables_of_a_new_one(carried: SqliteLedger, tmp_path: Path) -> None:
    """Nothing tells a file that was carried over from a new one but what is in it."""
    carried.heads(1)
    with closing(SqliteLedger(tmp_path / "new", HandClock())) as new:
        new.heads(1)
    tables = [[line for line in _dump(folder) if "CREATE" in line] for folder in (tmp_path, tmp_path / "new")]
    assert sorted(tables[0]) == sorted(tables[1])


def test_of_many_at_once_one_carries_over(old: Path) -> None:
    """Eight processes that open the file of version 0.1 at the same moment all read the same."""
    ledgers = [SqliteLedger(old, HandClock()) for _ in range(8)]
    first, *others = at_once([partial(ledger.history, _SWEEP.id) for ledger in ledgers])
    assert others == [first] * 7
    assert first.blocks[0].done == 0b1000
    for ledger in ledgers:
        ledger.close()


def test_a_carrying_over_that_stops_halfway_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file stays that of version 0.1 until all of it is carried over, and the next opening does it."""
    before = _dump(old)
    with monkeypatch.context() as patch, closing(SqliteLedger(old, HandClock())) as ledger:
        patch.setattr("adapters.local.sqlite_migration.NEW_END", "INSERT INTO nowhere VALUES (?)")
        with pytest.raises(DependencyUnavailable, match="no such table: nowhere"):
            ledger.heads(1)
    assert _dump(old) == before
    with closing(SqliteLedger(old, HandClock())) as ledger:
        assert ledger.history(_SWEEP.id).blocks[0].done == 0b1000


def test_a_request_that_cannot_be_read_hides_one_sweep(old: Path) -> None:
    """A damaged sweep of version 0.1 keeps no other from being carried over, listed and read."""
    _change(old, "INSERT INTO sweeps VALUES (2, 'bad', 'bad', 'bad', '{}', 1800000000.0, 1, NULL, NULL, NULL)")
    with closing(SqliteLedger(old, HandClock())) as ledger:
        assert ledger.heads(10).heads == (_SWEEP.head,)
        assert ledger.sweep(_SWEEP.id) == _SWEEP
        for method in (ledger.sweep, ledger.head, ledger.history):
            with pytest.raises(DependencyUnavailable, match="bad cannot be read"):
                method("bad")


def test_a_ledger_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    """A file whose layout this version does not know is neither read nor changed."""
    _change(tmp_path, "PRAGMA user_version = 99")
    before = _dump(tmp_path)
    later = pytest.raises(DependencyUnavailable, match="a later version of serverless-sweep wrote the ledger")
    with closing(SqliteLedger(tmp_path, HandClock())) as ledger, later:
        ledger.heads(1)
    assert _dump(tmp_path) == before


def test_a_ledger_on_which_version_0_1_is_at_work_is_left_alone(old: Path) -> None:
    """As long as a process of version 0.1 has shards, the file stays as that process knows it."""
    presence = Presence(old / "presence")
    _change(old, "UPDATE outcomes SET presence = ?", presence.id)
    before = _dump(old)
    with closing(SqliteLedger(old, HandClock())) as ledger:
        with pytest.raises(DependencyUnavailable, match=r"version 0\.1 of .* is at work on the ledger"):
            ledger.heads(1)
        assert _dump(old) == before
        presence.close()
        assert ledger.heads(1).heads == (_SWEEP.head,)
