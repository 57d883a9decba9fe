"""The rules of every `Ledger` about claiming blocks."""

from __future__ import annotations

from functools import partial

from application.ports.ledger import Ledger
from domain.block import Block
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed, Sweep
from tests.contract.ledger_readings import accepted, block_in, dispatch, mark, standing_in
from tests.fakes.at_once import at_once
from tests.fakes.clock import HandClock


class LedgerOfClaimsContract:
    """The rules, one a test."""

    def test_one_owner_claims_a_block(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """While one owner has a block, the ledger refuses it to another, and `history` and `blocks` show the claim."""
        assert ledger.claim(sweep.id, 0, "me", 60)
        assert other.claim(sweep.id, 0, "you", 60) is None
        assert other.history(sweep.id).blocks[0].claimed
        assert block_in(other, sweep).claimed

    def test_of_many_claims_at_once_one_is_granted(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Of eight owners that claim one block at the same moment, one is granted it."""
        clients = [ledger, other] * 4
        granted = at_once([partial(one.claim, sweep.id, 0, f"owner-{n}", 60) for n, one in enumerate(clients)])
        assert len([block for block in granted if block]) == 1

    def test_owners_claim_blocks_of_one_sweep_side_by_side(self, ledger: Ledger, other: Ledger, large: Sweep) -> None:
        """Eight owners that claim eight blocks at the same moment are each granted their own."""
        clients = [ledger, other] * 4
        granted = at_once([partial(one.claim, large.id, n, f"owner-{n}", 60) for n, one in enumerate(clients)])
        assert [block.number for block in granted if block] == list(range(8))
        assert all(block.claimed for block in other.history(large.id))
        assert ledger.claim(large.id, 3, "owner-4", 60) is None

    def test_one_owner_may_claim_many_blocks(self, ledger: Ledger, other: Ledger, large: Sweep) -> None:
        """An owner that has a block may claim further ones, which others are then refused."""
        assert ledger.claim(large.id, 0, "me", 60)
        assert ledger.claim(large.id, 7, "me", 60)
        assert [other.claim(large.id, number, "you", 60) for number in (0, 7)] == [None, None]

    def test_the_owner_may_claim_again(self, ledger: Ledger, clock: HandClock, sweep: Sweep) -> None:
        """The ledger grants a block again to its owner, for as long as the owner asks from then on."""
        assert ledger.claim(sweep.id, 0, "me", 60)
        clock.time += 50
        assert ledger.claim(sweep.id, 0, "me", 60)
        clock.time += 50
        assert ledger.claim(sweep.id, 0, "you", 60) is None

    def test_a_claim_runs_out(self, ledger: Ledger, clock: HandClock, sweep: Sweep) -> None:
        """Another owner gets the block when its seconds are over, and not one second earlier."""
        ledger.claim(sweep.id, 0, "me", 60)
        clock.time += 59
        assert ledger.claim(sweep.id, 0, "you", 60) is None
        assert ledger.history(sweep.id).blocks[0].claimed
        clock.time += 2
        assert not any(block.claimed for block in ledger.history(sweep.id))
        assert not block_in(ledger, sweep).claimed
        assert ledger.claim(sweep.id, 0, "you", 60)
        assert ledger.claim(sweep.id, 0, "me", 60) is None

    def test_a_released_claim_is_free(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Another owner gets a block that its owner has released, once or twice."""
        ledger.claim(sweep.id, 0, "me", 60)
        ledger.release(sweep.id, 0, "me")
        ledger.release(sweep.id, 0, "me")
        assert not any(block.claimed for block in ledger.history(sweep.id))
        assert other.claim(sweep.id, 0, "you", 60)

    def test_only_the_owner_releases_a_claim(self, ledger: Ledger, clock: HandClock, sweep: Sweep) -> None:
        """A late release by the former owner does not end the claim of the next owner."""
        ledger.claim(sweep.id, 0, "me", 60)
        clock.time += 61
        ledger.claim(sweep.id, 0, "you", 60)
        ledger.release(sweep.id, 0, "me")
        assert ledger.history(sweep.id).blocks[0].claimed
        assert ledger.claim(sweep.id, 0, "they", 60) is None

    def test_a_release_is_of_one_block(self, ledger: Ledger, large: Sweep) -> None:
        """An owner that releases one block keeps its others."""
        for number in (0, 1):
            ledger.claim(large.id, number, "me", 60)
        ledger.release(large.id, 0, "me")
        assert ledger.claim(large.id, 1, "you", 60) is None
        assert ledger.claim(large.id, 0, "you", 60)

    def test_a_release_changes_no_shard(self, ledger: Ledger, sweep: Sweep) -> None:
        """What was dispatched, and what has ended, stays when a claim is released."""
        dispatch(ledger, sweep, {accepted(): 0b111})
        ledger.claim(sweep.id, 0, "you", 60)
        mark(ledger, sweep, ShardDone(0, 12))
        ledger.release(sweep.id, 0, "you")
        assert block_in(ledger, sweep).dispatches == {accepted(): 0b111}
        assert standing_in(ledger, sweep).done == 0b1

    def test_a_claim_returns_the_block_as_it_is_known(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """The new owner learns what every client wrote of a block: dispatches and ends; of a new block, nothing."""
        first = other.claim(sweep.id, 0, "me", 60)
        assert first
        assert (first.dispatches, first.done, first.errors, first.failed) == ({}, 0, {}, {})
        ledger.release(sweep.id, 0, "me")
        dispatch(ledger, sweep, {accepted(1): 0b1111})
        failed = ShardFailed(2, Reason.WORKER_DIED, "text", generation=1)
        mark(ledger, sweep, ShardDone(0, 12), ShardDone(1, 9, 3, generation=1), failed)
        block = other.claim(sweep.id, 0, "you", 60)
        assert block
        assert (block.number, block.dispatches, block.done) == (0, {accepted(1): 0b1111}, 0b1)
        assert (block.errors, block.failed) == ({1: {1: 3}}, {1: 0b100})

    def test_a_claim_of_one_block_returns_no_other(self, ledger: Ledger, large: Sweep) -> None:
        """A claimed block has nothing of its neighbours."""
        dispatch(ledger, large, {accepted(): 1}, number=0)
        mark(ledger, large, ShardDone(127, 6), ShardDone(256, 6), ShardFailed(260, Reason.WORKER_DIED, "text"))
        block = ledger.claim(large.id, 1, "me", 60)
        assert block
        assert (block.number, block.dispatches, block.done, block.errors, block.failed) == (1, {}, 0, {}, {})

    def test_a_mark_leaves_the_claim(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """A block stays its owner's while workers mark the ends of its shards."""
        ledger.claim(sweep.id, 0, "me", 60)
        mark(other, sweep, ShardDone(0, 12), ShardDone(1, 9, 3), ShardFailed(2, Reason.WORKER_DIED, "text"))
        assert other.history(sweep.id).blocks[0].claimed
        assert other.claim(sweep.id, 0, "you", 60) is None

    def test_blocks_are_those_that_were_asked_for(self, ledger: Ledger, other: Ledger, large: Sweep) -> None:
        """`blocks` returns, among the numbers of the caller, those of which anything is known, as in the history."""
        dispatch(ledger, large, {accepted(): 0b1})
        mark(ledger, large, ShardDone(300, 6), ShardFailed(640, Reason.WORKER_DIED, "text"))
        mark(ledger, large, ShardDone(999, 5, 1))
        known: dict[range, list[int]] = {
            range(8): [0, 2, 5, 7],
            range(1): [0],
            range(1, 2): [],
            range(1, 6): [2, 5],
            range(7, 8): [7],
            range(3, 5): [],
            range(0): [],
        }
        history = other.history(large.id).blocks
        assert sorted(history) == [0, 2, 5, 7]
        for numbers, expected in known.items():
            assert other.blocks(large.id, numbers) == {number: history[number] for number in expected}

    def test_a_block_stands_alike_in_every_reading(self, ledger: Ledger, other: Ledger, large: Sweep) -> None:
        """`history`, `blocks`, `look` and `claim` agree on a block."""
        dispatch(ledger, large, {accepted(1): 0b1111}, number=1)
        late = ShardFailed(131, Reason.WORKER_DIED, "text", generation=0)
        mark(ledger, large, ShardDone(128, 6), ShardDone(129, 5, 1, generation=1), late)
        claimed = other.claim(large.id, 1, "you", 60)
        readings: list[Block | None] = [claimed, block_in(other, large, 1), other.look(large.id, 200).block]
        standings = {block.standing(large.plan, 0) for block in readings if block}
        assert standings == {other.history(large.id).blocks[1].standing(large.plan, 0)}
        (standing,) = standings
        assert (standing.done, standing.partial, standing.failed, standing.accepted) == (0b1, 0b10, 0, 0b1100)
