"""The rules of every `Ledger` about recording what became of dispatching the shards of a block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from application.ports.ledger import Ledger
from domain.block import Block, Dispatch
from domain.dispatch import OutcomeKind
from domain.places import Places, blocks_of
from domain.progress import Progress, State
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep
from tests.contract.ledger_readings import NOW, accepted, block_in, dispatch, mark, standing_in
from tests.fakes.at_once import at_once
from tests.fakes.clock import HandClock

_REJECTED = Dispatch(OutcomeKind.REJECTED, Reason.ACCESS_DENIED, 0, NOW)
_UNKNOWN = Dispatch(OutcomeKind.UNKNOWN, Reason.NO_ANSWER, 0, NOW)


class LedgerOfDispatchesContract:
    """The rules, one a test."""

    @pytest.mark.parametrize("kind", list(OutcomeKind), ids=str)
    def test_every_kind_of_dispatch_is_kept(
        self, ledger: Ledger, other: Ledger, large: Sweep, kind: OutcomeKind
    ) -> None:
        """A block has kind, reason, generation, shards and moment, to the microsecond, of each of its dispatches."""
        reasons = [None] * 3 if kind is OutcomeKind.ACCEPTED else list(Reason)
        dispatches = {
            Dispatch(kind, reason, n % 4, 1_700_000_000.123456 + n / 1_000_000): 1 << n
            for n, reason in enumerate(reasons)
        }
        dispatch(ledger, large, dispatches)
        assert block_in(other, large).dispatches == dispatches

    @pytest.mark.parametrize(
        "places",
        [
            pytest.param(1, id="the first shard"),
            pytest.param(1 << 63, id="the 64th"),
            pytest.param(1 << 127, id="the last"),
            pytest.param((1 << 128) - 1, id="all"),
            pytest.param(sum(1 << n for n in range(1, 128, 2)), id="every second one"),
        ],
    )
    def test_a_dispatch_may_be_of_any_shards_of_a_block(self, ledger: Ledger, large: Sweep, places: Places) -> None:
        """A block has each set of places as it was recorded, alone or beside another."""
        dispatches = {accepted(): places, _REJECTED: ((1 << 128) - 1) ^ places}
        dispatch(ledger, large, {one: chosen for one, chosen in dispatches.items() if chosen}, number=2)
        assert standing_in(ledger, large, 2).accepted == places
        assert standing_in(ledger, large, 2).undispatched == ((1 << 128) - 1) ^ places

    def test_a_record_ends_the_claim(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """A block that was recorded is free for the next owner."""
        dispatch(ledger, sweep, {accepted(): 0b111111}, owner="me")
        assert not any(block.claimed for block in other.history(sweep.id))
        assert other.claim(sweep.id, 0, "you", 60)

    def test_a_record_replaces_earlier_dispatches(self, ledger: Ledger, sweep: Sweep) -> None:
        """Of a block that is recorded again, the dispatches of the last record are known and no others."""
        dispatch(ledger, sweep, {_UNKNOWN: 0b1, _REJECTED: 0b10})
        dispatch(ledger, sweep, {accepted(1, NOW + 5): 0b11})
        assert block_in(ledger, sweep).dispatches == {accepted(1, NOW + 5): 0b11}

    def test_a_record_may_be_empty(self, ledger: Ledger, sweep: Sweep) -> None:
        """A dispatcher that was interrupted before any outcome records that nothing was dispatched."""
        dispatch(ledger, sweep, {})
        assert block_in(ledger, sweep).dispatches == {}
        assert ledger.claim(sweep.id, 0, "you", 60)

    def test_a_record_twice_is_one_record(self, ledger: Ledger, sweep: Sweep) -> None:
        """A caller that got no answer may record again, which changes nothing."""
        ledger.claim(sweep.id, 0, "me", 60)
        for _ in range(2):
            ledger.record(sweep.id, Block(0, {accepted(): 0b1}), "me")
        assert block_in(ledger, sweep).dispatches == {accepted(): 0b1}
        assert ledger.claim(sweep.id, 0, "you", 60)

    def test_a_record_is_of_one_block(self, ledger: Ledger, large: Sweep) -> None:
        """A record leaves the dispatches and the claims of other blocks as they are."""
        dispatch(ledger, large, {accepted(): 0b1}, number=0)
        ledger.claim(large.id, 1, "me", 60)
        dispatch(ledger, large, {_REJECTED: 0b10}, number=2)
        assert [block_in(ledger, large, n).dispatches for n in range(3)] == [{accepted(): 0b1}, {}, {_REJECTED: 0b10}]
        assert [block_in(ledger, large, n).claimed for n in range(3)] == [False, True, False]

    def test_a_record_keeps_the_marks_that_came_meanwhile(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Shards may end before their dispatch is recorded: the record of the block as it was claimed drops no end."""
        mark(other, sweep, ShardDone(4, 12))
        block = ledger.claim(sweep.id, 0, "me", 60)
        assert block
        mark(other, sweep, ShardDone(0, 12), ShardDone(1, 9, 3), ShardFailed(2, Reason.WORKER_DIED, "text"))
        ledger.record(sweep.id, replace(block, dispatches={accepted(): 0b101111}), "me")
        standing = standing_in(other, sweep)
        assert (standing.done, standing.partial, standing.failed) == (0b10001, 0b10, 0b100)
        assert standing.accepted == 0b101000
        assert block_in(other, sweep).dispatches == {accepted(): 0b101111}

    def test_only_the_owner_records(self, ledger: Ledger, other: Ledger, clock: HandClock, sweep: Sweep) -> None:
        """A record by an owner whose claim ran out and is another's by now changes nothing; the other's counts."""
        ledger.claim(sweep.id, 0, "me", 60)
        clock.time += 61
        block = other.claim(sweep.id, 0, "you", 60)
        assert block
        ledger.record(sweep.id, Block(0, {_REJECTED: 0b11}), "me")
        assert block_in(ledger, sweep).dispatches == {}
        assert other.claim(sweep.id, 0, "they", 60) is None
        other.record(sweep.id, replace(block, dispatches={accepted(1): 0b1}), "you")
        assert block_in(ledger, sweep).dispatches == {accepted(1): 0b1}

    def test_a_late_record_changes_nothing_after_the_next_owners(
        self, ledger: Ledger, other: Ledger, clock: HandClock, sweep: Sweep
    ) -> None:
        """The dispatches of the next owner stay also when its claim has ended before the former owner records."""
        ledger.claim(sweep.id, 0, "me", 60)
        clock.time += 61
        dispatch(other, sweep, {accepted(): 0b11}, owner="you")
        ledger.record(sweep.id, Block(0, {_REJECTED: 0b11}), "me")
        assert block_in(ledger, sweep).dispatches == {accepted(): 0b11}

    def test_a_late_record_counts_if_no_other_owner_came(self, ledger: Ledger, clock: HandClock, sweep: Sweep) -> None:
        """What was dispatched is recorded also after the claim ran out, as long as the block is no other owner's."""
        ledger.claim(sweep.id, 0, "me", 60)
        clock.time += 61
        ledger.record(sweep.id, Block(0, {accepted(): 0b11}), "me")
        assert block_in(ledger, sweep).dispatches == {accepted(): 0b11}

    def test_records_at_once_are_all_kept(self, ledger: Ledger, other: Ledger, large: Sweep) -> None:
        """Eight dispatchers that record eight blocks at the same moment lose nothing: a thousand shards are running."""
        sets: dict[int, Places] = {n: (1 << len(Block(n).shards(large.plan))) - 1 for n in blocks_of(large.plan)}
        for number in sets:
            assert ledger.claim(large.id, number, f"owner-{number}", 60)
        clients = [ledger, other] * 4
        blocks = [Block(number, {accepted(number): chosen}) for number, chosen in sets.items()]
        at_once([partial(one.record, large.id, blocks[n], f"owner-{n}") for n, one in enumerate(clients)])
        history = other.history(large.id)
        assert {n: block.dispatches for n, block in history.blocks.items()} == {
            number: {accepted(number): chosen} for number, chosen in sets.items()
        }
        progress = Progress.of(history, 0)
        assert (progress.running, progress.undispatched, progress.state) == (1000, 0, State.RUNNING)

    def test_a_record_and_marks_at_once_are_all_kept(self, ledger: Ledger, other: Ledger, large: Sweep) -> None:
        """A dispatcher records a block while sixteen workers mark its shards, and nothing is lost."""
        block = ledger.claim(large.id, 0, "me", 60)
        assert block
        clients = [ledger, other] * 8
        ends: list[ShardEnd] = [
            ShardDone(n, 6) if n % 2 else ShardFailed(n, Reason.WORKER_DIED, "text") for n in range(16)
        ]
        record: Callable[[], None] = partial(
            ledger.record, large.id, replace(block, dispatches={accepted(): (1 << 128) - 1}), "me"
        )
        calls: list[Callable[[], None]] = [
            partial(mark, one, large, end) for one, end in zip(clients, ends, strict=True)
        ]
        at_once([*calls[:8], record, *calls[8:]])
        standing = standing_in(other, large)
        assert (standing.done, standing.failed) == (0xAAAA, 0x5555)
        assert standing.accepted == (1 << 128) - (1 << 16)
