"""The shared suites are modules of their own; pytest is to explain their failed asserts too."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "tests.contract.ledger_contract",
    "tests.contract.result_store_contract",
    "tests.contract.shard_invoker_contract",
)
