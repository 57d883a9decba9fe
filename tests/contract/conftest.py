"""Have pytest explain the failed assertions of the shared suites too, which are not test modules."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "tests.contract.ledger_contract",
    "tests.contract.result_store_contract",
    "tests.contract.shard_invoker_contract",
)
