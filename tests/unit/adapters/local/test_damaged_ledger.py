"""A ledger whose file was damaged: an entry that makes no sense hides itself, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.local.sqlite_ledger import SqliteLedger
from domain.block import Block, Dispatch
from domain.dispatch import OutcomeKind
from domain.errors import DependencyUnavailable
from domain.progress import Progress
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()
_FAILED = ShardFailed(4, Reason.WORKER_DIED, "text")
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


@pytest.mark.parametrize("table", ["sweeps", "blocks", "dispatches", "ends", "skipped"])
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


@pytest.mark.parametrize("moment", ["'text'", "1e300", "-1.0", "9e999", "x'00'"])
def test_a_sweep_of_no_moment_hides_itself(ledger: SqliteLedger, tmp_path: Path, moment: str) -> None:
    """A moment that no calendar has would break the page that lists it."""
    later = ledger.open(make_sweep("lab-000000000002", created_at=_SWEEP.created_at + 1))
    change(tmp_path, f"UPDATE sweeps SET created_at = {moment} WHERE number = 1")  # noqa: S608 - as above
    assert ledger.heads(10).heads == (later.head,)
    readings: list[Callable[[str], object]] = [ledger.head, ledger.history, ledger.sweep]
    for reading in readings:
        with pytest.raises(DependencyUnavailable, match="entry of lab-000000000001 cannot be read"):
            reading(_SWEEP.id)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE dispatches SET dispatches = '[['", id="broken dispatches"),
        pytest.param("UPDATE dispatches SET dispatches = x'ff00'", id="dispatches of bytes"),
        pytest.param("UPDATE dispatches SET dispatches = 7", id="dispatches of a number"),
        pytest.param("UPDATE dispatches SET presence = '../..'", id="an impossible presence"),
        pytest.param("UPDATE dispatches SET presence = x'ff'", id="a presence of bytes"),
        *(
            pytest.param(
                f'UPDATE dispatches SET dispatches = \'[["accepted","",0,{moment},"ff"]]\'',  # noqa: S608 - as above
                id=f"a moment {moment}",
            )
            for moment in ("NaN", "1e300", "-1.0", "1e999", '"text"')
        ),
        pytest.param(
            "UPDATE blocks SET claim_owner = x'ff', claim_presence = x'ff', claim_until = 9e9", id="odd claims"
        ),
        pytest.param("UPDATE blocks SET claim_until = 'text'", id="a claim until a text"),
        pytest.param("UPDATE blocks SET claim_until = x'ff'", id="a claim until bytes"),
        pytest.param(
            "UPDATE blocks SET claim_until = 9e999, claim_presence = NULL", id="an endless claim without owner"
        ),
        pytest.param("UPDATE ends SET generation = 'text'", id="generations of text"),
        pytest.param("UPDATE ends SET errors = 'text'", id="errors of text"),
        pytest.param("UPDATE ends SET errors = 1.5, generation = 0.5", id="halves"),
        pytest.param("UPDATE ends SET generation = -1, errors = -1", id="negative numbers"),
        pytest.param("UPDATE ends SET generation = x'00', points = x'00'", id="numbers of bytes"),
        pytest.param("UPDATE ends SET message = NULL, reason = NULL, attempts = NULL", id="no message"),
        pytest.param("UPDATE ends SET points = NULL, kinds = NULL", id="no points"),
        pytest.param("UPDATE ends SET message = x'ff', kinds = x'ff'", id="a message of bytes"),
        pytest.param("UPDATE ends SET message = 5, attempts = 'text', points = 'text'", id="numbers and texts mixed"),
        pytest.param("UPDATE skipped SET points = 'text'", id="skipped points of text"),
        pytest.param("UPDATE skipped SET points = x'ff'", id="skipped points of bytes"),
        pytest.param("UPDATE skipped SET points = 1.5", id="half a skipped point"),
        pytest.param("UPDATE skipped SET points = -3", id="negative skipped points"),
        pytest.param("UPDATE skipped SET points = 1000", id="more skipped points than there are"),
        pytest.param("UPDATE blocks SET done = 'text'", id="done of text"),
        pytest.param("UPDATE blocks SET done = 7.5", id="done of a number"),
        pytest.param("UPDATE blocks SET done = zeroblob(1000)", id="done of many bytes"),
        pytest.param("UPDATE ends SET kinds = 'text', reason = 'Whim'", id="broken kinds"),
        pytest.param(
            "INSERT INTO ends SELECT sweep_id, -7, 1, 0, 0, 1, '', '', '', 1 FROM ends LIMIT 1", id="a negative shard"
        ),
    ],
)
def test_no_damaged_entry_breaks_a_reading(ledger: SqliteLedger, tmp_path: Path, damage: str) -> None:
    """A damaged entry of a block or a shard counts as none, and the shards can be dispatched and marked again."""
    ledger.claim(_SWEEP.id, 0, "me", 60)
    ledger.record(_SWEEP.id, Block(0, {_ACCEPTED: 0b11}), "me")
    ledger.mark_done(_SWEEP.id, ShardDone(2, 10, skipped=2))
    ledger.mark_done(_SWEEP.id, ShardDone(3, 8, 1, skipped=3))
    ledger.mark_failed(_SWEEP.id, _FAILED)
    change(tmp_path, damage)
    damaged = ledger.history(_SWEEP.id).blocks[0].standing(_SWEEP.plan, 0)
    assert (damaged.accepted | 0b11, damaged.done | 0b100, damaged.stored | 0b1100) == (0b11, 0b100, 0b1100)
    assert damaged == ledger.look(_SWEEP.id, 0).block.standing(_SWEEP.plan, 0)
    progress = Progress.of(ledger.history(_SWEEP.id), 0)
    assert min(progress.done, progress.failed, progress.skipped) >= 0
    assert progress.done + progress.failed + progress.skipped <= _SWEEP.plan.size
    assert {end.number for end in ledger.ends(_SWEEP.id, range(6))} <= {3, 4}
    ledger.mark_done(_SWEEP.id, ShardDone(2, 10, skipped=2))
    ledger.mark_failed(_SWEEP.id, replace(_FAILED, generation=1))
    ledger.mark_done(_SWEEP.id, ShardDone(3, 8, 1, skipped=3))
    assert ledger.claim(_SWEEP.id, 0, "me", 60)
    ledger.record(_SWEEP.id, Block(0, {_ACCEPTED: 0b11}), "me")
    standing = ledger.blocks(_SWEEP.id, range(1))[0].standing(_SWEEP.plan, 0)
    assert (standing.accepted & 0b11, standing.done & 0b100, standing.partial & 0b1000) == (0b11, 0b100, 0b1000)
    assert standing.failed & 0b10000
    assert list(ledger.ends(_SWEEP.id, [4])) == [replace(_FAILED, generation=1)]
