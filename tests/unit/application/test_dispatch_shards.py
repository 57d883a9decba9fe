"""Dispatching failed shards again, and what an interrupted retry leaves in the ledger."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from application.dispatch_shards import DispatchShards
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.progress import Progress, State
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep
from tests.fakes.clock import HandClock
from tests.fakes.ledger import MemoryLedger
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.sweeps import make_sweep


class Interrupted(MemoryLedger):
    """A ledger that interrupts its caller once, before or after it forgets failures."""

    def __init__(self, *, before: bool) -> None:
        """Interrupt before the failures are forgotten, or after."""
        super().__init__(HandClock())
        self._interruptions = ["before" if before else "after"]

    def forget_failures(self, sweep_id: str, shards: Sequence[int]) -> None:
        """Forget the failures, unless the interruption comes before, and raise it."""
        moment = self._interruptions.pop() if self._interruptions else ""
        if moment != "before":
            super().forget_failures(sweep_id, shards)
        if moment:
            raise KeyboardInterrupt


def failed_at_two(ledger: MemoryLedger) -> Sweep:
    """Return a sweep of six shards. All were accepted and have ended; shard 2 failed."""
    sweep = ledger.open(make_sweep())
    DispatchShards(ledger, RecordingInvoker())(sweep, "first", no_deadline)
    ends: list[ShardEnd] = [ShardFailed(2, Reason.WORKER_DIED, "") if n == 2 else ShardDone(n, 1) for n in range(6)]
    for end in ends:
        if isinstance(end, ShardDone):
            ledger.mark_done(sweep.id, end)
        else:
            ledger.mark_failed(sweep.id, end)
    return sweep


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_an_interrupted_retry_leaves_no_shard_that_seems_to_run(*, before: bool) -> None:
    """The failed shard is still failed, or recorded as not dispatched. The next retry dispatches it and no other."""
    ledger = Interrupted(before=before)
    sweep = failed_at_two(ledger)
    with pytest.raises(KeyboardInterrupt):
        DispatchShards(ledger, RecordingInvoker())(sweep, "second", no_deadline, redo_failed=True)
    history = ledger.history(sweep.id)
    assert Progress.of(sweep.plan, history).state is (State.FAILED if before else State.INCOMPLETE)
    assert not history.dispatching
    invoker = RecordingInvoker()
    assert DispatchShards(ledger, invoker)(sweep, "third", no_deadline, redo_failed=True)
    assert invoker.dispatched == [2]
    assert ledger.history(sweep.id).outcomes[2].kind is OutcomeKind.ACCEPTED


def test_a_cancelled_sweeps_failures_stay() -> None:
    """A retry of a cancelled sweep dispatches nothing, and the ledger keeps why a shard failed."""
    ledger, invoker = MemoryLedger(HandClock()), RecordingInvoker()
    sweep = failed_at_two(ledger)
    ledger.cancel(sweep.id)
    assert DispatchShards(ledger, invoker)(sweep, "second", no_deadline, redo_failed=True)
    assert invoker.dispatched == []
    assert ledger.end_of(sweep.id, 2) == ShardFailed(2, Reason.WORKER_DIED, "")
