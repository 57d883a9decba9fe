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


def test_a_description_holds_progress_and_location() -> None:
    """The sweep and its progress come from the ledger, the location of its results from the store."""
    ledger, results = MemoryLedger(HandClock()), MemoryResults()
    sweep = ledger.open(sweep_of(6, 2))
    ledger.mark_done(sweep.id, ShardDone(0, 3))
    description = DescribeSweep(ledger, results)(sweep.id)
    assert description.sweep == sweep
    assert (description.progress.done, description.progress.shards_done, description.progress.state) == (
        3,
        1,
        State.INCOMPLETE,
    )
    assert description.results == results.location(sweep.id)


def test_an_unknown_sweep_is_not_found() -> None:
    """The caller gets `SweepNotFound` with the id."""
    with pytest.raises(SweepNotFound, match="'demo-x'"):
        DescribeSweep(MemoryLedger(HandClock()), MemoryResults())("demo-x")
