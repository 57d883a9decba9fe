"""The rules of every `Ledger` about opening, finding, listing and cancelling sweeps."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from application.ports.ledger import Ledger, Look
from domain.block import Block
from domain.errors import SweepConflict, SweepNotFound
from domain.progress import History
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed, Sweep
from tests.contract.ledger_readings import accepted, block_in, dispatch, ends_in, mark, standing_in
from tests.fakes.at_once import at_once
from tests.fakes.sweeps import make_sweep, spread_sweep_of, sweep_of


class LedgerOfSweepsContract:
    """The rules, one a test."""

    def test_open_records_the_sweep(self, ledger: Ledger, other: Ledger) -> None:
        """`open` returns a new sweep with every value of its request, and every client can read it."""
        sweep = make_sweep()
        assert ledger.open(sweep) == sweep
        assert other.sweep(sweep.id) == sweep

    def test_open_keeps_the_first_order_of_dispatch(self, ledger: Ledger, other: Ledger) -> None:
        """Another order under the same key is the same sweep, whose own order every client can read."""
        sweep = spread_sweep_of(12, 6)
        ledger.open(sweep)
        in_the_plans_order = replace(sweep_of(12, 6), id="demo-000000000002")
        assert other.open(in_the_plans_order) == other.sweep(sweep.id) == sweep

    def test_open_keeps_the_sweep_that_is_extended(self, ledger: Ledger, other: Ledger) -> None:
        """A retry needs it; another one under the same key is the same sweep."""
        sweep = make_sweep()
        extending = replace(sweep, request=replace(sweep.request, extends="lab-000000000000"))
        ledger.open(extending)
        assert other.open(replace(sweep, id="lab-000000000002")) == other.sweep(sweep.id) == extending

    def test_a_head_is_the_sweep_without_its_request(self, ledger: Ledger, other: Ledger) -> None:
        """`head` and `heads` return id, plan and the moment of creation, to the microsecond."""
        sweep = ledger.open(make_sweep(size=7, shards=5, created_at=1_700_000_000.123456))
        assert other.head(sweep.id) == sweep.head
        assert other.heads(10).heads == (sweep.head,)

    def test_open_again_returns_the_recorded_sweep(self, ledger: Ledger, sweep: Sweep) -> None:
        """For the same key and digest, `open` returns the sweep that was recorded first and records no second one."""
        again = replace(sweep, id="lab-000000000002", created_at=sweep.created_at + 5)
        assert ledger.open(again) == sweep
        assert ledger.heads(10).heads == (sweep.head,)
        with pytest.raises(SweepNotFound):
            ledger.sweep(again.id)

    def test_open_again_forgets_nothing(self, ledger: Ledger, sweep: Sweep) -> None:
        """Opening a known sweep leaves its history unchanged."""
        dispatch(ledger, sweep, {accepted(): 0b11})
        mark(ledger, sweep, ShardDone(0, 12))
        ledger.cancel(sweep.id)
        before = ledger.history(sweep.id)
        ledger.open(sweep)
        assert ledger.history(sweep.id) == before
        assert before.blocks[0].done == 1

    def test_a_key_belongs_to_one_request(self, ledger: Ledger, sweep: Sweep) -> None:
        """The same key with another digest is a conflict and changes nothing."""
        other = replace(make_sweep("lab-000000000002", size=3, shards=3), key=sweep.key)
        with pytest.raises(SweepConflict):
            ledger.open(other)
        assert ledger.heads(10).heads == (sweep.head,)

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
        assert ledger.heads(10).heads == (opened[0].head,)

    @pytest.mark.parametrize("method", ["sweep", "head", "history", "cancel", "look"], ids="of {}".format)
    def test_an_unknown_sweep_is_not_found(self, ledger: Ledger, sweep: Sweep, method: str) -> None:
        """Each method raises `SweepNotFound` with the id of a sweep that was never recorded, and records nothing."""
        with pytest.raises(SweepNotFound) as caught:
            getattr(ledger, method)("absent-000000000000", *([0] if method == "look" else []))
        assert caught.value.sweep_id == "absent-000000000000"
        assert ledger.heads(10).heads == (sweep.head,)

    def test_of_a_new_sweep_nothing_is_known(self, ledger: Ledger, sweep: Sweep, large: Sweep) -> None:
        """A new sweep is not cancelled, and nothing is known of any block of it."""
        assert ledger.history(sweep.id) == History(sweep.head, cancelled=False, blocks={})
        assert ledger.blocks(large.id, range(8)) == {}
        assert ends_in(ledger, sweep, range(6)) == []
        assert ledger.look(sweep.id, 5) == Look(cancelled=False, block=Block(0))
        assert ledger.look(large.id, 999) == Look(cancelled=False, block=Block(7))

    def test_sweeps_do_not_mix(self, ledger: Ledger, sweep: Sweep) -> None:
        """A write about one sweep does not show in any reading of another."""
        second = ledger.open(make_sweep("lab-000000000002", created_at=sweep.created_at + 1))
        dispatch(ledger, second, {accepted(): 0b111})
        mark(ledger, second, ShardDone(1, 12), ShardDone(3, 11, 1), ShardFailed(2, Reason.UNDELIVERED, "text"))
        assert ledger.claim(second.id, 0, "you", 60)
        ledger.cancel(second.id)
        assert ledger.history(sweep.id) == History(sweep.head, cancelled=False, blocks={})
        assert ledger.look(sweep.id, 1) == Look(cancelled=False, block=Block(0))
        assert ends_in(ledger, sweep, range(6)) == []
        assert ledger.claim(sweep.id, 0, "me", 60)

    def test_cancelling_is_remembered(self, ledger: Ledger, other: Ledger, large: Sweep) -> None:
        """A sweep that was cancelled once or twice is cancelled for every client, and for each of its shards."""
        dispatch(ledger, large, {accepted(): 1}, number=1)
        mark(ledger, large, ShardDone(0, 6))
        for _ in range(2):
            ledger.cancel(large.id)
            assert other.history(large.id).cancelled
            assert all(other.look(large.id, shard).cancelled for shard in (0, 127, 128, 129, 999))

    def test_cancelling_forgets_nothing(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Ends and dispatches stay when a sweep is cancelled, and its workers' marks still count."""
        dispatch(ledger, sweep, {accepted(): 0b111})
        mark(ledger, sweep, ShardDone(0, 12))
        ledger.cancel(sweep.id)
        mark(other, sweep, ShardDone(1, 12))
        assert block_in(other, sweep).dispatches == {accepted(): 0b111}
        assert standing_in(other, sweep).done == 0b11
        assert other.history(sweep.id).cancelled

    def test_a_ledger_within_a_deadline_is_the_same_ledger(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """`within` returns a ledger that reads what others have written, and whose writes they read."""
        mark(ledger, sweep, ShardDone(0, 12))
        bounded = other.within(lambda: 30.0)
        assert bounded.sweep(sweep.id) == sweep
        assert standing_in(bounded, sweep).done == 0b1
        mark(bounded, sweep, ShardDone(1, 12))
        bounded.cancel(sweep.id)
        assert bounded.within(lambda: 20.0).history(sweep.id).cancelled
        assert standing_in(ledger, sweep).done == 0b11
        assert ledger.look(sweep.id, 0).cancelled
