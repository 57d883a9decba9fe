"""Ledgers with one defect each in listing sweeps, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from dataclasses import replace

from adapters.local.sqlite_ledger import SqliteLedger
from application.ports.ledger import HeadPage


class OldestFirst(SqliteLedger):
    """Lists the sweeps of a page in the order of their creation."""

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        page = super().heads(limit, after)
        return replace(page, heads=page.heads[::-1])


class LastOpenedFirst(SqliteLedger):
    """Lists the sweeps in the order in which they were opened, the last one first."""

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        page = super().heads(limit, after)
        return replace(page, heads=tuple(sorted(page.heads, key=lambda head: head.id, reverse=True)))


class PagesHaveNoEnd(SqliteLedger):
    """Returns a `next` on the last page too."""

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        page = super().heads(limit, after)
        return replace(page, next=page.next or "1")


class EmptyPagesHaveANext(SqliteLedger):
    """Returns a `next` where there is no sweep."""

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        page = super().heads(limit, after)
        return page if page.heads else replace(page, next="1")


class FullPagesHaveANext(SqliteLedger):
    """Returns a `next` on each page that is full."""

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        page = super().heads(limit, after)
        return replace(page, next=page.next or "1") if len(page.heads) == limit else page


class PagesSkipTheSameMoment(SqliteLedger):
    """Ends the listing where all further sweeps were created at the same moment as the page's last one."""

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        page = super().heads(limit, after)
        last = page.heads[-1].created_at
        ahead = super().heads(99, page.next).heads if page.next else ()
        return page if any(one.created_at != last for one in ahead) else replace(page, next=None)


class PagesAreTooLong(SqliteLedger):
    """Lists one sweep more than the limit."""

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        return super().heads(limit + 1, after)


BROKEN: dict[type[object], str] = {
    OldestFirst: "the_listing_is_newest_first",
    LastOpenedFirst: "the_listing_is_newest_first",
    PagesHaveNoEnd: "the_pages_together_list_every_sweep_once",
    EmptyPagesHaveANext: "an_empty_ledger_lists_nothing",
    FullPagesHaveANext: "a_full_page_may_be_the_last",
    PagesSkipTheSameMoment: "sweeps_of_one_moment_are_each_listed_once",
    PagesAreTooLong: "the_pages_together_list_every_sweep_once",
}
