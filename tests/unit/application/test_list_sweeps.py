"""Listing sweeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from application.list_sweeps import LARGEST_PAGE, ListSweeps
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep
from tests.fakes.clock import HandClock
from tests.fakes.ledger import MemoryLedger
from tests.fakes.sweeps import sweep_of


def test_pages_list_from_the_newest_to_the_oldest() -> None:
    """The pages list every sweep once, and the last page has no `next`."""
    ledger = MemoryLedger(HandClock())
    template = sweep_of(2, 1)
    made = [ledger.open(replace(template, id=f"s-{n}", key=f"s-{n}", created_at=float(n))) for n in range(5)]
    list_sweeps = ListSweeps(ledger)
    first = list_sweeps(2, None, no_deadline)
    listed, after = list(first.heads), first.next
    while after is not None:
        page = list_sweeps(2, after, no_deadline)
        listed += page.heads
        after = page.next
    assert listed == [sweep.head for sweep in reversed(made)]


@pytest.mark.parametrize("limit", [0, -1, LARGEST_PAGE + 1])
def test_a_page_has_1_to_100_sweeps(limit: int) -> None:
    """A limit outside 1 to 100 is refused."""
    with pytest.raises(InvalidSweep, match="limit: must be 1 to 100"):
        ListSweeps(MemoryLedger(HandClock()))(limit, None, no_deadline)
