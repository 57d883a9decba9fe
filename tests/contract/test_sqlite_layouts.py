"""A ledger's file of an earlier layout is carried over with all that is in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.local.sqlite_file import SqliteFile
from adapters.local.sqlite_ledger import SqliteLedger
from adapters.local.sqlite_runs import SqliteRuns
from application.ports.runs import Run
from domain.reasons import Reason
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()
_RUN = Run(_SWEEP.id, _SWEEP.digest, {"model.py": "1"}, ("/models",), "/models")
# By the number of a layout, what the next one added.
_NEWER = {
    1: ("ALTER TABLE runs DROP COLUMN import_paths", "ALTER TABLE runs DROP COLUMN started_in"),
    2: ("DROP TABLE assigned", "DROP TABLE undelivered"),
    3: ("DROP TABLE skipped",),
}


def _is_alive(_: str) -> bool:
    return False


def _dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        return list(database.iterdump())


def _make(folder: Path, layout: int) -> Path:
    """Make a ledger of this layout in a folder, with one sweep and its run."""
    with closing(SqliteLedger(folder, HandClock())) as ledger:
        ledger.open(_SWEEP)
    with closing(SqliteFile(folder, _is_alive)) as file:
        SqliteRuns(file).begin(_RUN)
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database, database:
        for statement in (one for earlier, added in _NEWER.items() for one in added if earlier >= layout):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {layout}")
    return folder


def test_a_run_of_layout_1_has_no_folders(tmp_path: Path) -> None:
    """It keeps its sources, and the next run of the sweep has all."""
    old = _make(tmp_path, 1)
    with closing(SqliteFile(old, _is_alive)) as file:
        runs = SqliteRuns(file)
        assert runs.of(_SWEEP.id) == Run(_SWEEP.id, _SWEEP.digest, {"model.py": "1"})
        runs.begin(_RUN)
        assert runs.last_of(_SWEEP.digest) == _RUN
    with closing(SqliteLedger(old, HandClock())) as ledger:
        assert ledger.sweep(_SWEEP.id) == _SWEEP


@pytest.mark.parametrize("layout", _NEWER)
def test_a_sweep_of_an_earlier_layout_has_no_spans(tmp_path: Path, layout: int) -> None:
    """None is with a dispatcher or undelivered, and both can be recorded."""
    with closing(SqliteLedger(_make(tmp_path, layout), HandClock())) as ledger:
        assert not ledger.history(_SWEEP.id).assigned
        ledger.assign(_SWEEP.id, [0, 1], "one", 60)
        ledger.settle(_SWEEP.id, 1, "one", Reason.UNDELIVERED)
        history = ledger.history(_SWEEP.id)
        assert (set(history.assigned), dict(history.undelivered)) == ({0}, {1: Reason.UNDELIVERED})


@pytest.mark.parametrize("layout", _NEWER)
def test_the_second_opening_of_a_carried_layout_changes_nothing(tmp_path: Path, layout: int) -> None:
    """The file has the layout of a new one from the first opening on."""
    old = _make(tmp_path, layout)
    dumps = []
    for _ in range(2):
        with closing(SqliteLedger(old, HandClock())) as ledger:
            ledger.heads(1)
        dumps.append(_dump(old))
    assert dumps[0] == dumps[1]
