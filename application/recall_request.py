"""Use case: return what a sweep was asked to compute."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.ledger import Ledger
from domain.dispatch_policy import Deadline
from domain.request import SweepRequest


@dataclass(frozen=True, slots=True)
class RecallRequest:
    """Answers the question for a sweep's request, its target filled in."""

    ledger: Ledger

    def __call__(self, sweep_id: str, deadline: Deadline) -> SweepRequest:
        """Return the request of one sweep; raises `SweepNotFound`."""
        return self.ledger.within(deadline).sweep(sweep_id).request
