"""Ledgers with one defect each in opening, listing, finding or cancelling sweeps, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its one method

from __future__ import annotations

from dataclasses import replace

from adapters.local.sqlite_ledger import SqliteLedger
from application.ports.ledger import SweepPage
from domain.errors import SweepConflict, SweepNotFound
from domain.sweep import Sweep


class OpenIsNotIdempotent(SqliteLedger):
    """Records a sweep again under a key that is known."""

    def open(self, sweep: Sweep) -> Sweep:
        return super().open(replace(sweep, key=sweep.id))


class OpenReturnsItsArgument(SqliteLedger):
    """Returns the sweep of the caller instead of the recorded one."""

    def open(self, sweep: Sweep) -> Sweep:
        super().open(sweep)
        return sweep


class OpenKnowsNoConflict(SqliteLedger):
    """Accepts a known key with another digest."""

    def open(self, sweep: Sweep) -> Sweep:
        try:
            return super().open(sweep)
        except SweepConflict:
            return sweep


class OldestFirst(SqliteLedger):
    """Lists the sweeps of a page in the order of their creation."""

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        page = super().sweeps(limit, after)
        return replace(page, sweeps=page.sweeps[::-1])


class PagesHaveNoEnd(SqliteLedger):
    """Returns a `next` on the last page too."""

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        page = super().sweeps(limit, after)
        return replace(page, next=page.next or "1")


class PagesSkipTheSameMoment(SqliteLedger):
    """Ends the listing where all further sweeps were created at the same moment as the page's last one."""

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        page = super().sweeps(limit, after)
        last = page.sweeps[-1].created_at
        ahead = super().sweeps(99, page.next).sweeps if page.next else ()
        return page if any(one.created_at != last for one in ahead) else replace(page, next=None)


class PagesAreTooLong(SqliteLedger):
    """Lists one sweep more than the limit."""

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        return super().sweeps(limit + 1, after)


class UnknownSweepsAreNotCancelled(SqliteLedger):
    """Returns False for a sweep that was never recorded."""

    def is_cancelled(self, sweep_id: str) -> bool:
        try:
            return super().is_cancelled(sweep_id)
        except SweepNotFound:
            return False


class CancellingCancelsAll(SqliteLedger):
    """Cancels every sweep instead of the named one."""

    def cancel(self, sweep_id: str) -> None:
        super().cancel(sweep_id)
        with self._transaction() as database:
            database.execute("UPDATE sweeps SET cancelled = 1")


class CancellingTwiceResumes(SqliteLedger):
    """Resumes a sweep that is cancelled a second time."""

    def cancel(self, sweep_id: str) -> None:
        was_cancelled = self.is_cancelled(sweep_id)
        super().cancel(sweep_id)
        with self._transaction() as database:
            database.execute("UPDATE sweeps SET cancelled = ?", (not was_cancelled,))


BROKEN: dict[type[object], str] = {
    OpenIsNotIdempotent: "open_again_returns_the_recorded_sweep",
    OpenReturnsItsArgument: "of_callers_at_once_one_records",
    OpenKnowsNoConflict: "a_key_belongs_to_one_request",
    OldestFirst: "the_listing_is_newest_first",
    PagesHaveNoEnd: "the_pages_together_list_every_sweep_once",
    PagesSkipTheSameMoment: "sweeps_of_one_moment_are_each_listed_once",
    PagesAreTooLong: "the_pages_together_list_every_sweep_once",
    UnknownSweepsAreNotCancelled: "an_unknown_sweep_is_not_found",
    CancellingCancelsAll: "sweeps_do_not_mix",
    CancellingTwiceResumes: "cancelling_is_remembered",
}
