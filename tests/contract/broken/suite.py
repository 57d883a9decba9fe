"""A test class for each broken implementation, with the suite of its port. Only `test_suites_bite` collects them."""

from __future__ import annotations

from tests.contract import test_local_ports as local
from tests.contract import test_sweeps as sweeps
from tests.contract.broken import (
    ledgers_of_claims,
    ledgers_of_dispatches,
    ledgers_of_ends,
    ledgers_of_listings,
    ledgers_of_marks,
    ledgers_of_skips,
    ledgers_of_spans,
    ledgers_of_sweeps,
    point_tables,
    remote_sweeps,
    result_replacements,
    result_stores,
    shard_invokers,
)

# For each suite, the rule that each broken implementation must fail.
RULES: dict[type[object], dict[type[object], str]] = {
    local.TestSqliteLedger: ledgers_of_sweeps.BROKEN
    | ledgers_of_listings.BROKEN
    | ledgers_of_claims.BROKEN
    | ledgers_of_dispatches.BROKEN
    | ledgers_of_marks.BROKEN
    | ledgers_of_ends.BROKEN
    | ledgers_of_skips.BROKEN
    | ledgers_of_spans.BROKEN,
    local.TestDirectoryResultStore: result_stores.BROKEN | result_replacements.BROKEN,
    local.TestDirectoryTables: point_tables.BROKEN,
    local.TestProcessEngine: shard_invokers.BROKEN,
    sweeps.TestRemoteSweeps: remote_sweeps.BROKEN,
}


def _broken(suite: type[object], broken: type[object], rule: str) -> type[object]:
    """Return the suite of a broken implementation with this rule alone: pytest need not collect the others."""
    others = {name: None for name in dir(suite) if name.startswith("test_") and name != f"test_{rule}"}
    return type(f"Test{broken.__name__}", (suite,), {"implementation": broken, **others})


# pytest collects the names of a module that begin with "Test".
globals().update(
    {
        f"Test{broken.__name__}": _broken(suite, broken, rule)
        for suite, rules in RULES.items()
        for broken, rule in rules.items()
    }
)
