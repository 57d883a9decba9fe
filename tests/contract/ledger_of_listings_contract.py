"""The rules of every `Ledger` about listing sweeps."""

from __future__ import annotations

import pytest

from application.ports.ledger import Ledger
from domain.sweep import Sweep
from tests.fakes.sweeps import make_sweep


def _opened(ledger: Ledger, *moments: int) -> list[Sweep]:
    """Open a sweep for each of these moments, and return them newest first."""
    sweeps = [
        ledger.open(make_sweep(f"lab-{number:012}", created_at=1_700_000_000.0 + moment))
        for number, moment in enumerate(moments)
    ]
    return sorted(sweeps, key=lambda sweep: -sweep.created_at)


def _listed(ledger: Ledger, limit: int) -> list[str]:
    """Follow the pages from the first to the last, five at most, and return the ids on them."""
    found: list[str] = []
    after = None
    for _ in range(5):
        page = ledger.heads(limit, after)
        assert len(page.heads) <= limit
        found += [head.id for head in page.heads]
        after = page.next
        if after is None:
            return found
    raise AssertionError("the listing does not end")


class LedgerOfListingsContract:
    """The rules, one a test."""

    def test_the_listing_is_newest_first(self, ledger: Ledger) -> None:
        """The ledger lists the heads of sweeps by their creation, also if they were opened in another order."""
        sweeps = _opened(ledger, 1, 3, 0, 2)
        page = ledger.heads(10)
        assert page.heads == tuple(sweep.head for sweep in sweeps)
        assert page.next is None

    @pytest.mark.parametrize("limit", [1, 2, 3, 4, 5], ids="{} a page".format)
    def test_the_pages_together_list_every_sweep_once(self, ledger: Ledger, limit: int) -> None:
        """A caller that follows `next` to its end gets every sweep once, at most `limit` on a page."""
        sweeps = _opened(ledger, 2, 0, 3, 1)
        assert _listed(ledger, limit) == [sweep.id for sweep in sweeps]

    def test_a_full_page_may_be_the_last(self, ledger: Ledger) -> None:
        """A page has a `next` only if there is a further sweep."""
        _opened(ledger, 0, 1, 2, 3)
        assert ledger.heads(4).next is None
        first = ledger.heads(2)
        assert first.next
        assert ledger.heads(2, first.next).next is None

    @pytest.mark.parametrize("limit", [1, 2, 3], ids="{} a page".format)
    def test_sweeps_of_one_moment_are_each_listed_once(self, ledger: Ledger, limit: int) -> None:
        """Where a page ends between sweeps of the same time, none of them is left out or listed twice."""
        sweeps = _opened(ledger, 0, 0, 0, 0)
        assert sorted(_listed(ledger, limit)) == [sweep.id for sweep in sweeps]

    def test_an_empty_ledger_lists_nothing(self, ledger: Ledger) -> None:
        """An empty ledger returns a page without sweeps and without a `next`."""
        page = ledger.heads(1)
        assert page.heads == ()
        assert page.next is None
