"""Listing sweeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from application.list_sweeps import LARGEST_PAGE, ListSweeps
from domain.errors import InvalidSweep
from tests.fakes.clock import HandClock
from tests.fakes.ledger import MemoryLedger
from tests.fakes.sweeps import sweep_of


def test_pages_list_from_the_newest_to_the_oldest() -> None:
    """The pages list every sweep once, and the last page has no `next`."""
    ledger = MemoryLedger(HandClock())
    template = sweep_of(2, 1)
    made = [ledger.open(replace(template, id=f"s-{n}", key=f"s-{n}", created_at=float(n))) for n in range(5)]
    listed, after = list(ListSweeps(ledger)(2).sweeps), ListSweeps(ledger)(2).next
    while after is not None:
        page = ListSweeps(ledger)(2, after)
        listed += page.sweeps
        after = page.next
    assert listed == made[::-1]


@pytest.mark.parametrize("limit", [0, -1, LARGEST_PAGE + 1])
def test_a_page_has_1_to_100_sweeps(limit: int) -> None:
    """A limit outside 1 to 100 is refused."""
    with pytest.raises(InvalidSweep, match="limit: must be 1 to 100"):
        ListSweeps(MemoryLedger(HandClock()))(limit)
