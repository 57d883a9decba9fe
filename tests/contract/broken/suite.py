"""A test class for each broken implementation, with the suite of its port. Only `test_suites_bite` collects them."""

from __future__ import annotations

from tests.contract import test_local_ports as local
from tests.contract.broken import ledgers_of_shards, ledgers_of_sweeps, result_stores, shard_invokers

# For each suite, the rule that each broken implementation must fail.
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
