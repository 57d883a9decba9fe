"""The local ports keep the contracts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest

from adapters.local.directory_results import DirectoryResultStore
from adapters.local.directory_tables import DirectoryTables
from adapters.local.process_engine import EngineSetup, ProcessEngine
from adapters.local.sqlite_ledger import SqliteLedger
from adapters.local.sqlite_runs import SqliteRuns
from application.ports.runs import Runs
from entrypoints.containers.folder import ledger_file
from tests.contract.ledger_contract import LedgerContract
from tests.contract.point_tables_contract import PointTablesContract
from tests.contract.result_store_contract import ResultStoreContract
from tests.contract.runs_contract import FIRST, RunsContract
from tests.contract.shard_invoker_contract import Received, ShardInvokerContract
from tests.fakes.clock import HandClock


class TestSqliteLedger(LedgerContract):
    """Two connections to one SQLite file."""

    implementation: ClassVar[type[SqliteLedger]] = SqliteLedger

    @pytest.fixture
    def ledger(self, clock: HandClock, tmp_path: Path) -> Iterator[SqliteLedger]:
        """Yield a ledger in a new folder."""
        ledger = self.implementation(tmp_path, clock)
        yield ledger
        ledger.close()

    @pytest.fixture
    def other(self, ledger: SqliteLedger, clock: HandClock, tmp_path: Path) -> Iterator[SqliteLedger]:
        """Yield a second connection, like that of a worker process."""
        other = self.implementation(tmp_path, clock)
        yield other
        other.close()


class TestDirectoryResultStore(ResultStoreContract):
    """Two stores on one folder, like those of two processes."""

    implementation: ClassVar[type[DirectoryResultStore]] = DirectoryResultStore

    @pytest.fixture
    def store(self, tmp_path: Path) -> DirectoryResultStore:
        """Return a store in a new folder."""
        return self.implementation(tmp_path)

    @pytest.fixture
    def other(self, tmp_path: Path) -> DirectoryResultStore:
        """Return a second store on the same folder."""
        return self.implementation(tmp_path)


class TestDirectoryTables(PointTablesContract):
    """Two clients of one folder, like those of two processes."""

    implementation: ClassVar[type[DirectoryTables]] = DirectoryTables

    @pytest.fixture
    def tables(self, tmp_path: Path) -> DirectoryTables:
        """Return the tables of a new folder."""
        return self.implementation(tmp_path)

    @pytest.fixture
    def other(self, tmp_path: Path) -> DirectoryTables:
        """Return a second client of the same folder."""
        return self.implementation(tmp_path)


class TestSqliteRuns(RunsContract):
    """Two connections to one SQLite file."""

    @pytest.fixture
    def runs(self, tmp_path: Path) -> Iterator[SqliteRuns]:
        """Yield the runs of a new folder."""
        with closing(ledger_file(tmp_path)) as file:
            yield SqliteRuns(file)

    @pytest.fixture
    def other(self, runs: Runs, tmp_path: Path) -> Iterator[SqliteRuns]:
        """Yield the same through a second connection."""
        with closing(ledger_file(tmp_path)) as file:
            yield SqliteRuns(file)

    def test_a_damaged_run_is_none(self, runs: SqliteRuns, tmp_path: Path) -> None:
        """A run whose sources cannot be read is as good as none, and breaks no command."""
        runs.begin(FIRST)
        with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as database, database:
            database.execute("UPDATE runs SET sources = '[1]'")
        assert runs.last_of(FIRST.digest) is None


class TestProcessEngine(ShardInvokerContract):
    """Dispatching puts shards in the queue, from which the workers of `run` get them."""

    implementation: ClassVar[type[ProcessEngine]] = ProcessEngine

    @pytest.fixture
    def invoker(self, tmp_path: Path) -> Iterator[ProcessEngine]:
        """Yield an engine whose workers never answer."""
        with self.implementation(tmp_path, EngineSetup(("sleep", "infinity"), 2)) as engine:
            yield engine

    @pytest.fixture
    def received(self, invoker: ProcessEngine) -> Received:
        """Return a function that lists the queued shards."""
        return lambda: [shard.number for shard, _ in invoker._queue]

    @pytest.fixture
    def broken(self, tmp_path: Path) -> Iterator[ProcessEngine]:
        """Yield an engine whose workers cannot be started."""
        with self.implementation(tmp_path, EngineSetup(("/nowhere/python",), 2)) as engine:
            yield engine
