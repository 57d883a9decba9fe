"""Use case: say where one sweep stands, from the ledger alone."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.ledger import Ledger
from application.ports.result_store import ResultLocation
from domain.progress import Progress
from domain.sweep import Sweep


@dataclass(frozen=True, slots=True)
class Description:
    """A sweep, its progress, and where its results are."""

    sweep: Sweep
    progress: Progress
    results: str


@dataclass(frozen=True, slots=True)
class DescribeSweep:
    """Answers the question for state, counts and failures."""

    ledger: Ledger
    results: ResultLocation

    def __call__(self, sweep_id: str) -> Description:
        """Describe one sweep; raises `SweepNotFound`."""
        sweep = self.ledger.sweep(sweep_id)
        progress = Progress.of(sweep.plan, self.ledger.history(sweep_id))
        return Description(sweep, progress, self.results.location(sweep_id))
