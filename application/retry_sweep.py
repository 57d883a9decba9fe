"""Use case: hand over again what failed, and what was never handed over."""

from __future__ import annotations

from dataclasses import dataclass

from application.dispatch_shards import HandOver
from application.ports.ports import IdSource, Ledger
from application.submit_sweep import Submission
from domain.errors import SweepConflict
from domain.progress import Tally


@dataclass(frozen=True, slots=True)
class RetrySweep:
    """The remedy when the cause of failures is mended."""

    ledger: Ledger
    hand_over: HandOver
    ids: IdSource

    def __call__(self, sweep_id: str) -> Submission:
        """Hand over the failed shards and those that nobody is known to have; done and running ones are left alone.

        Raises `SweepNotFound`, `SweepConflict` if the sweep is cancelled or being handed over right now, and
        `DependencyUnavailable`.
        """
        sweep = self.ledger.sweep(sweep_id)
        if self.ledger.is_cancelled(sweep_id):
            raise SweepConflict("the sweep is cancelled; submit its request under another key")
        if not self.hand_over(sweep, self.ids.new_id(), redo_failed=True):
            raise SweepConflict("shards of the sweep are being handed over right now; try again when that has ended")
        outcomes = self.ledger.record(sweep_id).outcomes
        return Submission(sweep, Tally.of(sweep.plan.shards, outcomes.values()), replayed=True)
