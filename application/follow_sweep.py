"""Use case: say how far one sweep is, and nothing of its failures."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.ledger import Ledger
from application.survey import Survey
from domain.dispatch_policy import Deadline
from domain.progress import Progress


@dataclass(frozen=True, slots=True)
class FollowSweep:
    """Answers the question for state and counts, by one reading of the sweep's blocks."""

    ledger: Ledger
    survey: Survey

    def __call__(self, sweep_id: str, deadline: Deadline) -> Progress:
        """Return the progress of one sweep; raises `SweepNotFound`."""
        return self.survey.progress(self.ledger.within(deadline).history(sweep_id))
