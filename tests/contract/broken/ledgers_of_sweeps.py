"""Ledgers with one defect each in opening, finding or cancelling sweeps, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from dataclasses import replace
from typing import Self

from adapters.local.sqlite_ledger import SqliteLedger
from application.ports.ledger import Look
from domain.block import Block
from domain.dispatch_order import DispatchOrder
from domain.dispatch_policy import Deadline
from domain.errors import SweepConflict, SweepNotFound
from domain.places import block_of
from domain.progress import History
from domain.sweep import Sweep, SweepHead


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


class OpenForgetsTheConstants(SqliteLedger):
    """Records a sweep without the constants of its request."""

    def open(self, sweep: Sweep) -> Sweep:
        return super().open(replace(sweep, request=replace(sweep.request, constants={})))


class OpenKnowsOneOrder(SqliteLedger):
    """Records every sweep in the plan's order."""

    def open(self, sweep: Sweep) -> Sweep:
        return super().open(replace(sweep, request=replace(sweep.request, order=DispatchOrder.PLAN)))


class OpenForgetsTheExtension(SqliteLedger):
    """Records a sweep without the one that it extends."""

    def open(self, sweep: Sweep) -> Sweep:
        return super().open(replace(sweep, request=replace(sweep.request, extends=None)))


class OneKeyARequest(SqliteLedger):
    """Takes a known request under another key for the sweep that has it."""

    def open(self, sweep: Sweep) -> Sweep:
        known = (self.sweep(head.id) for head in super().heads(99).heads)
        return next((one for one in known if one.digest == sweep.digest), None) or super().open(sweep)


class OpenForgetsTheBlocks(SqliteLedger):
    """Removes what is known of a sweep's blocks when it is opened again."""

    def open(self, sweep: Sweep) -> Sweep:
        with self._transaction() as database:
            database.execute("DELETE FROM blocks WHERE sweep_id = ?", (sweep.id,))
        return super().open(sweep)


class HeadsAreOfWholeSeconds(SqliteLedger):
    """Returns the second in which a sweep was created, without its fraction."""

    def head(self, sweep_id: str) -> SweepHead:
        head = super().head(sweep_id)
        return replace(head, created_at=float(int(head.created_at)))


class UnknownSweepsAreNotCancelled(SqliteLedger):
    """Lets a worker start a shard of a sweep that was never recorded."""

    def look(self, sweep_id: str, shard: int) -> Look:
        try:
            return super().look(sweep_id, shard)
        except SweepNotFound:
            return Look(cancelled=False, block=Block(block_of(shard)))


class HistoriesHaveEveryBlock(SqliteLedger):
    """Returns an empty block in the history where nothing is known."""

    def history(self, sweep_id: str) -> History:
        history = super().history(sweep_id)
        return replace(history, blocks={block.number: block for block in history})


class CancellingCancelsAll(SqliteLedger):
    """Cancels every sweep instead of the named one."""

    def cancel(self, sweep_id: str) -> None:
        super().cancel(sweep_id)
        with self._transaction() as database:
            database.execute("UPDATE sweeps SET cancelled = 1")


class CancellingTwiceResumes(SqliteLedger):
    """Resumes a sweep that is cancelled a second time."""

    def cancel(self, sweep_id: str) -> None:
        was_cancelled = self.look(sweep_id, 0).cancelled
        super().cancel(sweep_id)
        with self._transaction() as database:
            database.execute("UPDATE sweeps SET cancelled = ?", (not was_cancelled,))


class CancellingForgets(SqliteLedger):
    """Removes what was dispatched of a cancelled sweep."""

    def cancel(self, sweep_id: str) -> None:
        super().cancel(sweep_id)
        with self._transaction() as database:
            database.execute("DELETE FROM dispatches WHERE sweep_id = ?", (sweep_id,))


class LookIgnoresTheCancel(SqliteLedger):
    """Lets a worker start a shard of a cancelled sweep."""

    def look(self, sweep_id: str, shard: int) -> Look:
        return replace(super().look(sweep_id, shard), cancelled=False)


class OnlyKnownBlocksAreCancelled(SqliteLedger):
    """Lets a worker start a shard of a cancelled sweep in a block of which nothing is known."""

    def look(self, sweep_id: str, shard: int) -> Look:
        look = super().look(sweep_id, shard)
        return replace(look, cancelled=look.cancelled and look.block != Block(block_of(shard)))


class WithinIsAnotherLedger(SqliteLedger):
    """Returns a ledger with data of its own for the calls of one request."""

    another: SqliteLedger | None = None

    def within(self, deadline: Deadline) -> Self:
        made = type(self)(self._folder / "another", self._clock, deadline)
        self.another = made
        return made

    def close(self) -> None:
        if self.another:
            self.another.close()
        super().close()


BROKEN: dict[type[object], str] = {
    OpenIsNotIdempotent: "open_again_returns_the_recorded_sweep",
    OpenReturnsItsArgument: "of_callers_at_once_one_records",
    OpenKnowsNoConflict: "a_key_belongs_to_one_request",
    OpenForgetsTheConstants: "open_records_the_sweep",
    OpenKnowsOneOrder: "open_keeps_the_first_order_of_dispatch",
    OpenForgetsTheExtension: "open_keeps_the_sweep_that_is_extended",
    OneKeyARequest: "one_request_may_have_many_keys",
    OpenForgetsTheBlocks: "open_again_forgets_nothing",
    HeadsAreOfWholeSeconds: "a_head_is_the_sweep_without_its_request",
    UnknownSweepsAreNotCancelled: "an_unknown_sweep_is_not_found",
    HistoriesHaveEveryBlock: "of_a_new_sweep_nothing_is_known",
    CancellingCancelsAll: "sweeps_do_not_mix",
    CancellingTwiceResumes: "cancelling_is_remembered",
    CancellingForgets: "cancelling_forgets_nothing",
    LookIgnoresTheCancel: "cancelling_is_remembered",
    OnlyKnownBlocksAreCancelled: "cancelling_is_remembered",
    WithinIsAnotherLedger: "a_ledger_within_a_deadline_is_the_same_ledger",
}
