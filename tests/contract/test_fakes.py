"""The ports in memory keep the contracts, so the unit tests of the use cases may rely on them."""

from __future__ import annotations

import pytest

from domain.dispatch import OutcomeKind
from tests.contract.ledger_contract import LedgerContract
from tests.contract.point_tables_contract import PointTablesContract
from tests.contract.result_store_contract import ResultStoreContract
from tests.contract.shard_invoker_contract import Received, ShardInvokerContract
from tests.fakes.clock import HandClock
from tests.fakes.ledger import MemoryLedger
from tests.fakes.point_tables import MemoryTables
from tests.fakes.result_store import MemoryResults
from tests.fakes.shard_invoker import RecordingInvoker


class TestMemoryLedger(LedgerContract):
    """The ledger in memory."""

    @pytest.fixture
    def ledger(self, clock: HandClock) -> MemoryLedger:
        """Return an empty ledger."""
        return MemoryLedger(clock)


class TestMemoryResults(ResultStoreContract):
    """The result store in memory."""

    @pytest.fixture
    def store(self) -> MemoryResults:
        """Return an empty store."""
        return MemoryResults()


class TestMemoryTables(PointTablesContract):
    """The tables in memory."""

    @pytest.fixture
    def tables(self) -> MemoryTables:
        """Return tables of which none is stored."""
        return MemoryTables()


class TestRecordingInvoker(ShardInvokerContract):
    """The invoker in memory."""

    @pytest.fixture
    def invoker(self) -> RecordingInvoker:
        """Return an invoker that accepts every shard."""
        return RecordingInvoker()

    @pytest.fixture
    def received(self, invoker: RecordingInvoker) -> Received:
        """Return a function that lists the dispatched shards."""
        return lambda: invoker.dispatched

    @pytest.fixture
    def broken(self) -> RecordingInvoker:
        """Return an invoker that accepts no shard."""
        return RecordingInvoker(dict.fromkeys(range(1000), OutcomeKind.EXHAUSTED))
