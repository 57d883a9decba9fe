"""Handing failed shards over again: what is left when it is interrupted in between."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from application.dispatch_shards import HandOver
from domain.progress import State, progress
from domain.sweep import OutcomeKind, ShardDone, ShardEnd, ShardFailed, Sweep
from tests.contract.sweeps import make_sweep
from tests.unit.application.in_memory import MemoryLedger, RecordingInvoker, StandingClock


class Interrupted(MemoryLedger):
    """A ledger whose user is killed, once, before or after failures are forgotten."""

    def __init__(self, *, before: bool) -> None:
        """Say when."""
        super().__init__(StandingClock())
        self._deaths = ["before" if before else "after"]

    def forget_failures(self, sweep_id: str, shards: Sequence[int]) -> None:
        """Forget them, unless death comes before."""
        death = self._deaths.pop() if self._deaths else ""
        if death != "before":
            super().forget_failures(sweep_id, shards)
        if death:
            raise KeyboardInterrupt


def failed_at_two(ledger: MemoryLedger) -> Sweep:
    """Give a sweep of six shards, all of them accepted and ended, of which 2 failed."""
    sweep = ledger.open(make_sweep())
    HandOver(ledger, RecordingInvoker())(sweep, "first")
    ends: list[ShardEnd] = [ShardFailed(2, "killed", "") if n == 2 else ShardDone(n, 1) for n in range(6)]
    for end in ends:
        if isinstance(end, ShardDone):
            ledger.mark_done(sweep.id, end)
        else:
            ledger.mark_failed(sweep.id, end)
    return sweep


@pytest.mark.parametrize("before", [True, False])
def test_an_interrupted_retry_leaves_no_shard_that_only_seems_to_run(*, before: bool) -> None:
    """It is failed still, or visibly not handed over; the next retry runs it, and nothing else."""
    ledger = Interrupted(before=before)
    sweep = failed_at_two(ledger)
    with pytest.raises(KeyboardInterrupt):
        HandOver(ledger, RecordingInvoker())(sweep, "second", redo_failed=True)
    record = ledger.record(sweep.id)
    assert progress(sweep.plan, record).state is (State.FAILED if before else State.INCOMPLETE)
    assert not record.dispatching
    invoker = RecordingInvoker()
    assert HandOver(ledger, invoker)(sweep, "third", redo_failed=True)
    assert invoker.dispatched == [2]
    assert ledger.record(sweep.id).outcomes[2].kind is OutcomeKind.ACCEPTED


def test_a_cancelled_sweeps_failures_stay() -> None:
    """Nothing is handed over, and why a shard failed is not forgotten."""
    ledger, invoker = MemoryLedger(StandingClock()), RecordingInvoker()
    sweep = failed_at_two(ledger)
    ledger.cancel(sweep.id)
    assert HandOver(ledger, invoker)(sweep, "second", redo_failed=True)
    assert invoker.dispatched == []
    assert ledger.end_of(sweep.id, 2) == ShardFailed(2, "killed", "")
