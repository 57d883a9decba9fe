"""A ledger's file of layout 1, of which a run had no folders, is carried over with its runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.local.sqlite_file import SqliteFile
from adapters.local.sqlite_ledger import SqliteLedger
from adapters.local.sqlite_runs import SqliteRuns
from application.ports.runs import Run
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()
_RUN = Run(_SWEEP.id, _SWEEP.digest, {"model.py": "1"}, ("/models",), "/models")


def _is_alive(_: str) -> bool:
    return False


def _dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        return list(database.iterdump())


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a folder with a ledger of layout 1, which has one sweep and its run."""
    with closing(SqliteLedger(tmp_path, HandClock())) as ledger:
        ledger.open(_SWEEP)
    with closing(SqliteFile(tmp_path, _is_alive)) as file:
        SqliteRuns(file).begin(_RUN)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as database, database:
        database.execute("ALTER TABLE runs DROP COLUMN import_paths")
        database.execute("ALTER TABLE runs DROP COLUMN started_in")
        database.execute("PRAGMA user_version = 1")
    return tmp_path


def test_a_run_of_layout_1_has_no_folders(old: Path) -> None:
    """It keeps its sources, and the next run of the sweep has all."""
    with closing(SqliteFile(old, _is_alive)) as file:
        runs = SqliteRuns(file)
        assert runs.of(_SWEEP.id) == Run(_SWEEP.id, _SWEEP.digest, {"model.py": "1"})
        runs.begin(_RUN)
        assert runs.last_of(_SWEEP.digest) == _RUN
    with closing(SqliteLedger(old, HandClock())) as ledger:
        assert ledger.sweep(_SWEEP.id) == _SWEEP


def test_the_second_opening_of_a_carried_layout_changes_nothing(old: Path) -> None:
    """The file has the layout of a new one from the first opening on."""
    dumps = []
    for _ in range(2):
        with closing(SqliteLedger(old, HandClock())) as ledger:
            ledger.heads(1)
        dumps.append(_dump(old))
    assert dumps[0] == dumps[1]
