"""The rules of every `Ledger` about which end of a shard counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from application.ports.ledger import Ledger
from domain.block import Mark
from domain.places import BLOCK_SHARDS, block_of
from domain.progress import Progress, State
from domain.reasons import Reason
from domain.standing import Redo
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep
from tests.contract.ledger_readings import accepted, block_in, dispatch, ends_in, mark, redo, standing_in
from tests.fakes.at_once import at_once
from tests.fakes.sweeps import make_sweep

_ALL = 0b111111  # the shards of `sweep`


def _done(shard: int, generation: int = 0) -> ShardDone:
    return ShardDone(shard, 12, generation=generation)


def _partial(shard: int, generation: int = 0, errors: int = 3) -> ShardDone:
    return ShardDone(shard, 12 - errors, errors, generation=generation)


def _failed(shard: int, generation: int = 0) -> ShardFailed:
    return ShardFailed(shard, Reason.WORKER_DIED, f"of generation {generation}", 3, generation)


class LedgerOfMarksContract:
    """The rules, one a test."""

    @pytest.mark.parametrize(
        "ends",
        [
            pytest.param([_done(0), _failed(0)], id="then a failure"),
            pytest.param([_done(0), _failed(0, 1)], id="then a failure of a later generation"),
            pytest.param([_done(0), _partial(0)], id="then errors"),
            pytest.param([_done(0), _partial(0, 2), _failed(0, 3)], id="then errors and a failure of later ones"),
            pytest.param([_failed(0), _done(0)], id="after a failure"),
            pytest.param([_partial(0), _done(0, 1)], id="after errors"),
            pytest.param([_done(0), _done(0), _done(0, 1)], id="three times"),
        ],
    )
    def test_done_is_final(self, ledger: Ledger, other: Ledger, sweep: Sweep, ends: list[ShardEnd]) -> None:
        """A shard of which every point has a value is done, also if other ends of it are reported before or after."""
        mark(ledger, sweep, *ends)
        standing = standing_in(other, sweep)
        assert (standing.done, standing.partial, standing.failed) == (0b1, 0, 0)
        assert other.look(sweep.id, 0).block.end_of(sweep.plan.shard(0)) == Mark(0, 0)

    @pytest.mark.parametrize("generation", [0, 1, 2], ids="generation {}".format)
    def test_done_counts_in_every_generation(self, ledger: Ledger, sweep: Sweep, generation: int) -> None:
        """Late results of an earlier generation are results."""
        dispatch(ledger, sweep, {accepted(generation): _ALL})
        mark(ledger, sweep, _done(0), _done(5, 1))
        assert standing_in(ledger, sweep).done == 0b100001

    def test_an_end_of_an_earlier_generation_does_not_count(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """A failure, or results with errors, from before the last dispatch of a shard leave it running."""
        dispatch(ledger, sweep, {accepted(1): _ALL})
        mark(ledger, sweep, _failed(0), _partial(1))
        assert standing_in(other, sweep).accepted == _ALL
        assert Progress.of(other.history(sweep.id), 0).state is State.RUNNING
        mark(ledger, sweep, _failed(0, 1), _partial(1, 1))
        mark(ledger, sweep, _failed(1), _partial(0))
        assert (standing_in(other, sweep).failed, standing_in(other, sweep).partial) == (0b1, 0b10)

    def test_the_end_of_the_last_generation_counts(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Of several failures and results with errors of one shard, those of the last generation count."""
        mark(ledger, sweep, _failed(0), _partial(0, 1))
        mark(ledger, sweep, _partial(1, 0), _failed(1, 1))
        mark(ledger, sweep, _failed(2), _partial(2, 1), _failed(2, 2))
        mark(ledger, sweep, _partial(3, 2), _failed(3, 1), _failed(3, 0))
        standing = standing_in(other, sweep)
        assert (standing.partial, standing.failed) == (0b1001, 0b110)

    def test_results_with_fewer_errors_replace_earlier_ones(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """A block has the errors of the last results, the fewest of one generation, also if later runs failed."""
        mark(ledger, sweep, _partial(0, 0, 10), _partial(0, 2, 1), _partial(0, 1, 5), _failed(0, 3))
        assert block_in(other, sweep).stored_errors() == {0: Mark(0, 2, 1)}
        assert other.look(sweep.id, 0).block.stored_errors() == {0: Mark(0, 2, 1)}
        assert Progress.of(other.history(sweep.id), 0).done == 11
        mark(ledger, sweep, _partial(1, 1, 3), _partial(1, 1, 2), _partial(1, 1, 4))
        assert block_in(other, sweep).stored_errors()[1] == Mark(1, 1, 2)

    def test_a_block_keeps_the_marks_of_the_last_generations(self, ledger: Ledger, other: Ledger) -> None:
        """After twelve runs of two shards, one of which failed each time, a reading has the marks of the last run.

        Before each further run, the record of its dispatch removes what counts no more; every standing stays right.
        """
        sweep = ledger.open(make_sweep(size=2, shards=2))
        for generation in range(12):
            assert redo(ledger, sweep) == [generation] * 2
            mark(other, sweep, _failed(0, generation), _partial(1, generation))
            standing = standing_in(ledger, sweep)
            assert (standing.failed, standing.partial) == (0b01, 0b10)
        block = block_in(other, sweep)
        assert block.failed == {11: 0b01}
        # Results count until there are results of a later run: theirs go with the next record.
        assert block.stored_errors() == {1: Mark(1, 11, 3)}
        assert set(block.errors) <= {10, 11}
        assert redo(ledger, sweep) == [12] * 2
        block = block_in(other, sweep)
        assert (set(block.failed) | {11}, block.errors) == ({11}, {11: {1: 3}})
        assert block.standing(sweep.plan, 0).accepted == 0b11

    def test_a_late_mark_of_a_run_whose_marks_are_gone_counts_for_nothing(
        self, ledger: Ledger, other: Ledger, sweep: Sweep
    ) -> None:
        """An end of an earlier run that arrives after its marks were removed leaves each shard as it was."""
        for generation in range(3):
            redo(ledger, sweep)
            mark(ledger, sweep, *(_failed(shard, generation) for shard in range(3)), _partial(3, generation))
        redo(ledger, sweep)
        mark(other, sweep, *(_failed(shard, shard) for shard in range(3)), _partial(3, 1))
        assert standing_in(other, sweep).accepted == _ALL
        assert block_in(other, sweep).stored_errors() == {3: Mark(3, 2, 3)}
        mark(other, sweep, _failed(0, 3), _partial(3, 3, 1))
        mark(other, sweep, _failed(0), _partial(3))
        standing = standing_in(other, sweep)
        assert (standing.failed, standing.partial, standing.accepted) == (0b1, 0b1000, 0b110110)
        assert redo(other, sweep) == [4, 4]

    def test_a_shard_may_end_before_its_dispatch_is_recorded(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """An end that is marked while the block is claimed, or before, counts once the dispatch is recorded."""
        mark(other, sweep, _done(0), _partial(1), _failed(2))
        block = ledger.claim(sweep.id, 0, "me", 60)
        assert block
        mark(other, sweep, _done(3), _partial(4), _failed(5))
        dispatch(ledger, sweep, {accepted(): _ALL})
        standing = standing_in(other, sweep)
        assert (standing.done, standing.partial, standing.failed) == (0b001001, 0b010010, 0b100100)

    def test_a_shard_may_end_in_a_block_that_was_never_claimed(
        self, ledger: Ledger, other: Ledger, large: Sweep
    ) -> None:
        """The first write about a block may be an end of each kind."""
        mark(ledger, large, ShardDone(0, 6), ShardDone(300, 3, 3), _failed(999))
        history = other.history(large.id)
        assert {n: block.claimed for n, block in history.blocks.items()} == {0: False, 2: False, 7: False}
        assert standing_in(other, large, 0).done == 1
        assert standing_in(other, large, 2).partial == 1 << 300 - 256
        assert standing_in(other, large, 7).failed == 1 << 103

    @pytest.mark.parametrize("shard", [6, 127, 128, 255, 10**6], ids="shard {}".format)
    def test_marks_outside_the_plan_change_no_reading(
        self, ledger: Ledger, other: Ledger, sweep: Sweep, shard: int
    ) -> None:
        """Ends of a shard that the sweep does not have, in its last block or beyond, leave each reading as it was."""
        dispatch(ledger, sweep, {accepted(): _ALL})
        mark(ledger, sweep, _done(0), _partial(1), _failed(2))
        before = Progress.of(other.history(sweep.id), 0), standing_in(other, sweep), ends_in(other, sweep, range(6))
        mark(ledger, sweep, _done(shard), _partial(shard + BLOCK_SHARDS, 1), _failed(shard, 1), _failed(shard, 0))
        mark(ledger, sweep, _partial(shard, 2))
        after = Progress.of(other.history(sweep.id), 0), standing_in(other, sweep), ends_in(other, sweep, range(6))
        assert after == before
        assert [end for end in ends_in(other, sweep, [shard, *range(6)]) if end.number != shard] == before[2]
        assert [block.number for block in other.history(sweep.id)] == [0]
        assert other.look(sweep.id, 0).block.standing(sweep.plan, 0) == before[1]
        assert other.look(sweep.id, shard).block.number == block_of(shard)
        claimed = other.claim(sweep.id, 0, "you", 60)
        assert claimed
        assert [one.number for one in claimed.runs(sweep.plan, redo=Redo.POINTS, since=0)] == [1, 2]

    def test_a_sweep_ends_by_the_marks_of_its_shards(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Where each shard of a sweep has ended, the progress counts every point once."""
        dispatch(ledger, sweep, {accepted(): _ALL})
        mark(ledger, sweep, *map(_done, range(4)), _partial(4, errors=5), _failed(5))
        progress = Progress.of(other.history(sweep.id), 0)
        assert (progress.done, progress.failed, progress.running) == (4 * 12 + 7, 5 + 12, 0)
        assert progress.state is State.FAILED

    def test_marks_at_once_are_all_kept(self, ledger: Ledger, other: Ledger, large: Sweep) -> None:
        """Of 128 workers that mark the shards of one block at the same moment, none overwrites another's end."""
        kinds: list[Callable[[int], ShardEnd]] = [_done, _partial, _failed]
        calls = [
            partial(mark, (ledger, other)[n % 2], large, kinds[n % 3](BLOCK_SHARDS + n)) for n in range(BLOCK_SHARDS)
        ]
        at_once(calls)
        standing = standing_in(other, large, 1)
        expected = [sum(1 << n for n in range(first, BLOCK_SHARDS, 3)) for first in range(3)]
        assert [standing.done, standing.partial, standing.failed] == expected

    def test_of_ends_of_one_shard_at_once_done_wins(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """A shard that is reported done, with errors and failed at the same moment is done."""
        ends: list[ShardEnd] = [_failed(0), _done(0), _partial(0), _failed(0, 1)]
        at_once([partial(mark, client, sweep, end) for end in ends for client in (ledger, other)])
        assert standing_in(ledger, sweep).done == 0b1
