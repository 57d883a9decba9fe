"""The ports in memory keep the contracts, so that what the use cases were seen to do with them counts."""

from __future__ import annotations

import pytest

from domain.dispatch import OutcomeKind
from tests.contract.ledger_contract import LedgerContract
from tests.contract.result_store_contract import ResultStoreContract
from tests.contract.shard_invoker_contract import Received, ShardInvokerContract
from tests.fakes.clock import HandClock
from tests.fakes.ledger import MemoryLedger
from tests.fakes.result_store import MemoryResults
from tests.fakes.shard_invoker import RecordingInvoker


class TestMemoryLedger(LedgerContract):
    """A dict."""

    @pytest.fixture
    def ledger(self, clock: HandClock) -> MemoryLedger:
        """Return an empty ledger."""
        return MemoryLedger(clock)


class TestMemoryResults(ResultStoreContract):
    """Another dict."""

    @pytest.fixture
    def store(self) -> MemoryResults:
        """Return an empty store."""
        return MemoryResults()


class TestRecordingInvoker(ShardInvokerContract):
    """A list."""

    @pytest.fixture
    def invoker(self) -> RecordingInvoker:
        """Return one that takes every shard."""
        return RecordingInvoker()

    @pytest.fixture
    def received(self, invoker: RecordingInvoker) -> Received:
        """Return what it remembers."""
        return lambda: invoker.dispatched

    @pytest.fixture
    def broken(self) -> RecordingInvoker:
        """Return one that refuses every shard."""
        return RecordingInvoker(dict.fromkeys(range(1000), OutcomeKind.EXHAUSTED))
