"""Ledgers with one defect each in recording the dispatches of a block, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from dataclasses import replace
from time import sleep

from adapters.local.sqlite_ledger import SqliteLedger
from adapters.local.sqlite_rows import places_bytes
from domain.block import Block
from domain.errors import DependencyUnavailable
from domain.reasons import Reason


class _Changing(SqliteLedger):
    """Records another block than the owner's."""

    def changed(self, sweep_id: str, block: Block) -> Block:
        raise NotImplementedError

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        super().record(sweep_id, self.changed(sweep_id, block), owner)


class GenerationsAreForgotten(_Changing):
    """Records every dispatch as one of the first generation."""

    def changed(self, sweep_id: str, block: Block) -> Block:
        return replace(block, dispatches={replace(one, generation=0): n for one, n in block.dispatches.items()})


class MomentsAreOfWholeSeconds(_Changing):
    """Records the second of a dispatch without its fraction."""

    def changed(self, sweep_id: str, block: Block) -> Block:
        return replace(
            block, dispatches={replace(one, at=float(int(one.at))): n for one, n in block.dispatches.items()}
        )


class ReasonsAreForgotten(_Changing):
    """Records every reason as one that is not known."""

    def changed(self, sweep_id: str, block: Block) -> Block:
        dispatches = {replace(one, reason=one.reason and Reason.OTHER): n for one, n in block.dispatches.items()}
        return replace(block, dispatches=dispatches)


class SixtyFourShardsABlock(_Changing):
    """Keeps as many places as an integer of 64 bits has."""

    def changed(self, sweep_id: str, block: Block) -> Block:
        return replace(block, dispatches={one: n & (1 << 64) - 1 for one, n in block.dispatches.items()})


class RecordsAddToEarlierOnes(_Changing):
    """Keeps the dispatches of the earlier record beside those of the last."""

    def changed(self, sweep_id: str, block: Block) -> Block:
        known = self.look(sweep_id, block.number * 128).block
        return replace(block, dispatches={**known.dispatches, **block.dispatches})


class RecordsKeepTheClaim(SqliteLedger):
    """Leaves the claim of an owner that has recorded."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        super().record(sweep_id, block, owner)
        self.claim(sweep_id, block.number, owner, 60)


class EmptyRecordsAreIgnored(SqliteLedger):
    """Does nothing where nothing was dispatched."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        if block.dispatches:
            super().record(sweep_id, block, owner)


class SecondRecordsFail(SqliteLedger):
    """Raises an error where the owner has no claim any more."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        if not self.look(sweep_id, block.number * 128).block.claimed:
            raise DependencyUnavailable("the claim is gone")
        super().record(sweep_id, block, owner)


class RecordsEndAllClaims(SqliteLedger):
    """Ends the claims on all blocks of the sweep."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        super().record(sweep_id, block, owner)
        for known in self.history(sweep_id).blocks:
            self.release(sweep_id, known, owner)


class RecordsDropMarks(SqliteLedger):
    """Writes the done shards of a block as its owner knew them."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        super().record(sweep_id, block, owner)
        with self._transaction() as database:
            database.execute("UPDATE blocks SET done = ? WHERE number = ?", (places_bytes(block.done), block.number))


class RecordsDropMarksAtOnce(RecordsDropMarks):
    """Does so 50 ms after it was called."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        sleep(0.05)
        super().record(sweep_id, block, owner)


class EveryOwnerRecords(SqliteLedger):
    """Records the dispatches of an owner whose claim is another's by now."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        with self._transaction() as database:
            database.execute("UPDATE blocks SET claim_owner = ? WHERE number = ?", (owner, block.number))
        super().record(sweep_id, block, owner)


class FreeBlocksAreRecorded(SqliteLedger):
    """Records the dispatches of a former owner after the next one has recorded its own."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        self.claim(sweep_id, block.number, owner, 60)
        super().record(sweep_id, block, owner)


class LateRecordsAreRefused(SqliteLedger):
    """Does nothing for an owner whose claim has run out, also if the block is no other owner's."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        if self.look(sweep_id, block.number * 128).block.claimed:
            super().record(sweep_id, block, owner)


class OneRecordASweep(SqliteLedger):
    """Removes the dispatches of all other blocks."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        super().record(sweep_id, block, owner)
        with self._transaction() as database:
            database.execute("DELETE FROM dispatches WHERE number != ?", (block.number,))


BROKEN: dict[type[object], str] = {
    GenerationsAreForgotten: "every_kind_of_dispatch_is_kept",
    MomentsAreOfWholeSeconds: "every_kind_of_dispatch_is_kept",
    ReasonsAreForgotten: "every_kind_of_dispatch_is_kept",
    SixtyFourShardsABlock: "a_dispatch_may_be_of_any_shards_of_a_block",
    RecordsAddToEarlierOnes: "a_record_replaces_earlier_dispatches",
    RecordsKeepTheClaim: "a_record_ends_the_claim",
    EmptyRecordsAreIgnored: "a_record_may_be_empty",
    SecondRecordsFail: "a_record_twice_is_one_record",
    RecordsEndAllClaims: "a_record_is_of_one_block",
    RecordsDropMarks: "a_record_keeps_the_marks_that_came_meanwhile",
    RecordsDropMarksAtOnce: "a_record_and_marks_at_once_are_all_kept",
    EveryOwnerRecords: "only_the_owner_records",
    FreeBlocksAreRecorded: "a_late_record_changes_nothing_after_the_next_owners",
    LateRecordsAreRefused: "a_late_record_counts_if_no_other_owner_came",
    OneRecordASweep: "records_at_once_are_all_kept",
}
