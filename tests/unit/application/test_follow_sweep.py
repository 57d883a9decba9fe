"""Following a sweep: its progress, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, SweepNotFound
from domain.progress import State
from domain.reasons import Reason
from domain.shard_map import ShardMap
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep
from tests.fakes.desk import LIFETIME, Desk
from tests.fakes.ledger import MemoryLedger
from tests.fakes.sweeps import sweep_of


def test_the_progress_is_that_of_the_description() -> None:
    """Whatever has become of the shards, and whatever time it is."""
    desk = Desk()
    sweep = desk.submit(sweep_of(8, 4).request, "key", no_deadline).sweep
    desk.ledger.mark_done(sweep.id, ShardDone(0, 2))
    desk.ledger.mark_done(sweep.id, ShardDone(1, 1, 1))
    desk.ledger.mark_failed(sweep.id, ShardFailed(2, Reason.WORKER_DIED, "killed"))
    for state in (State.RUNNING, State.INCOMPLETE):
        progress = desk.sweeps.follow(sweep.id, 1, no_deadline).progress
        assert (progress.state, progress.done, progress.failed) == (state, 3, 3)
        assert progress == desk.sweeps.describe(sweep.id, no_deadline).progress
        desk.clock.time += LIFETIME + 1


def test_neither_the_request_nor_a_failure_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of sweeps asks for the progress of each."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(8, 4))
    desk.ledger.mark_failed(sweep.id, ShardFailed(2, Reason.WORKER_DIED, "killed"))

    def unread(_: MemoryLedger, __: str) -> Sweep:
        pytest.fail("the request was read")

    def untold(_: MemoryLedger, __: str, ___: Sequence[int]) -> Iterator[ShardEnd]:
        pytest.fail("the failures were read")

    monkeypatch.setattr(MemoryLedger, "sweep", unread)
    monkeypatch.setattr(MemoryLedger, "ends", untold)
    assert desk.sweeps.follow(sweep.id, 1, no_deadline).progress.shards_failed == 1


def test_an_unknown_sweep_has_no_progress() -> None:
    """The caller gets `SweepNotFound` with the id."""
    with pytest.raises(SweepNotFound, match="'demo-x'"):
        Desk().sweeps.follow("demo-x", 1, no_deadline)


def test_the_map_has_at_most_as_many_cells_as_asked_for() -> None:
    """Its letters are those of the shards as they stand now."""
    desk = Desk()
    sweep = desk.submit(sweep_of(8, 4).request, "key", no_deadline).sweep
    desk.ledger.mark_done(sweep.id, ShardDone(0, 2))
    desk.ledger.mark_failed(sweep.id, ShardFailed(2, Reason.WORKER_DIED, "killed"))
    assert desk.sweeps.follow(sweep.id, 4, no_deadline).map == ShardMap(1, "DRFR")
    assert desk.sweeps.follow(sweep.id, 3, no_deadline).map == ShardMap(2, "RF")
    desk.clock.time += LIFETIME + 1
    assert desk.sweeps.follow(sweep.id, 10_000, no_deadline).map == ShardMap(1, "DOFO")


@pytest.mark.parametrize("cells", [-1, 0, 10_001])
def test_a_map_has_1_to_10000_cells(cells: int) -> None:
    """Another number is refused before anything is read."""
    with pytest.raises(InvalidSweep, match="cells: must be 1 to 10000"):
        Desk().sweeps.follow("demo-x", cells, no_deadline)
