"""The rules that every `Ledger` keeps. A subclass of `LedgerContract` with the fixture `ledger` tests a backend."""

from __future__ import annotations

import pytest

from application.ports.ledger import Ledger
from domain.sweep import Sweep
from tests.contract.ledger_of_claims_contract import LedgerOfClaimsContract
from tests.contract.ledger_of_dispatches_contract import LedgerOfDispatchesContract
from tests.contract.ledger_of_ends_contract import LedgerOfEndsContract
from tests.contract.ledger_of_listings_contract import LedgerOfListingsContract
from tests.contract.ledger_of_marks_contract import LedgerOfMarksContract
from tests.contract.ledger_of_orders_contract import LedgerOfOrdersContract
from tests.contract.ledger_of_skips_contract import LedgerOfSkipsContract
from tests.contract.ledger_of_spans_contract import LedgerOfSpansContract
from tests.contract.ledger_of_sweeps_contract import LedgerOfSweepsContract
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep


class LedgerFixtures:
    """What the rules are about."""

    @pytest.fixture
    def clock(self) -> HandClock:
        """Return the clock that decides when the ledger's claims run out."""
        return HandClock()

    @pytest.fixture
    def ledger(self, clock: HandClock) -> Ledger:
        """Return an empty ledger."""
        raise NotImplementedError

    @pytest.fixture
    def other(self, ledger: Ledger) -> Ledger:
        """Return a second client of the same ledger, or the same client where there can be only one."""
        return ledger

    @pytest.fixture
    def sweep(self, ledger: Ledger) -> Sweep:
        """Return a recorded sweep of six shards, with twelve points in each: one block."""
        return ledger.open(make_sweep())

    @pytest.fixture
    def large(self, ledger: Ledger) -> Sweep:
        """Return a recorded sweep of 1,000 shards, with six points in each: eight blocks, the last one of 104."""
        return ledger.open(make_sweep("lab-000000001000", size=1000, shards=1000))


class LedgerContract(
    LedgerOfSweepsContract,
    LedgerOfListingsContract,
    LedgerOfClaimsContract,
    LedgerOfDispatchesContract,
    LedgerOfMarksContract,
    LedgerOfOrdersContract,
    LedgerOfEndsContract,
    LedgerOfSkipsContract,
    LedgerOfSpansContract,
    LedgerFixtures,
):
    """All rules."""
