"""Use case: let no further shard of a sweep start."""

from __future__ import annotations

from dataclasses import dataclass, replace

from application.describe_sweep import DescribeSweep, Description
from application.ports.ledger import Ledger
from domain.dispatch_policy import Deadline
from domain.progress import State


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Where the sweep stands now, and whether this call stopped anything."""

    description: Description
    stopped: bool


@dataclass(frozen=True, slots=True)
class CancelSweep:
    """Stops what has not started; workers that have begun go on to their shards' ends."""

    ledger: Ledger
    describe: DescribeSweep

    def __call__(self, sweep_id: str, deadline: Deadline) -> Cancellation:
        """Cancel a sweep for good if a shard of it can still start; else change nothing. Raises `SweepNotFound`."""
        before = self.describe(sweep_id, deadline)
        progress = before.progress
        if progress.state is State.CANCELLED and progress.pending:
            # An earlier call may have died before every worker could know of it.
            self.ledger.within(deadline).cancel(sweep_id)
        if not progress.can_start:
            return Cancellation(before, stopped=False)
        self.ledger.within(deadline).cancel(sweep_id)
        return Cancellation(replace(before, progress=replace(progress, state=State.CANCELLED)), stopped=True)
