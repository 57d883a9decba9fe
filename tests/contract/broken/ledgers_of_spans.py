"""Ledgers with one defect each in what is known of spans, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import sleep

from adapters.local.sqlite_ledger import SqliteLedger
from application.ports.ledger import HeadPage
from domain.progress import History
from domain.reasons import Reason

_ALL = range(400)


class EverySpanIsHanded(SqliteLedger):
    """Says of each span that a hand-over has it."""

    def is_handed(self, sweep_id: str, span: int, hand_over: str) -> bool:
        return True


class HandOversAreNotKept(SqliteLedger):
    """Keeps hand-overs in the memory of one client."""

    _handed: frozenset[int] = frozenset()

    def hand_over(self, sweep_id: str, spans: Sequence[int], hand_over: str, seconds: float) -> None:
        self._handed |= {*spans}

    def history(self, sweep_id: str) -> History:
        return replace(super().history(sweep_id), handed=self._handed)


class FewSpansAreKept(SqliteLedger):
    """Keeps the first hundred spans of a hand-over."""

    def hand_over(self, sweep_id: str, spans: Sequence[int], hand_over: str, seconds: float) -> None:
        super().hand_over(sweep_id, spans[:100], hand_over, seconds)


class HandOversNeverRunOut(SqliteLedger):
    """Adds a minute to the time of a hand-over."""

    def hand_over(self, sweep_id: str, spans: Sequence[int], hand_over: str, seconds: float) -> None:
        super().hand_over(sweep_id, spans, hand_over, seconds + 60)


class HandOversAreNotProlonged(SqliteLedger):
    """Leaves the time of a hand-over as it was."""

    def prolong(self, sweep_id: str, hand_over: str, seconds: float) -> None:
        pass


class EveryHandOverIsProlonged(SqliteLedger):
    """Prolongs all hand-overs of a sweep with the last one."""

    def hand_over(self, sweep_id: str, spans: Sequence[int], hand_over: str, seconds: float) -> None:
        super().hand_over(sweep_id, spans, hand_over, seconds)
        with self._transaction() as database:
            database.execute("UPDATE handed SET until = ?", (self._clock.now() + seconds,))


class SettlingEndsTheHandOver(SqliteLedger):
    """Takes all spans from a hand-over of which one is settled."""

    def settle(self, sweep_id: str, span: int, hand_over: str, reason: Reason | None = None) -> None:
        for other in _ALL:
            super().settle(sweep_id, other, hand_over)
        super().settle(sweep_id, span, hand_over, reason)


class TheLastReasonCounts(SqliteLedger):
    """Writes a reason also when the hand-over has the span no more."""

    def settle(self, sweep_id: str, span: int, hand_over: str, reason: Reason | None = None) -> None:
        super().hand_over(sweep_id, [span], hand_over, 60)
        super().settle(sweep_id, span, hand_over, reason)


class SettlingIsOfEveryHandOver(SqliteLedger):
    """Takes a span from whatever hand-over has it."""

    def settle(self, sweep_id: str, span: int, hand_over: str, reason: Reason | None = None) -> None:
        for one in (hand_over, "one", "two"):
            super().settle(sweep_id, span, one, reason)


class ReasonsStay(SqliteLedger):
    """Keeps why a span was undelivered when it is handed over again."""

    def hand_over(self, sweep_id: str, spans: Sequence[int], hand_over: str, seconds: float) -> None:
        with self._transaction() as database:
            known = database.execute("SELECT sweep_id, span, reason FROM undelivered").fetchall()
        super().hand_over(sweep_id, spans, hand_over, seconds)
        with self._transaction() as database:
            database.executemany("INSERT OR REPLACE INTO undelivered VALUES (?, ?, ?)", known)


class SettlingReadsBeforeItWrites(SqliteLedger):
    """Reads what a hand-over has, and writes it back without the span 50 ms later."""

    def settle(self, sweep_id: str, span: int, hand_over: str, reason: Reason | None = None) -> None:
        with self._reading() as database:
            known = database.execute("SELECT * FROM handed WHERE span != ?", (span,)).fetchall()
        sleep(0.05)
        super().settle(sweep_id, span, hand_over, reason)
        with self._transaction() as database:
            database.executemany("INSERT OR REPLACE INTO handed VALUES (?, ?, ?, ?)", known)


class SpansAreOfAllSweeps(SqliteLedger):
    """Returns the spans of all sweeps in every history."""

    def history(self, sweep_id: str) -> History:
        with self._reading() as database:
            handed = frozenset(span for (span,) in database.execute("SELECT span FROM handed"))
        return replace(super().history(sweep_id), handed=handed)


class SpansRemoveTheSweep(SqliteLedger):
    """Lists no sweep of which a span was handed over."""

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        with self._reading() as database:
            handed = database.execute("SELECT count(*) FROM undelivered").fetchone()
        page = super().heads(limit, after)
        return page if handed[0] else HeadPage(page.heads[1:], page.next)


class CancellingForgetsSpans(SqliteLedger):
    """Takes all spans from their hand-overs when the sweep is cancelled."""

    def cancel(self, sweep_id: str) -> None:
        super().cancel(sweep_id)
        with self._transaction() as database:
            database.execute("DELETE FROM handed")


class UnknownSweepsHaveSpans(SqliteLedger):
    """Records hand-overs of sweeps that there are not."""

    def hand_over(self, sweep_id: str, spans: Sequence[int], hand_over: str, seconds: float) -> None:
        with self._transaction() as database:
            rows = [(sweep_id, span, hand_over, self._clock.now() + seconds) for span in spans]
            database.executemany("INSERT OR REPLACE INTO handed VALUES (?, ?, ?, ?)", rows)

    def settle(self, sweep_id: str, span: int, hand_over: str, reason: Reason | None = None) -> None:
        pass


BROKEN: dict[type[object], str] = {
    EverySpanIsHanded: "of_a_new_sweep_no_span_is_handed_over",
    HandOversAreNotKept: "a_hand_over_is_known_to_every_client",
    FewSpansAreKept: "very_many_spans_are_handed_over",
    HandOversNeverRunOut: "a_hand_over_runs_out",
    HandOversAreNotProlonged: "a_hand_over_is_prolonged",
    EveryHandOverIsProlonged: "a_later_hand_over_does_not_prolong_an_earlier_one",
    SettlingEndsTheHandOver: "a_settled_span_is_with_no_dispatcher",
    TheLastReasonCounts: "a_span_is_undelivered_for_a_reason",
    SettlingIsOfEveryHandOver: "a_late_report_is_of_its_own_hand_over",
    ReasonsStay: "a_new_hand_over_forgets_why_its_spans_were_undelivered",
    SettlingReadsBeforeItWrites: "dispatchers_settle_at_the_same_moment",
    SpansAreOfAllSweeps: "spans_of_sweeps_do_not_mix",
    SpansRemoveTheSweep: "spans_change_nothing_else",
    CancellingForgetsSpans: "spans_survive_a_cancellation",
    UnknownSweepsHaveSpans: "an_unknown_sweep_has_no_spans",
}
