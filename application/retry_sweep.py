"""Use case: dispatch again what failed, what was lost, and what was never dispatched."""

from __future__ import annotations

from dataclasses import dataclass

from application.dispatch_shards import Dispatch
from application.ports.id_source import IdSource
from application.ports.ledger import Ledger
from application.submit_sweep import Submission
from domain.dispatch_policy import Deadline
from domain.errors import SweepConflict
from domain.progress import State
from domain.standing import Redo


@dataclass(frozen=True, slots=True)
class RetrySweep:
    """The remedy when the cause of failures is mended."""

    ledger: Ledger
    dispatch: Dispatch
    ids: IdSource

    def __call__(self, sweep_id: str, deadline: Deadline) -> Submission:
        """Dispatch again the shards that failed, lack a point's value, are overdue or that no worker is known to have.

        Done shards are left alone, running ones too; a point that has a value keeps it. Raises `SweepNotFound`,
        `SweepConflict` if the sweep is cancelled or if another caller dispatches all of these shards right now, and
        `DependencyUnavailable`.
        """
        sweep = self.ledger.within(deadline).sweep(sweep_id)
        dispatched = self.dispatch(sweep, self.ids.new_id(), deadline, Redo.POINTS)
        if dispatched.progress.state is State.CANCELLED:
            raise SweepConflict("the sweep is cancelled; submit its request under another key")
        if dispatched.progress.state is State.DISPATCHING and not dispatched.attempted.shards:
            raise SweepConflict("shards of the sweep are being dispatched right now; try again when that has ended")
        return Submission(sweep, dispatched, replayed=True)
