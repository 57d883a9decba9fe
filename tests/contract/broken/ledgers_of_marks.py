"""Ledgers with one defect each in marking the ends of shards, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from time import sleep

from adapters.local.sqlite_ledger import SqliteLedger
from adapters.local.sqlite_rows import places_bytes
from domain.block import Block
from domain.places import block_of, place_of, places
from domain.progress import History
from domain.sweep import ShardDone, ShardEnd, ShardFailed


class _Marks(SqliteLedger):
    """Has what several of these ledgers need."""

    def block_of(self, sweep_id: str, end: ShardEnd) -> Block:
        return self.look(sweep_id, end.number).block

    def set_done(self, sweep_id: str, number: int, done: int) -> None:
        with self._transaction() as database:
            row = places_bytes(done), sweep_id, number
            database.execute("UPDATE blocks SET done = ? WHERE sweep_id = ? AND number = ?", row)

    def forget_end(self, end: ShardEnd) -> None:
        with self._transaction() as database:
            row = end.number, isinstance(end, ShardFailed)
            database.execute("DELETE FROM ends WHERE shard = ? AND failed = ?", row)


class FailuresReplaceDone(_Marks):
    """Takes a done shard for one that has failed if that is reported later."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        block = self.block_of(sweep_id, end)
        self.set_done(sweep_id, block.number, block.done & ~(1 << place_of(end.number)))
        super().mark_failed(sweep_id, end)


class ErrorsReplaceDone(_Marks):
    """Takes a done shard for one with errors if that is reported later."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        block = self.block_of(sweep_id, end)
        super().mark_done(sweep_id, end)
        if end.errors:
            self.set_done(sweep_id, block.number, block.done & ~(1 << place_of(end.number)))


class LateFailuresReplaceDone(_Marks):
    """Takes a done shard for one that has failed if both are reported at once."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        sleep(0.1)
        self.set_done(sweep_id, block_of(end.number), 0)
        super().mark_failed(sweep_id, end)


class LateResultsAreNone(_Marks):
    """Drops the results of a generation before that of the last dispatch."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        if end.generation >= self.block_of(sweep_id, end).generation(place_of(end.number)):
            super().mark_done(sweep_id, end)


class FailuresAreOfEveryGeneration(SqliteLedger):
    """Takes a running shard for one that has failed if an earlier run of it did."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        super().mark_failed(sweep_id, replace(end, generation=9))


class ErrorsAreOfEveryGeneration(SqliteLedger):
    """Takes a running shard for one with errors if an earlier run of it had some."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        super().mark_done(sweep_id, replace(end, generation=9))


class FailuresAreOfNoGeneration(SqliteLedger):
    """Marks every failure as one of the first generation."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        super().mark_failed(sweep_id, replace(end, generation=0))


class FailuresReplaceResults(_Marks):
    """Forgets the results of a shard of which a later run failed."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        self.forget_end(ShardDone(end.number, 0))
        super().mark_failed(sweep_id, end)


class TheLastErrorsCount(_Marks):
    """Takes the results that were reported last for those of the last generation."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        self.forget_end(end)
        super().mark_done(sweep_id, end)


class OldMarksStay(SqliteLedger):
    """Reads a mark of each earlier generation beside that of the last failure."""

    def blocks(self, sweep_id: str, numbers: range) -> Mapping[int, Block]:
        known = super().blocks(sweep_id, numbers)
        return {
            number: replace(block, failed={g: block.failed[last] for last in block.failed for g in range(last + 1)})
            for number, block in known.items()
        }


class LastMarksAreRemoved(_Marks):
    """Removes the marks of a run's results, which still count, when a further run is recorded."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        super().record(sweep_id, block, owner)
        with self._transaction() as database:
            database.execute("DELETE FROM ends WHERE NOT failed")


class LateFailuresAreOfTheLastRun(_Marks):
    """Takes a failure that is reported late for one of the run that was dispatched last."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        generation = self.block_of(sweep_id, end).generation(place_of(end.number))
        super().mark_failed(sweep_id, replace(end, generation=generation))


class EndsNeedADispatch(_Marks):
    """Drops the end of a shard whose dispatch is not recorded yet."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        if any(chosen >> place_of(end.number) & 1 for chosen in self.block_of(sweep_id, end).dispatches.values()):
            super().mark_done(sweep_id, end)


class EndsNeedABlock(_Marks):
    """Drops the end of a shard of whose block nothing is known."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        if self.block_of(sweep_id, end) != Block(block_of(end.number)):
            super().mark_failed(sweep_id, end)


class MarksOutsideThePlanBreakTheHistory(SqliteLedger):
    """Looks up every done shard in the plan, also one that the plan does not have."""

    def history(self, sweep_id: str) -> History:
        history = super().history(sweep_id)
        for block in history.blocks.values():
            for place in places(block.done):
                history.head.plan.shard(block.number * 128 + place)
        return history


class MarksOutsideThePlanAreOfTheLastShard(SqliteLedger):
    """Takes a shard that the plan does not have for the last one of the plan."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        last = self.head(sweep_id).plan.shards - 1
        super().mark_done(sweep_id, replace(end, number=min(end.number, last)))


class ErrorsAreValues(SqliteLedger):
    """Takes a shard with errors for a done one."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        super().mark_done(sweep_id, replace(end, errors=0))


class MarksWriteBackWhatTheyRead(_Marks):
    """Reads the done shards of a block, and writes them back with a further one 50 ms later."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        done = self.block_of(sweep_id, end).done
        sleep(0.05)
        super().mark_done(sweep_id, end)
        if not end.errors:
            self.set_done(sweep_id, block_of(end.number), done | 1 << place_of(end.number))


class MarkingTwiceUnmarks(_Marks):
    """Takes a shard that is reported done twice for one that is not."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        done = self.block_of(sweep_id, end).done
        super().mark_done(sweep_id, end)
        if not end.errors:
            self.set_done(sweep_id, block_of(end.number), done ^ 1 << place_of(end.number))


class TheLastFailureCounts(_Marks):
    """Takes the failure that was reported last for that of the last generation."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        self.forget_end(end)
        super().mark_failed(sweep_id, end)


BROKEN: dict[type[object], str] = {
    FailuresReplaceDone: "done_is_final",
    ErrorsReplaceDone: "done_is_final",
    LateFailuresReplaceDone: "of_ends_of_one_shard_at_once_done_wins",
    LateResultsAreNone: "done_counts_in_every_generation",
    FailuresAreOfEveryGeneration: "an_end_of_an_earlier_generation_does_not_count",
    ErrorsAreOfEveryGeneration: "an_end_of_an_earlier_generation_does_not_count",
    FailuresAreOfNoGeneration: "the_end_of_the_last_generation_counts",
    FailuresReplaceResults: "results_with_fewer_errors_replace_earlier_ones",
    TheLastErrorsCount: "results_with_fewer_errors_replace_earlier_ones",
    OldMarksStay: "a_block_keeps_the_marks_of_the_last_generations",
    LastMarksAreRemoved: "a_block_keeps_the_marks_of_the_last_generations",
    LateFailuresAreOfTheLastRun: "a_late_mark_of_a_run_whose_marks_are_gone_counts_for_nothing",
    EndsNeedADispatch: "a_shard_may_end_before_its_dispatch_is_recorded",
    EndsNeedABlock: "a_shard_may_end_in_a_block_that_was_never_claimed",
    MarksOutsideThePlanBreakTheHistory: "marks_outside_the_plan_change_no_reading",
    MarksOutsideThePlanAreOfTheLastShard: "marks_outside_the_plan_change_no_reading",
    ErrorsAreValues: "a_sweep_ends_by_the_marks_of_its_shards",
    MarksWriteBackWhatTheyRead: "marks_at_once_are_all_kept",
    MarkingTwiceUnmarks: "marks_read_the_same_in_any_order_and_number",
    TheLastFailureCounts: "the_last_generation_of_each_kind_is_kept",
}
