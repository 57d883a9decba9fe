"""Have pytest explain the failed assertions of the shared suites too, which are not test modules."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "tests.contract.ledger_contract",
    "tests.contract.ledger_of_claims_contract",
    "tests.contract.ledger_of_dispatches_contract",
    "tests.contract.ledger_of_ends_contract",
    "tests.contract.ledger_of_listings_contract",
    "tests.contract.ledger_of_marks_contract",
    "tests.contract.ledger_of_orders_contract",
    "tests.contract.ledger_of_spans_contract",
    "tests.contract.ledger_of_sweeps_contract",
    "tests.contract.ledger_readings",
    "tests.contract.result_store_contract",
    "tests.contract.shard_invoker_contract",
    "tests.contract.sweeps_contract",
)
