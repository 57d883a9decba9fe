"""Ledgers with one defect each in claiming and returning blocks, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from time import sleep

from adapters.local.sqlite_ledger import SqliteLedger
from application.ports.ledger import Look
from domain.block import Block
from domain.progress import History
from domain.sweep import ShardDone


class ClaimsAreNotExclusive(SqliteLedger):
    """Grants a block to every owner."""

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        return super().claim(sweep_id, number, owner, seconds) or self.look(sweep_id, number).block


class ClaimsLookBeforeTheyWrite(SqliteLedger):
    """Checks first whether a block is another owner's, and claims it 50 ms later."""

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        known = self.blocks(sweep_id, range(number, number + 1)).get(number)
        if known and known.claimed:
            return None
        sleep(0.05)
        with self._transaction() as database:
            database.execute("UPDATE blocks SET claim_until = 0")
        return super().claim(sweep_id, number, owner, seconds)


class ClaimsAreOfTheWholeSweep(SqliteLedger):
    """Grants a block to an owner that also gets the first one."""

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        if super().claim(sweep_id, 0, owner, seconds) is None:
            return None
        return super().claim(sweep_id, number, owner, seconds)


class OneBlockAnOwner(SqliteLedger):
    """Ends an owner's other claims when it gets a further block."""

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        with self._transaction() as database:
            database.execute("UPDATE blocks SET claim_until = 0 WHERE claim_owner = ? AND number != ?", (owner, number))
        return super().claim(sweep_id, number, owner, seconds)


class OwnersAreRefused(SqliteLedger):
    """Refuses a block to its own owner."""

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        known = self.blocks(sweep_id, range(number, number + 1)).get(number)
        return None if known and known.claimed else super().claim(sweep_id, number, owner, seconds)


class ClaimsAreNotProlonged(SqliteLedger):
    """Leaves the time of a claim as it was when its owner claims again."""

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        with self._transaction() as database:
            former = database.execute("SELECT claim_until FROM blocks").fetchone()
        block = super().claim(sweep_id, number, owner, seconds)
        if former:
            with self._transaction() as database:
                database.execute("UPDATE blocks SET claim_until = ?", former)
        return block


class ClaimsNeverRunOut(SqliteLedger):
    """Grants every claim for thirty years instead of its seconds."""

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        return super().claim(sweep_id, number, owner, 1e9)


class ClaimsRunOutEarly(SqliteLedger):
    """Grants every claim for half of its seconds."""

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        return super().claim(sweep_id, number, owner, seconds / 2)


class HistoriesShowNoClaims(SqliteLedger):
    """Leaves the claims out of the history."""

    def history(self, sweep_id: str) -> History:
        history = super().history(sweep_id)
        return replace(history, blocks={n: replace(block, claimed=False) for n, block in history.blocks.items()})


class ReleaseDoesNothing(SqliteLedger):
    """Keeps a claim when its owner releases it."""

    def release(self, sweep_id: str, number: int, owner: str) -> None:
        pass


class OtherOwnersRelease(SqliteLedger):
    """Ends a claim when another owner releases it."""

    def release(self, sweep_id: str, number: int, owner: str) -> None:
        with self._transaction() as database:
            database.execute("UPDATE blocks SET claim_until = 0")


class ReleaseIsOfTheWholeSweep(SqliteLedger):
    """Ends the owner's claims on all blocks."""

    def release(self, sweep_id: str, number: int, owner: str) -> None:
        for known in self.history(sweep_id).blocks:
            super().release(sweep_id, known, owner)


class ReleaseForgetsDispatches(SqliteLedger):
    """Removes what was dispatched when an owner releases its block."""

    def release(self, sweep_id: str, number: int, owner: str) -> None:
        with self._transaction() as database:
            database.execute("DELETE FROM dispatches")
        super().release(sweep_id, number, owner)


class ClaimsReturnNothing(SqliteLedger):
    """Returns every block as if nothing were known of it."""

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        return Block(number) if super().claim(sweep_id, number, owner, seconds) else None


class ClaimsReturnNoEnds(SqliteLedger):
    """Returns the dispatches of a claimed block without the ends of its shards."""

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        block = super().claim(sweep_id, number, owner, seconds)
        return block and Block(number, block.dispatches)


class ClaimsReturnTheFirstBlock(SqliteLedger):
    """Returns what is known of the sweep's first block."""

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        block = super().claim(sweep_id, number, owner, seconds)
        return block and replace(self.look(sweep_id, 0).block, number=number)


class MarksEndTheClaim(SqliteLedger):
    """Ends the claim on a block when a shard of it is done."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        super().mark_done(sweep_id, end)
        with self._transaction() as database:
            database.execute("UPDATE blocks SET claim_until = 0")


class AllBlocksAreReturned(SqliteLedger):
    """Returns every known block instead of those that were asked for."""

    def blocks(self, sweep_id: str, numbers: range) -> Mapping[int, Block]:
        return super().blocks(sweep_id, range(1000))


class UnknownBlocksAreReturned(SqliteLedger):
    """Returns an empty block where nothing is known."""

    def blocks(self, sweep_id: str, numbers: range) -> Mapping[int, Block]:
        known = super().blocks(sweep_id, numbers)
        return {number: known.get(number) or Block(number) for number in numbers}


class TheLastBlockIsLeftOut(SqliteLedger):
    """Leaves out the last block that was asked for."""

    def blocks(self, sweep_id: str, numbers: range) -> Mapping[int, Block]:
        return super().blocks(sweep_id, numbers[:-1])


class LookIsOfTheFirstBlock(SqliteLedger):
    """Returns the first block for a shard of any other."""

    def look(self, sweep_id: str, shard: int) -> Look:
        return super().look(sweep_id, 0)


BROKEN: dict[type[object], str] = {
    ClaimsAreNotExclusive: "of_many_claims_at_once_one_is_granted",
    ClaimsLookBeforeTheyWrite: "of_many_claims_at_once_one_is_granted",
    ClaimsAreOfTheWholeSweep: "owners_claim_blocks_of_one_sweep_side_by_side",
    OneBlockAnOwner: "one_owner_may_claim_many_blocks",
    OwnersAreRefused: "the_owner_may_claim_again",
    ClaimsAreNotProlonged: "the_owner_may_claim_again",
    ClaimsNeverRunOut: "a_claim_runs_out",
    ClaimsRunOutEarly: "a_claim_runs_out",
    HistoriesShowNoClaims: "one_owner_claims_a_block",
    ReleaseDoesNothing: "a_released_claim_is_free",
    OtherOwnersRelease: "only_the_owner_releases_a_claim",
    ReleaseIsOfTheWholeSweep: "a_release_is_of_one_block",
    ReleaseForgetsDispatches: "a_release_changes_no_shard",
    ClaimsReturnNothing: "a_claim_returns_the_block_as_it_is_known",
    ClaimsReturnNoEnds: "a_claim_returns_the_block_as_it_is_known",
    ClaimsReturnTheFirstBlock: "a_claim_of_one_block_returns_no_other",
    MarksEndTheClaim: "a_mark_leaves_the_claim",
    AllBlocksAreReturned: "blocks_are_those_that_were_asked_for",
    UnknownBlocksAreReturned: "blocks_are_those_that_were_asked_for",
    TheLastBlockIsLeftOut: "blocks_are_those_that_were_asked_for",
    LookIsOfTheFirstBlock: "a_block_stands_alike_in_every_reading",
}
