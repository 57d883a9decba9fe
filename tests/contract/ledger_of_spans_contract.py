"""The rules of every `Ledger` about spans that are with dispatchers, and about those that were not delivered."""

from __future__ import annotations

from functools import partial

from application.ports.ledger import Ledger
from domain.reasons import Reason
from domain.sweep import ShardDone, Sweep
from tests.contract.ledger_readings import accepted, dispatch, mark
from tests.fakes.at_once import at_once
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

ABSENT = "absent-000000000000"


class LedgerOfSpansContract:
    """What is assigned, settled and forgotten."""

    def test_of_a_new_sweep_no_span_is_assigned(self, ledger: Ledger, sweep: Sweep) -> None:
        """No dispatcher has a span of it, and none was undelivered."""
        history = ledger.history(sweep.id)
        assert (history.assigned, history.undelivered) == (frozenset(), {})
        assert not ledger.is_assigned(sweep.id, 0, "one")

    def test_an_assignment_is_known_to_every_client(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """The spans are with dispatchers by that assignment, and no other span is, nor by another one."""
        ledger.assign(sweep.id, [0, 2, 30], "one", 60)
        assert other.history(sweep.id).assigned == {0, 2, 30}
        assert other.is_assigned(sweep.id, 2, "one")
        assert not other.is_assigned(sweep.id, 1, "one")
        assert not other.is_assigned(sweep.id, 2, "two")

    def test_very_many_spans_are_assigned(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """As many as a million shards have."""
        ledger.assign(sweep.id, range(245), "one", 60)
        assert other.history(sweep.id).assigned == set(range(245))

    def test_an_assignment_runs_out(self, ledger: Ledger, clock: HandClock, sweep: Sweep) -> None:
        """After its seconds no span counts as assigned, not a second earlier; the assignment has it all the same."""
        ledger.assign(sweep.id, [0, 1], "one", 60)
        clock.time += 59
        assert ledger.history(sweep.id).assigned == {0, 1}
        clock.time += 2
        assert ledger.history(sweep.id).assigned == frozenset()
        assert ledger.is_assigned(sweep.id, 1, "one")

    def test_an_assignment_is_prolonged(self, ledger: Ledger, other: Ledger, clock: HandClock, sweep: Sweep) -> None:
        """Its time counts from then on, for what it still has; another assignment is not prolonged."""
        ledger.assign(sweep.id, [0, 1], "one", 60)
        ledger.assign(sweep.id, [2], "two", 60)
        ledger.settle(sweep.id, 0, "one")
        clock.time += 50
        other.prolong(sweep.id, "one", 60)
        clock.time += 50
        assert ledger.history(sweep.id).assigned == {1}

    def test_a_later_assignment_does_not_prolong_an_earlier_one(
        self, ledger: Ledger, clock: HandClock, sweep: Sweep
    ) -> None:
        """Each has its own time: a span whose event was lost does not come back."""
        ledger.assign(sweep.id, [0, 1], "one", 60)
        clock.time += 61
        ledger.assign(sweep.id, [1, 2], "two", 60)
        assert ledger.history(sweep.id).assigned == {1, 2}

    def test_a_settled_span_is_with_no_dispatcher(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """The other spans of the assignment stay with theirs; once more changes nothing."""
        ledger.assign(sweep.id, [0, 1], "one", 60)
        for _ in range(2):
            other.settle(sweep.id, 0, "one")
            assert ledger.history(sweep.id).assigned == {1}
            assert ledger.history(sweep.id).undelivered == {}
            assert not ledger.is_assigned(sweep.id, 0, "one")

    def test_a_span_is_undelivered_for_a_reason(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """The reason of the first report counts: a second one, or a late end of a dispatcher, changes nothing."""
        ledger.assign(sweep.id, [0, 1, 2], "one", 60)
        other.settle(sweep.id, 1, "one", Reason.EVENT_AGE_EXCEEDED)
        other.settle(sweep.id, 1, "one", Reason.RETRIES_EXHAUSTED)
        other.settle(sweep.id, 1, "one")
        ledger.settle(sweep.id, 2, "one", Reason.RETRIES_EXHAUSTED)
        history = ledger.history(sweep.id)
        assert history.assigned == {0}
        assert history.undelivered == {1: Reason.EVENT_AGE_EXCEEDED, 2: Reason.RETRIES_EXHAUSTED}

    def test_a_late_report_is_of_its_own_assignment(self, ledger: Ledger, sweep: Sweep) -> None:
        """A span that was assigned again stays with its dispatcher, whatever becomes of the earlier event."""
        ledger.assign(sweep.id, [0], "one", 60)
        ledger.assign(sweep.id, [0], "two", 60)
        ledger.settle(sweep.id, 0, "one", Reason.RETRIES_EXHAUSTED)
        assert ledger.is_assigned(sweep.id, 0, "two")
        assert ledger.history(sweep.id).assigned == {0}
        ledger.settle(sweep.id, 0, "two")
        ledger.settle(sweep.id, 0, "one", Reason.RETRIES_EXHAUSTED)
        assert ledger.history(sweep.id).undelivered == {}

    def test_a_new_assignment_forgets_why_its_spans_were_undelivered(self, ledger: Ledger, sweep: Sweep) -> None:
        """Of the spans that it does not have, the reasons stay."""
        ledger.assign(sweep.id, [0, 1], "one", 60)
        for span in (0, 1):
            ledger.settle(sweep.id, span, "one", Reason.UNDELIVERED)
        ledger.assign(sweep.id, [1], "two", 60)
        assert ledger.history(sweep.id).undelivered == {0: Reason.UNDELIVERED}
        ledger.settle(sweep.id, 1, "two")
        assert ledger.history(sweep.id).undelivered == {0: Reason.UNDELIVERED}

    def test_dispatchers_settle_at_the_same_moment(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """None brings back the span of another one."""
        ledger.assign(sweep.id, range(8), "one", 60)
        reasons = [None, Reason.RETRIES_EXHAUSTED]
        clients = [(client, reason) for client in (ledger, other) for reason in reasons] * 2
        settled = [
            partial(client.settle, sweep.id, span, "one", reason) for span, (client, reason) in enumerate(clients)
        ]
        at_once(settled)
        history = other.history(sweep.id)
        assert history.assigned == frozenset()
        assert history.undelivered == {span: Reason.RETRIES_EXHAUSTED for span, (_, why) in enumerate(clients) if why}

    def test_spans_of_sweeps_do_not_mix(self, ledger: Ledger, sweep: Sweep) -> None:
        """Another sweep has none of these spans, and settles none of them."""
        second = ledger.open(make_sweep("lab-000000000002", created_at=sweep.created_at + 1))
        ledger.assign(sweep.id, [0, 1], "one", 60)
        ledger.settle(second.id, 0, "one", Reason.UNDELIVERED)
        ledger.prolong(second.id, "one", 60)
        ledger.settle(sweep.id, 1, "one", Reason.UNDELIVERED)
        found = ledger.history(second.id)
        assert (found.assigned, found.undelivered) == (frozenset(), {})
        assert ledger.history(sweep.id).assigned == {0}

    def test_spans_change_nothing_else(self, ledger: Ledger, sweep: Sweep) -> None:
        """A sweep, its blocks and its cancellation are as they were, and so is a listing."""
        dispatch(ledger, sweep, {accepted(): 0b111})
        mark(ledger, sweep, ShardDone(0, 12))
        before = ledger.history(sweep.id)
        ledger.assign(sweep.id, [0, 1], "one", 60)
        ledger.prolong(sweep.id, "one", 60)
        for span in (0, 1):
            ledger.settle(sweep.id, span, "one")
        assert ledger.history(sweep.id) == before
        assert ledger.sweep(sweep.id) == sweep
        assert ledger.heads(5).heads == (sweep.head,)

    def test_spans_survive_a_cancellation(self, ledger: Ledger, sweep: Sweep) -> None:
        """Dispatchers find out by themselves, and settle their spans."""
        ledger.assign(sweep.id, [0, 1], "one", 60)
        ledger.cancel(sweep.id)
        assert ledger.history(sweep.id).assigned == {0, 1}
        ledger.settle(sweep.id, 0, "one")
        assert ledger.history(sweep.id).assigned == {1}
        assert ledger.history(sweep.id).cancelled

    def test_an_unknown_sweep_has_no_spans(self, ledger: Ledger, sweep: Sweep) -> None:
        """A late event of a sweep that has expired records nothing."""
        ledger.assign(ABSENT, [0], "one", 60)
        ledger.prolong(ABSENT, "one", 60)
        ledger.settle(ABSENT, 0, "one", Reason.UNDELIVERED)
        assert not ledger.is_assigned(ABSENT, 0, "one")
        assert ledger.heads(10).heads == (sweep.head,)
