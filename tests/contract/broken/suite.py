"""The contract suites over broken implementations, a test class for each. `test_suites_bite` alone collects it."""

from __future__ import annotations

from tests.contract import test_local_ports as local
from tests.contract.broken import ledgers_of_shards, ledgers_of_sweeps, result_stores, shard_invokers

# The suite of each port, and the rule of it that each broken implementation must fail.
RULES: dict[type[object], dict[type[object], str]] = {
    local.TestSqliteLedger: ledgers_of_sweeps.BROKEN | ledgers_of_shards.BROKEN,
    local.TestDirectoryResultStore: result_stores.BROKEN,
    local.TestProcessEngine: shard_invokers.BROKEN,
}

# pytest collects the names of a module that begin with "Test".
globals().update(
    {
        f"Test{broken.__name__}": type(f"Test{broken.__name__}", (suite,), {"implementation": broken})
        for suite, rules in RULES.items()
        for broken in rules
    }
)
