"""Describing a sweep."""

from __future__ import annotations

import pytest

from application.describe_sweep import DescribeSweep
from domain.errors import SweepNotFound
from domain.progress import State
from domain.sweep import ShardDone
from tests.fakes.clock import HandClock
from tests.fakes.ledger import MemoryLedger
from tests.fakes.result_store import MemoryResults
from tests.fakes.sweeps import sweep_of


def test_a_description_tells_state_counts_and_place() -> None:
    """All of it comes from the ledger and the store's name for the place."""
    ledger, results = MemoryLedger(HandClock()), MemoryResults()
    sweep = ledger.open(sweep_of(6, 2))
    ledger.mark_done(sweep.id, ShardDone(0, 3))
    told = DescribeSweep(ledger, results)(sweep.id)
    assert told.sweep == sweep
    assert (told.progress.done, told.progress.shards_done, told.progress.state) == (3, 1, State.INCOMPLETE)
    assert told.results == results.location(sweep.id)


def test_an_unknown_sweep_is_not_found() -> None:
    """The error names the id."""
    with pytest.raises(SweepNotFound, match="'demo-x'"):
        DescribeSweep(MemoryLedger(HandClock()), MemoryResults())("demo-x")
