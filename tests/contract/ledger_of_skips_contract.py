"""The rules of every `Ledger` about the points that a shard skips."""

from __future__ import annotations

from functools import partial

from application.ports.ledger import Ledger
from domain.places import BLOCK_SHARDS
from domain.progress import Progress, State
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed, Sweep
from tests.contract.ledger_readings import accepted, block_in, dispatch, ends_in, mark, redo
from tests.fakes.at_once import at_once

_ALL = 0b111111  # the shards of `sweep`


def _done(shard: int, skipped: int, generation: int = 0) -> ShardDone:
    return ShardDone(shard, 12 - skipped, generation=generation, skipped=skipped)


def _partial(shard: int, errors: int, skipped: int, generation: int = 0) -> ShardDone:
    kinds = (ErrorKind(PointError(shard, "ValueError", "text"), errors),)
    return ShardDone(shard, 12 - errors - skipped, errors, kinds, generation, skipped)


def _counts(ledger: Ledger, sweep: Sweep) -> tuple[int, int, int]:
    progress = Progress.of(ledger.history(sweep.id), 0)
    return progress.done, progress.failed, progress.skipped


class LedgerOfSkipsContract:
    """The rules, one a test."""

    def test_a_block_has_how_many_points_each_shard_skipped(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Of shards that are done, and of shards with errors; one that skips none has no count."""
        mark(ledger, sweep, _done(0, 5), _done(1, 12), _done(2, 0), _partial(3, 2, 10), _partial(4, 1, 0))
        assert block_in(other, sweep).skipped == {0: 5, 1: 12, 3: 10}
        assert other.look(sweep.id, 0).block.skipped == {0: 5, 1: 12, 3: 10}

    def test_an_end_with_errors_keeps_its_skipped_points(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """`ends` returns how many points were skipped beside the errors."""
        end = _partial(2, 3, 4)
        mark(ledger, sweep, end)
        assert ends_in(other, sweep, range(6)) == [end]

    def test_skipped_points_are_counted_once(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """A shard that runs twice, or whose end is reported twice, skips the same points."""
        for client in (ledger, other):
            mark(client, sweep, _done(0, 5), _partial(1, 2, 4), _partial(1, 1, 4, generation=1))
        assert _counts(other, sweep) == (7 + 7, 1, 5 + 4)

    def test_a_sweep_ends_by_values_errors_and_skipped_points(
        self, ledger: Ledger, other: Ledger, sweep: Sweep
    ) -> None:
        """Where each point has a value or was skipped, the sweep is done; else every point is counted once."""
        dispatch(ledger, sweep, {accepted(): _ALL})
        mark(ledger, sweep, *(_done(shard, 2 * shard) for shard in range(5)))
        mark(ledger, sweep, _partial(5, 2, 9))
        assert _counts(other, sweep) == (60 - 20 + 1, 2, 20 + 9)
        assert Progress.of(other.history(sweep.id), 0).state is State.DONE_WITH_ERRORS
        mark(ledger, sweep, _done(5, 9, generation=1))
        assert _counts(other, sweep) == (60 - 20 + 3, 0, 20 + 9)
        assert Progress.of(other.history(sweep.id), 0).state is State.DONE

    def test_skipped_points_stay_known_over_later_runs(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Results of an earlier run stay, and so does what they skip, also where later runs failed."""
        for generation in range(3):
            redo(ledger, sweep)
            mark(other, sweep, _partial(0, 2, 4, generation))
        redo(ledger, sweep)
        mark(other, sweep, ShardFailed(0, Reason.WORKER_DIED, "text", generation=3))
        assert block_in(ledger, sweep).skipped == {0: 4}
        assert _counts(other, sweep) == (6, 2, 4)

    def test_skips_that_are_marked_at_once_are_all_kept(self, ledger: Ledger, other: Ledger, large: Sweep) -> None:
        """Of 128 workers that mark the shards of one block at the same moment, none loses another's count."""
        ends = [ShardDone(BLOCK_SHARDS + n, 5 - n % 5, skipped=1 + n % 5) for n in range(BLOCK_SHARDS)]
        at_once([partial(mark, (ledger, other)[n % 2], large, end) for n, end in enumerate(ends)])
        assert block_in(other, large, 1).skipped == {n: 1 + n % 5 for n in range(BLOCK_SHARDS)}
