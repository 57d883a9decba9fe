"""A ledger whose file was damaged: an entry that makes no sense hides itself, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.local.sqlite_ledger import SqliteLedger
from domain.block import Block, Dispatch
from domain.dispatch import OutcomeKind
from domain.errors import DependencyUnavailable
from domain.sweep import ShardDone
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


def change(folder: Path, statement: str) -> None:
    """Change the file behind the ledger's back."""
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database, database:
        database.execute(statement)


@pytest.mark.parametrize("table", ["sweeps", "blocks", "dispatches", "ends"])
def test_a_table_that_is_gone_is_reported(ledger: SqliteLedger, tmp_path: Path, table: str) -> None:
    """The caller gets `DependencyUnavailable` with the message of SQLite."""
    change(tmp_path, f"DROP TABLE {table}")
    with pytest.raises(DependencyUnavailable, match=f"no such table: {table}"):
        ledger.history(_SWEEP.id)


def test_an_unreadable_request_in_the_file_is_reported(ledger: SqliteLedger, tmp_path: Path) -> None:
    """A damaged request raises `DependencyUnavailable`, not `InvalidSweep`: the user did not write it."""
    change(tmp_path, "UPDATE sweeps SET request = '{}'")
    with pytest.raises(DependencyUnavailable, match="cannot be read"):
        ledger.sweep(_SWEEP.id)
    assert ledger.history(_SWEEP.id).head == _SWEEP.head


@pytest.mark.parametrize("size", ["''", "'x'", "'5'", "x'ff'"], ids=["empty", "no number", "too small", "bytes"])
def test_a_damaged_plan_hides_one_sweep(ledger: SqliteLedger, tmp_path: Path, size: str) -> None:
    """Other sweeps are listed; the sweep itself is an error of the ledger."""
    later = ledger.open(make_sweep("lab-000000000002", created_at=_SWEEP.created_at + 1))
    change(tmp_path, f"UPDATE sweeps SET size = {size} WHERE number = 1")  # noqa: S608 - the damage is written above
    assert ledger.heads(10).heads == (later.head,)
    assert (ledger.heads(1).heads, ledger.heads(1, ledger.heads(1).next).heads) == ((later.head,), ())
    readings: list[Callable[[str], object]] = [ledger.head, ledger.history]
    for reading in readings:
        with pytest.raises(DependencyUnavailable, match="plan of lab-000000000001 cannot be read"):
            reading(_SWEEP.id)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE dispatches SET dispatches = '[['", id="broken dispatches"),
        pytest.param("UPDATE dispatches SET dispatches = x'ff00'", id="dispatches of bytes"),
        pytest.param("UPDATE dispatches SET dispatches = 7", id="dispatches of a number"),
        pytest.param("UPDATE dispatches SET presence = '../..'", id="an impossible presence"),
        pytest.param("UPDATE blocks SET done = 'text'", id="done of text"),
        pytest.param("UPDATE blocks SET done = 7.5", id="done of a number"),
        pytest.param("UPDATE blocks SET done = zeroblob(1000)", id="done of many bytes"),
        pytest.param("UPDATE ends SET kinds = 'text', reason = 'Whim'", id="broken kinds"),
        pytest.param(
            "INSERT INTO ends SELECT sweep_id, -7, 1, 0, 0, 1, '', '', '', 1 FROM ends", id="a negative shard"
        ),
    ],
)
def test_no_damaged_entry_breaks_a_reading(ledger: SqliteLedger, tmp_path: Path, damage: str) -> None:
    """A damaged entry of a block or a shard counts as none, and the shards can be dispatched and marked again."""
    ledger.claim(_SWEEP.id, 0, "me", 60)
    ledger.record(_SWEEP.id, Block(0, {_ACCEPTED: 0b11}), "me")
    ledger.mark_done(_SWEEP.id, ShardDone(2, 12))
    ledger.mark_done(_SWEEP.id, ShardDone(3, 11, 1))
    change(tmp_path, damage)
    damaged = ledger.history(_SWEEP.id).blocks[0].standing(_SWEEP.plan, 0)
    assert (damaged.accepted | 0b11, damaged.done | 0b100, damaged.stored | 0b1100) == (0b11, 0b100, 0b1100)
    assert damaged == ledger.look(_SWEEP.id, 0).block.standing(_SWEEP.plan, 0)
    list(ledger.ends(_SWEEP.id, range(6)))
    ledger.mark_done(_SWEEP.id, ShardDone(2, 12))
    assert ledger.claim(_SWEEP.id, 0, "me", 60)
    ledger.record(_SWEEP.id, Block(0, {_ACCEPTED: 0b11}), "me")
    standing = ledger.blocks(_SWEEP.id, range(1))[0].standing(_SWEEP.plan, 0)
    assert (standing.accepted & 0b11, standing.done & 0b100, standing.partial & 0b1000) == (0b11, 0b100, 0b1000)
