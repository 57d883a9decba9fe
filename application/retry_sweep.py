"""Use case: dispatch again what failed, and what was never dispatched."""

from __future__ import annotations

from dataclasses import dataclass

from application.dispatch_shards import DispatchShards
from application.ports.id_source import IdSource
from application.ports.ledger import Ledger
from application.submit_sweep import Submission
from domain.dispatch_policy import Deadline
from domain.errors import SweepConflict


@dataclass(frozen=True, slots=True)
class RetrySweep:
    """The remedy when the cause of failures is mended."""

    ledger: Ledger
    dispatch: DispatchShards
    ids: IdSource

    def __call__(self, sweep_id: str, deadline: Deadline) -> Submission:
        """Dispatch the failed shards and those that no worker is known to have; leave done and running ones alone.

        Raises `SweepNotFound`, `SweepConflict` if the sweep is cancelled or being dispatched right now, and
        `DependencyUnavailable`.
        """
        sweep = self.ledger.sweep(sweep_id)
        if self.ledger.is_cancelled(sweep_id):
            raise SweepConflict("the sweep is cancelled; submit its request under another key")
        if not self.dispatch(sweep, self.ids.new_id(), deadline, redo_failed=True):
            raise SweepConflict("shards of the sweep are being dispatched right now; try again when that has ended")
        return Submission(sweep, self.dispatch.tally(sweep), replayed=True)
