"""Removing a sweep from a folder: all of it, nothing else, and not while it runs."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.local.directory_results import DirectoryResultStore
from adapters.local.directory_tables import DirectoryTables
from adapters.local.folder_removal import FolderRemoval
from adapters.local.sqlite_ledger import SqliteLedger
from adapters.local.sqlite_runs import SqliteRuns
from application.documents.request import request_digest
from application.ports.runs import Run
from domain.dispatch import OutcomeKind
from domain.errors import SweepConflict, SweepNotFound
from domain.reasons import Reason
from domain.request import SweepRequest
from domain.sweep import ShardDone, ShardFailed, Sweep
from entrypoints.containers.folder import ledger_file, presences
from tests.fakes.clock import HandClock
from tests.fakes.point_tables import table_of
from tests.fakes.shard_invoker import outcome_of
from tests.fakes.sweeps import sweep_of


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Yield the ledger of a folder with the sweeps `a-1` and `b-1`, all of whose shards but one are known."""
    with closing(SqliteLedger(tmp_path, HandClock())) as ledger, closing(ledger_file(tmp_path)) as file:
        for sweep_id in ("a-1", "b-1"):
            sweep = ledger.open(replace(sweep_of(6, 3), id=sweep_id, key=sweep_id))
            SqliteRuns(file).begin(Run(sweep_id, sweep.digest, {}))
            DirectoryResultStore(tmp_path).put(sweep_id, 0, b"12345")
            ledger.mark_done(sweep_id, ShardDone(0, 2, 0))
            ledger.mark_failed(sweep_id, ShardFailed(1, Reason.WORKER_DIED, "no"))
        yield ledger


@pytest.fixture
def removal(tmp_path: Path) -> Iterator[FolderRemoval]:
    """Yield the removal of the same folder."""
    with closing(ledger_file(tmp_path)) as file:
        yield FolderRemoval(tmp_path, file, presences(tmp_path).has)


def _rows(folder: Path, sweep_id: str) -> int:
    """Return how many rows of all tables are of a sweep."""
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {table: [row[1] for row in database.execute(f"PRAGMA table_info({table})")] for table in tables}
        named = {table: "sweep_id" if "sweep_id" in found else "id" for table, found in columns.items()}
        return sum(
            database.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", (sweep_id,)).fetchone()[0]  # noqa: S608 - names of the schema
            for table, column in named.items()
            if column in columns[table]
        )


def test_a_removal_frees_what_it_says(ledger: SqliteLedger, removal: FolderRemoval, tmp_path: Path) -> None:
    """No row and no file of the sweep is left, and all of the other sweep stays."""
    other = _rows(tmp_path, "b-1")
    (tmp_path / "logs").mkdir()
    for name in ("a-1.log", "a-1.2.log", "b-1.log"):
        (tmp_path / "logs" / name).write_text("said")
    assert _rows(tmp_path, "a-1") > 3
    assert (removal.size("a-1"), removal.size("absent")) == (13, 0)
    removal.remove("a-1")
    assert (_rows(tmp_path, "a-1"), _rows(tmp_path, "b-1")) == (0, other)
    assert [path.name for path in (tmp_path / "sweeps").iterdir()] == ["b-1"]
    assert [path.name for path in (tmp_path / "logs").iterdir()] == ["b-1.log"]
    assert not (tmp_path / ".removed").exists()
    with pytest.raises(SweepNotFound):
        ledger.head("a-1")
    removal.remove("a-1")


def test_a_sweep_that_a_process_runs_is_kept(ledger: SqliteLedger, removal: FolderRemoval, tmp_path: Path) -> None:
    """While a ledger's process has a claim or a dispatch of it, nothing is removed; afterwards all is."""
    block = ledger.claim("a-1", 0, "owner", 60)
    assert block
    with pytest.raises(SweepConflict, match="a process is running a-1"):
        removal.remove("a-1")
    ledger.record("a-1", block.after([outcome_of(2, OutcomeKind.ACCEPTED)], 1.0), "owner")
    with pytest.raises(SweepConflict, match="a process is running a-1"):
        removal.remove("a-1")
    assert removal.size("a-1") == 5
    ledger.close()
    removal.remove("a-1")
    assert _rows(tmp_path, "a-1") == 0


def test_an_interrupted_removal_can_be_completed(
    ledger: SqliteLedger, removal: FolderRemoval, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a killed removal left out of sight is removed by the next one, of whichever sweep."""

    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("adapters.local.folder_removal.shutil.rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            removal.remove("a-1")
    assert (tmp_path / ".removed").exists()
    removal.remove("b-1")
    assert not (tmp_path / ".removed").exists()
    assert list((tmp_path / "sweeps").iterdir()) == []


def test_a_table_of_points_goes_with_the_last_sweep_that_has_it(
    ledger: SqliteLedger, removal: FolderRemoval, tmp_path: Path
) -> None:
    """As long as another sweep has the same rows they stay, and so do those of other tables."""
    tables = DirectoryTables(tmp_path)
    ours = table_of(tables, ("x",), [(1,), (2,)])
    other = table_of(tables, ("x",), [(3,)])
    for sweep_id, table in (("t-1", ours), ("t-2", ours), ("t-3", other)):
        request = SweepRequest("lab", "toy:f", table)
        ledger.open(Sweep(sweep_id, sweep_id, request_digest(request), request, 1_700_000_000.0))
    for sweep_id, is_there in (("a-1", True), ("t-1", True), ("t-2", False)):
        removal.remove(sweep_id)
        assert tables.has(ours.table, 1) is is_there
    assert tables.has(other.table, 1)
    assert not (tmp_path / ".removed").exists()
    # A table that is gone already, as after a removal that was killed, is no obstacle.
    shutil.rmtree(tmp_path / "tables")
    removal.remove("t-3")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("no JSON", id="no JSON"),
        pytest.param("{}", id="no design"),
        pytest.param('{"design": {"table": 7}}', id="no text"),
        pytest.param('{"design": {"table": "../sweeps"}}', id="a path"),
    ],
)
def test_a_damaged_request_removes_no_table(
    ledger: SqliteLedger, removal: FolderRemoval, tmp_path: Path, text: str
) -> None:
    """The sweep is removed all the same, and nothing beside it."""
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as database, database:
        database.execute("UPDATE sweeps SET request = ? WHERE id = 'a-1'", (text,))
    removal.remove("a-1")
    assert _rows(tmp_path, "a-1") == 0
    assert DirectoryResultStore(tmp_path).get("b-1", 0)
