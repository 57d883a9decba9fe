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


class EverySpanIsAssigned(SqliteLedger):
    """Says of each span that an assignment has it."""

    def is_assigned(self, sweep_id: str, span: int, assignment: str) -> bool:
        return True


class AssignmentsAreNotKept(SqliteLedger):
    """Keeps assignments in the memory of one client."""

    _assigned: frozenset[int] = frozenset()

    def assign(self, sweep_id: str, spans: Sequence[int], assignment: str, seconds: float) -> None:
        self._assigned |= {*spans}

    def history(self, sweep_id: str) -> History:
        return replace(super().history(sweep_id), assigned=self._assigned)


class FewSpansAreKept(SqliteLedger):
    """Keeps the first hundred spans of an assignment."""

    def assign(self, sweep_id: str, spans: Sequence[int], assignment: str, seconds: float) -> None:
        super().assign(sweep_id, spans[:100], assignment, seconds)


class AssignmentsNeverRunOut(SqliteLedger):
    """Adds a minute to the time of an assignment."""

    def assign(self, sweep_id: str, spans: Sequence[int], assignment: str, seconds: float) -> None:
        super().assign(sweep_id, spans, assignment, seconds + 60)


class AssignmentsAreNotProlonged(SqliteLedger):
    """Leaves the time of an assignment as it was."""

    def prolong(self, sweep_id: str, assignment: str, seconds: float) -> None:
        pass


class EveryAssignmentIsProlonged(SqliteLedger):
    """Prolongs all assignments of a sweep with the last one."""

    def assign(self, sweep_id: str, spans: Sequence[int], assignment: str, seconds: float) -> None:
        super().assign(sweep_id, spans, assignment, seconds)
        with self._transaction() as database:
            database.execute("UPDATE assigned SET until = ?", (self._clock.now() + seconds,))


class SettlingEndsTheAssignment(SqliteLedger):
    """Takes all spans from an assignment of which one is settled."""

    def settle(self, sweep_id: str, span: int, assignment: str, reason: Reason | None = None) -> None:
        for other in _ALL:
            super().settle(sweep_id, other, assignment)
        super().settle(sweep_id, span, assignment, reason)


class TheLastReasonCounts(SqliteLedger):
    """Writes a reason also when the assignment has the span no more."""

    def settle(self, sweep_id: str, span: int, assignment: str, reason: Reason | None = None) -> None:
        super().assign(sweep_id, [span], assignment, 60)
        super().settle(sweep_id, span, assignment, reason)


class SettlingIsOfEveryAssignment(SqliteLedger):
    """Takes a span from whatever assignment has it."""

    def settle(self, sweep_id: str, span: int, assignment: str, reason: Reason | None = None) -> None:
        for one in (assignment, "one", "two"):
            super().settle(sweep_id, span, one, reason)


class ReasonsStay(SqliteLedger):
    """Keeps why a span was undelivered when it is assigned again."""

    def assign(self, sweep_id: str, spans: Sequence[int], assignment: str, seconds: float) -> None:
        with self._transaction() as database:
            known = database.execute("SELECT sweep_id, span, reason FROM undelivered").fetchall()
        super().assign(sweep_id, spans, assignment, seconds)
        with self._transaction() as database:
            database.executemany("INSERT OR REPLACE INTO undelivered VALUES (?, ?, ?)", known)


class SettlingReadsBeforeItWrites(SqliteLedger):
    """Reads what an assignment has, and writes it back without the span 50 ms later."""

    def settle(self, sweep_id: str, span: int, assignment: str, reason: Reason | None = None) -> None:
        with self._reading() as database:
            known = database.execute("SELECT * FROM assigned WHERE span != ?", (span,)).fetchall()
        sleep(0.05)
        super().settle(sweep_id, span, assignment, reason)
        with self._transaction() as database:
            database.executemany("INSERT OR REPLACE INTO assigned VALUES (?, ?, ?, ?)", known)


class SpansAreOfAllSweeps(SqliteLedger):
    """Returns the spans of all sweeps in every history."""

    def history(self, sweep_id: str) -> History:
        with self._reading() as database:
            assigned = frozenset(span for (span,) in database.execute("SELECT span FROM assigned"))
        return replace(super().history(sweep_id), assigned=assigned)


class SpansRemoveTheSweep(SqliteLedger):
    """Lists no sweep of which a span was assigned."""

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        with self._reading() as database:
            assigned = database.execute("SELECT count(*) FROM undelivered").fetchone()
        page = super().heads(limit, after)
        return page if assigned[0] else HeadPage(page.heads[1:], page.next)


class CancellingForgetsSpans(SqliteLedger):
    """Takes all spans from their assignments when the sweep is cancelled."""

    def cancel(self, sweep_id: str) -> None:
        super().cancel(sweep_id)
        with self._transaction() as database:
            database.execute("DELETE FROM assigned")


class UnknownSweepsHaveSpans(SqliteLedger):
    """Records assignments of sweeps that there are not."""

    def assign(self, sweep_id: str, spans: Sequence[int], assignment: str, seconds: float) -> None:
        with self._transaction() as database:
            rows = [(sweep_id, span, assignment, self._clock.now() + seconds) for span in spans]
            database.executemany("INSERT OR REPLACE INTO assigned VALUES (?, ?, ?, ?)", rows)

    def settle(self, sweep_id: str, span: int, assignment: str, reason: Reason | None = None) -> None:
        pass


BROKEN: dict[type[object], str] = {
    EverySpanIsAssigned: "of_a_new_sweep_no_span_is_assigned",
    AssignmentsAreNotKept: "an_assignment_is_known_to_every_client",
    FewSpansAreKept: "very_many_spans_are_assigned",
    AssignmentsNeverRunOut: "an_assignment_runs_out",
    AssignmentsAreNotProlonged: "an_assignment_is_prolonged",
    EveryAssignmentIsProlonged: "a_later_assignment_does_not_prolong_an_earlier_one",
    SettlingEndsTheAssignment: "a_settled_span_is_with_no_dispatcher",
    TheLastReasonCounts: "a_span_is_undelivered_for_a_reason",
    SettlingIsOfEveryAssignment: "a_late_report_is_of_its_own_assignment",
    ReasonsStay: "a_new_assignment_forgets_why_its_spans_were_undelivered",
    SettlingReadsBeforeItWrites: "dispatchers_settle_at_the_same_moment",
    SpansAreOfAllSweeps: "spans_of_sweeps_do_not_mix",
    SpansRemoveTheSweep: "spans_change_nothing_else",
    CancellingForgetsSpans: "spans_survive_a_cancellation",
    UnknownSweepsHaveSpans: "an_unknown_sweep_has_no_spans",
}
