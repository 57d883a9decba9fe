"""The ports for one machine keep the contracts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sqlite_ledger import SqliteLedger
from tests.contract.ledger_contract import LedgerContract
from tests.contract.sweeps import HandClock


class TestSqliteLedger(LedgerContract):
    """One SQLite file, seen through two connections."""

    @pytest.fixture
    def ledger(self, clock: HandClock, tmp_path: Path) -> Iterator[SqliteLedger]:
        """Give a ledger in a new folder."""
        ledger = SqliteLedger(tmp_path, clock)
        yield ledger
        ledger.close()

    @pytest.fixture
    def other(self, ledger: SqliteLedger, clock: HandClock, tmp_path: Path) -> Iterator[SqliteLedger]:
        """Give a second connection, as a worker process has it."""
        other = SqliteLedger(tmp_path, clock)
        yield other
        other.close()
