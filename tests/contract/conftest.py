"""What all contract suites have: explained assertions also in shared suites, and a session of boto3 of their own."""

from __future__ import annotations

import boto3
import pytest

pytest.register_assert_rewrite(
    "tests.contract.ledger_contract",
    "tests.contract.ledger_of_claims_contract",
    "tests.contract.ledger_of_dispatches_contract",
    "tests.contract.ledger_of_ends_contract",
    "tests.contract.ledger_of_listings_contract",
    "tests.contract.ledger_of_marks_contract",
    "tests.contract.ledger_of_orders_contract",
    "tests.contract.ledger_of_skips_contract",
    "tests.contract.ledger_of_spans_contract",
    "tests.contract.ledger_of_sweeps_contract",
    "tests.contract.ledger_readings",
    "tests.contract.point_tables_contract",
    "tests.contract.result_store_contract",
    "tests.contract.runs_contract",
    "tests.contract.shard_invoker_contract",
    "tests.contract.sweeps_contract",
)


@pytest.fixture(autouse=True)
def own_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test find boto3's default session of another one: it keeps the key with which it was made."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
