"""Use case: let no further shard of a sweep start."""

from __future__ import annotations

from dataclasses import dataclass, replace

from application.describe_sweep import DescribeSweep, Description
from application.ports.ledger import Ledger
from domain.dispatch_policy import Deadline


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
        ledger = self.ledger.within(deadline)
        history = ledger.history(sweep_id)
        stops = self.describe.survey.progress(history).can_start
        if stops:
            ledger.cancel(sweep_id)
            history = replace(history, cancelled=True)
        return Cancellation(self.describe.of(history, deadline), stops)
