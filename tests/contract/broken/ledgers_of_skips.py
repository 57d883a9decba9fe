"""Ledgers with one defect each in the points that shards skip, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import sleep

from adapters.local.sqlite_ledger import SqliteLedger
from domain.block import Block
from domain.places import block_of, place_of
from domain.sweep import ShardDone, ShardEnd


class SkipsOfDoneShardsAreDropped(SqliteLedger):
    """Keeps what a shard skips only where it has errors."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        super().mark_done(sweep_id, end if end.errors else replace(end, skipped=0))


class EndsSkipNothing(SqliteLedger):
    """Returns every end without the points that it skipped."""

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        ends = super().ends(sweep_id, shards)
        return (replace(end, skipped=0) if isinstance(end, ShardDone) else end for end in ends)


class SkipsAddUp(SqliteLedger):
    """Counts the points again that a shard skips in each of its runs."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        known = self.look(sweep_id, end.number).block.skipped.get(place_of(end.number), 0)
        with self._transaction() as database:
            database.execute("DELETE FROM skipped WHERE shard = ?", (end.number,))
        super().mark_done(sweep_id, replace(end, skipped=end.skipped + known))


class SkippedPointsAreErrors(SqliteLedger):
    """Takes a point that is skipped for one without a value."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        super().mark_done(sweep_id, replace(end, errors=end.errors + end.skipped, skipped=0))


class RecordsForgetSkips(SqliteLedger):
    """Removes what shards skip when they are dispatched anew."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        super().record(sweep_id, block, owner)
        with self._transaction() as database:
            database.execute("DELETE FROM skipped")


class SkipsLookBeforeTheyWrite(SqliteLedger):
    """Reads the counts of a block first, and writes them back with its own a moment later."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        number = block_of(end.number)
        known = self.look(sweep_id, end.number).block.skipped
        sleep(0.01)
        super().mark_done(sweep_id, end)
        with self._transaction() as database:
            database.execute("DELETE FROM skipped WHERE shard / 128 = ? AND shard != ?", (number, end.number))
            rows = [(sweep_id, number * 128 + place, points) for place, points in known.items()]
            database.executemany("INSERT OR REPLACE INTO skipped VALUES (?, ?, ?)", rows)


BROKEN: dict[type[object], str] = {
    SkipsOfDoneShardsAreDropped: "a_block_has_how_many_points_each_shard_skipped",
    EndsSkipNothing: "an_end_with_errors_keeps_its_skipped_points",
    SkipsAddUp: "skipped_points_are_counted_once",
    SkippedPointsAreErrors: "a_sweep_ends_by_values_errors_and_skipped_points",
    RecordsForgetSkips: "skipped_points_stay_known_over_later_runs",
    SkipsLookBeforeTheyWrite: "skips_that_are_marked_at_once_are_all_kept",
}
