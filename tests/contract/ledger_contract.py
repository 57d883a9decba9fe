"""The rules that every `Ledger` keeps. A subclass of `LedgerContract` with the fixture `ledger` tests a backend."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from application.ports.ledger import Ledger
from domain.dispatch import Outcome, OutcomeKind
from domain.errors import SweepConflict, SweepNotFound
from domain.reasons import Reason
from domain.sweep import PointError, ShardDone, ShardFailed, Sweep
from tests.fakes.at_once import at_once
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

_ACCEPTED, _UNKNOWN, _REJECTED = OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN, OutcomeKind.REJECTED


class LedgerContract:
    """The rules, one a test."""

    @pytest.fixture
    def clock(self) -> HandClock:
        """Return the clock that decides when the ledger's claims run out."""
        return HandClock()

    @pytest.fixture
    def ledger(self, clock: HandClock) -> Ledger:
        """Return an empty ledger."""
        raise NotImplementedError

    @pytest.fixture
    def other(self, ledger: Ledger) -> Ledger:
        """Return a second client of the same ledger, or the same client where there can be only one."""
        return ledger

    @pytest.fixture
    def sweep(self, ledger: Ledger) -> Sweep:
        """Return a recorded sweep of six shards."""
        return ledger.open(make_sweep())

    def test_open_records_the_sweep(self, ledger: Ledger, other: Ledger) -> None:
        """`open` returns a new sweep with every value of its request, and every client can read it."""
        sweep = make_sweep()
        assert ledger.open(sweep) == sweep
        assert other.sweep(sweep.id) == sweep

    def test_open_again_returns_the_recorded_sweep(self, ledger: Ledger, sweep: Sweep) -> None:
        """For the same key and digest, `open` returns the sweep that was recorded first and records no second one."""
        again = replace(sweep, id="lab-000000000002", created_at=sweep.created_at + 5)
        assert ledger.open(again) == sweep
        assert ledger.sweeps(10).sweeps == (sweep,)
        with pytest.raises(SweepNotFound):
            ledger.sweep(again.id)

    def test_open_again_forgets_nothing(self, ledger: Ledger, sweep: Sweep) -> None:
        """Opening a known sweep leaves its history unchanged."""
        ledger.mark_done(sweep.id, ShardDone(0, 2))
        ledger.cancel(sweep.id)
        ledger.open(sweep)
        assert ledger.end_of(sweep.id, 0) == ShardDone(0, 2)
        assert ledger.is_cancelled(sweep.id)

    def test_a_key_belongs_to_one_request(self, ledger: Ledger, sweep: Sweep) -> None:
        """The same key with another digest is a conflict and changes nothing."""
        other = replace(make_sweep("lab-000000000002", size=3), key=sweep.key)
        with pytest.raises(SweepConflict):
            ledger.open(other)
        assert ledger.sweeps(10).sweeps == (sweep,)

    def test_one_request_may_have_many_keys(self, ledger: Ledger, sweep: Sweep) -> None:
        """The same request under another key is another sweep."""
        second = replace(sweep, id="lab-000000000002", key="second", created_at=sweep.created_at + 1)
        assert ledger.open(second) == second
        assert ledger.sweep(sweep.id) == sweep

    def test_of_callers_at_once_one_records(self, ledger: Ledger, other: Ledger) -> None:
        """All callers that open the same key at the same moment get the same sweep."""
        sweeps = [make_sweep(f"lab-{number:012}", key="one") for number in range(8)]
        opened = at_once([partial(client.open, one) for client, one in zip([ledger, other] * 4, sweeps, strict=True)])
        assert len({sweep.id for sweep in opened}) == 1
        assert ledger.sweeps(10).sweeps == (opened[0],)

    def test_the_listing_is_newest_first(self, ledger: Ledger) -> None:
        """The ledger lists sweeps by the time of their creation, newest first."""
        sweeps = [make_sweep(f"lab-{n:012}", created_at=1_700_000_000.0 + n) for n in (0, 1, 2)]
        for sweep in sweeps:
            ledger.open(sweep)
        assert ledger.sweeps(10).sweeps == tuple(reversed(sweeps))
        assert ledger.sweeps(10).next is None

    @pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
    def test_the_pages_together_list_every_sweep_once(self, ledger: Ledger, limit: int) -> None:
        """A caller that follows `next` to its end gets every sweep once, at most `limit` on a page."""
        for n in range(4):
            ledger.open(make_sweep(f"lab-{n:012}", created_at=1_700_000_000.0 + n))
        found: list[str] = []
        after = None
        for _ in range(5):
            page = ledger.sweeps(limit, after)
            assert len(page.sweeps) <= limit
            found += [sweep.id for sweep in page.sweeps]
            after = page.next
            if after is None:
                break
        assert after is None
        assert found == [f"lab-{n:012}" for n in (3, 2, 1, 0)]

    def test_a_full_page_may_be_the_last(self, ledger: Ledger) -> None:
        """A page has a `next` only if there is a further sweep."""
        for n in range(4):
            ledger.open(make_sweep(f"lab-{n:012}", created_at=1_700_000_000.0 + n))
        assert ledger.sweeps(4).next is None
        first = ledger.sweeps(2)
        assert first.next
        assert ledger.sweeps(2, first.next).next is None

    @pytest.mark.parametrize("limit", [1, 2, 3])
    def test_sweeps_of_one_moment_are_each_listed_once(self, ledger: Ledger, limit: int) -> None:
        """Where a page ends between sweeps of the same time, none of them is left out or listed twice."""
        for n in range(4):
            ledger.open(make_sweep(f"lab-{n:012}", created_at=1_700_000_000.0))
        found: list[str] = []
        after = None
        for _ in range(5):
            page = ledger.sweeps(limit, after)
            found += [sweep.id for sweep in page.sweeps]
            after = page.next
            if after is None:
                break
        assert after is None
        assert sorted(found) == [f"lab-{n:012}" for n in range(4)]

    def test_an_empty_ledger_lists_nothing(self, ledger: Ledger) -> None:
        """An empty ledger returns a page without sweeps and without a `next`."""
        page = ledger.sweeps(1)
        assert page.sweeps == ()
        assert page.next is None

    @pytest.mark.parametrize("method", ["sweep", "history", "cancel", "is_cancelled"])
    def test_an_unknown_sweep_is_not_found(self, ledger: Ledger, sweep: Sweep, method: str) -> None:
        """Each method raises `SweepNotFound` with the id of a sweep that was never recorded."""
        with pytest.raises(SweepNotFound) as caught:
            getattr(ledger, method)("absent-000000000000")
        assert caught.value.sweep_id == "absent-000000000000"

    def test_a_new_sweep_has_an_empty_history(self, ledger: Ledger, sweep: Sweep) -> None:
        """A new sweep has no outcome and no end, is not being dispatched and is not cancelled."""
        history = ledger.history(sweep.id)
        assert (history.outcomes, history.ends, history.dispatching, history.cancelled) == ({}, {}, False, False)
        assert ledger.end_of(sweep.id, 0) is None
        assert not ledger.is_cancelled(sweep.id)

    def test_the_history_holds_every_write(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """The history has outcomes, ends, the claim and the cancellation as soon as they are written."""
        outcomes = [
            Outcome(1, _ACCEPTED, request_id="id-1", attempts=2),
            Outcome(4, OutcomeKind.DEFERRED, Reason.OUT_OF_TIME),
        ]
        done = ShardDone(2, 1, 1, PointError(5, "ZeroDivisionError", "division by zero ü"))
        failed = ShardFailed(3, Reason.WORKER_DIED, "the worker process was killed by SIGKILL", 3)
        ledger.claim_dispatch(sweep.id, "me", 60)
        ledger.record_outcomes(sweep.id, outcomes)
        ledger.mark_done(sweep.id, done)
        ledger.mark_failed(sweep.id, failed)
        ledger.cancel(sweep.id)
        history = other.history(sweep.id)
        assert history.outcomes == {outcome.shard: outcome for outcome in outcomes}
        assert history.ends == {2: done, 3: failed}
        assert history.dispatching
        assert history.cancelled

    def test_sweeps_do_not_mix(self, ledger: Ledger, sweep: Sweep) -> None:
        """A write about one sweep does not show in the history of another."""
        second = ledger.open(make_sweep("lab-000000000002", created_at=sweep.created_at + 1))
        ledger.claim_dispatch(second.id, "me", 60)
        ledger.record_outcomes(second.id, [Outcome(0, _ACCEPTED)])
        ledger.mark_done(second.id, ShardDone(1, 2))
        ledger.mark_failed(second.id, ShardFailed(2, Reason.UNDELIVERED, "text"))
        ledger.cancel(second.id)
        history = ledger.history(sweep.id)
        assert (history.outcomes, history.ends, history.dispatching, history.cancelled) == ({}, {}, False, False)
        assert ledger.end_of(sweep.id, 1) is None
        assert not ledger.is_cancelled(sweep.id)

    def test_one_owner_claims_the_dispatch(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """While one owner has the claim, the ledger refuses it to another."""
        assert ledger.claim_dispatch(sweep.id, "me", 60)
        assert not other.claim_dispatch(sweep.id, "you", 60)
        assert ledger.history(sweep.id).dispatching

    def test_of_many_claims_at_once_one_is_granted(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Of eight owners that claim at the same moment, one is granted the claim."""
        clients = [ledger, other] * 4
        granted = at_once([partial(one.claim_dispatch, sweep.id, f"owner-{n}", 60) for n, one in enumerate(clients)])
        assert sorted(granted) == [False] * 7 + [True]

    def test_the_owner_may_claim_again(self, ledger: Ledger, sweep: Sweep) -> None:
        """The ledger grants a claim again to its owner."""
        ledger.claim_dispatch(sweep.id, "me", 60)
        assert ledger.claim_dispatch(sweep.id, "me", 60)

    def test_a_claim_runs_out(self, ledger: Ledger, clock: HandClock, sweep: Sweep) -> None:
        """Another owner gets the claim when its seconds are over, and not one second earlier."""
        ledger.claim_dispatch(sweep.id, "me", 60)
        clock.time += 59
        assert not ledger.claim_dispatch(sweep.id, "you", 60)
        assert ledger.history(sweep.id).dispatching
        clock.time += 2
        assert not ledger.history(sweep.id).dispatching
        assert ledger.claim_dispatch(sweep.id, "you", 60)
        assert not ledger.claim_dispatch(sweep.id, "me", 60)

    def test_a_released_claim_is_free(self, ledger: Ledger, sweep: Sweep) -> None:
        """Another owner gets a claim that its owner has released, once or twice."""
        ledger.claim_dispatch(sweep.id, "me", 60)
        ledger.release_dispatch(sweep.id, "me")
        ledger.release_dispatch(sweep.id, "me")
        assert not ledger.history(sweep.id).dispatching
        assert ledger.claim_dispatch(sweep.id, "you", 60)

    def test_only_the_owner_releases_a_claim(self, ledger: Ledger, clock: HandClock, sweep: Sweep) -> None:
        """A late release by the former owner does not end the claim of the next owner."""
        ledger.claim_dispatch(sweep.id, "me", 60)
        clock.time += 61
        ledger.claim_dispatch(sweep.id, "you", 60)
        ledger.release_dispatch(sweep.id, "me")
        assert ledger.history(sweep.id).dispatching
        assert not ledger.claim_dispatch(sweep.id, "they", 60)

    @pytest.mark.parametrize("kind", list(OutcomeKind))
    def test_every_kind_of_outcome_is_kept(self, ledger: Ledger, sweep: Sweep, kind: OutcomeKind) -> None:
        """The history has kind, reason, request id and attempts as they were recorded."""
        accepted = kind is OutcomeKind.ACCEPTED
        reason, request_id = (None, "an id with ü") if accepted else (Reason.THROTTLED, "")
        outcome = Outcome(5, kind, reason, request_id, attempts=7)
        ledger.record_outcomes(sweep.id, [outcome])
        assert ledger.history(sweep.id).outcomes == {5: outcome}

    def test_a_later_outcome_replaces_an_earlier_one(self, ledger: Ledger, sweep: Sweep) -> None:
        """The last outcome of a shard counts; other shards keep theirs."""
        ledger.record_outcomes(
            sweep.id, [Outcome(0, _UNKNOWN, Reason.NO_ANSWER), Outcome(1, _REJECTED, Reason.ACCESS_DENIED)]
        )
        ledger.record_outcomes(sweep.id, [Outcome(0, _ACCEPTED, request_id="id-0", attempts=2)])
        ledger.record_outcomes(sweep.id, [Outcome(0, _ACCEPTED, request_id="id-0", attempts=2)])
        ledger.record_outcomes(sweep.id, [])
        assert ledger.history(sweep.id).outcomes == {
            0: Outcome(0, _ACCEPTED, request_id="id-0", attempts=2),
            1: Outcome(1, _REJECTED, Reason.ACCESS_DENIED),
        }

    def test_outcomes_recorded_at_once_are_all_kept(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Callers that record at the same moment do not overwrite each other's outcomes."""
        outcomes = [Outcome(n, _REJECTED, reason) for n, reason in enumerate(tuple(Reason)[:6])]
        clients = [ledger, other] * 3
        at_once([partial(one.record_outcomes, sweep.id, [outcomes[n]]) for n, one in enumerate(clients)])
        assert ledger.history(sweep.id).outcomes == dict(enumerate(outcomes))

    def test_a_thousand_outcomes_are_kept(self, ledger: Ledger) -> None:
        """One call may record a thousand outcomes."""
        sweep = ledger.open(make_sweep("lab-000000000009", size=1000, shards=1000))
        outcomes = [Outcome(n, _ACCEPTED, request_id=f"00000000-0000-0000-0000-{n:012}") for n in range(1000)]
        ledger.record_outcomes(sweep.id, outcomes)
        assert ledger.history(sweep.id).outcomes == dict(enumerate(outcomes))

    @pytest.mark.parametrize(
        "end",
        [
            pytest.param(ShardDone(0, 2), id="done"),
            pytest.param(ShardDone(0, 0, 2, PointError(1, "ValueError", "")), id="done with an error"),
            pytest.param(
                ShardDone(0, 10**15, 10**15, PointError(10**17, "E" * 200, "ü" * 1000)), id="done with large values"
            ),
            pytest.param(ShardFailed(0, Reason.WORKER_DIED, "text", 3), id="failed"),
            pytest.param(ShardFailed(0, Reason.OTHER, ""), id="failed without a message"),
        ],
    )
    def test_an_end_is_returned_as_it_was_marked(
        self, ledger: Ledger, other: Ledger, sweep: Sweep, end: ShardDone | ShardFailed
    ) -> None:
        """`end_of` and `history` return all fields of an end, also after it was marked twice."""
        for _ in range(2):
            if isinstance(end, ShardDone):
                ledger.mark_done(sweep.id, end)
            else:
                ledger.mark_failed(sweep.id, end)
        assert other.end_of(sweep.id, 0) == end
        assert other.end_of(sweep.id, 1) is None
        assert other.history(sweep.id).ends == {0: end}

    def test_long_messages_are_truncated_alike(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Of the message of a shard and of a point, the ledger keeps the first 1,000 characters."""
        text = "".join(f"{n:05}" for n in range(1000))
        ledger.mark_failed(sweep.id, ShardFailed(0, Reason.WORKER_DIED, text))
        ledger.mark_done(sweep.id, ShardDone(1, 1, 1, PointError(2, "ValueError", text)))
        ends = other.history(sweep.id).ends
        failed, done = ends[0], ends[1]
        assert isinstance(failed, ShardFailed)
        assert failed.message == text[:1000]
        assert isinstance(done, ShardDone)
        assert done.first_error == PointError(2, "ValueError", text[:1000])
        assert [other.end_of(sweep.id, shard) for shard in (0, 1)] == [failed, done]

    def test_done_replaces_a_failure(self, ledger: Ledger, sweep: Sweep) -> None:
        """A shard that failed and was run again is done, and its failure is no longer in the history."""
        ledger.mark_failed(sweep.id, ShardFailed(0, Reason.WORKER_DIED, "text", 3))
        ledger.mark_done(sweep.id, ShardDone(0, 2))
        assert ledger.end_of(sweep.id, 0) == ShardDone(0, 2)
        assert ledger.history(sweep.id).ends == {0: ShardDone(0, 2)}

    def test_the_first_done_stays(self, ledger: Ledger, sweep: Sweep) -> None:
        """The ledger keeps the end that describes the stored object, which is the first one."""
        first = ShardDone(0, 1, 1, PointError(0, "ValueError", "text"))
        ledger.mark_done(sweep.id, first)
        ledger.mark_done(sweep.id, ShardDone(0, 2))
        assert ledger.end_of(sweep.id, 0) == first

    def test_a_failure_never_replaces_done(self, ledger: Ledger, sweep: Sweep) -> None:
        """A failure that is reported late does not replace the end of a done shard."""
        ledger.mark_done(sweep.id, ShardDone(0, 2))
        ledger.mark_failed(sweep.id, ShardFailed(0, Reason.EVENT_AGE_EXCEEDED, "text"))
        assert ledger.end_of(sweep.id, 0) == ShardDone(0, 2)
        assert ledger.history(sweep.id).ends == {0: ShardDone(0, 2)}

    def test_of_ends_at_once_done_wins(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """A shard that is reported done and failed at the same moment is done."""
        calls = [
            lambda: ledger.mark_failed(sweep.id, ShardFailed(0, Reason.EVENT_AGE_EXCEEDED, "text")),
            lambda: other.mark_done(sweep.id, ShardDone(0, 2)),
        ]
        at_once(calls * 4)
        assert ledger.end_of(sweep.id, 0) == ShardDone(0, 2)

    def test_a_forgotten_failure_has_not_ended(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """`forget_failures` removes the ends of the named shards that failed, and no others."""
        ledger.record_outcomes(sweep.id, [Outcome(n, _ACCEPTED) for n in range(4)])
        ledger.mark_failed(sweep.id, ShardFailed(0, Reason.WORKER_DIED, "text"))
        ledger.mark_done(sweep.id, ShardDone(1, 2))
        ledger.mark_failed(sweep.id, ShardFailed(2, Reason.WORKER_DIED, "text"))
        for _ in range(2):
            ledger.forget_failures(sweep.id, [0, 1, 3])
        assert other.history(sweep.id).ends == {1: ShardDone(1, 2), 2: ShardFailed(2, Reason.WORKER_DIED, "text")}
        assert other.end_of(sweep.id, 0) is None
        assert set(other.history(sweep.id).outcomes) == {0, 1, 2, 3}
        ledger.forget_failures(sweep.id, [])
        ledger.mark_failed(sweep.id, ShardFailed(0, Reason.RETRIES_EXHAUSTED, "text"))
        assert other.end_of(sweep.id, 0) == ShardFailed(0, Reason.RETRIES_EXHAUSTED, "text")

    def test_of_many_failures_all_are_forgotten(self, ledger: Ledger) -> None:
        """One call may forget 120 failures."""
        sweep = ledger.open(make_sweep("lab-000000000009", size=120, shards=120))
        for shard in range(120):
            ledger.mark_failed(sweep.id, ShardFailed(shard, Reason.WORKER_DIED, "text"))
        ledger.forget_failures(sweep.id, range(120))
        assert ledger.history(sweep.id).ends == {}

    def test_cancelling_is_remembered(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """A sweep that was cancelled once or twice is cancelled for every client."""
        ledger.cancel(sweep.id)
        ledger.cancel(sweep.id)
        assert other.is_cancelled(sweep.id)
        assert other.history(sweep.id).cancelled
