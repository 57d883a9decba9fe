"""Use case: record that the platform gave up the event of a span."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.ledger import Ledger
from domain.dispatch_policy import Deadline
from domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class SettleSpan:
    """For what no dispatcher can record itself: it died each time, or its event was never delivered."""

    ledger: Ledger

    def __call__(self, sweep_id: str, span: int, assignment: str, reason: Reason, deadline: Deadline) -> None:
        """Say why shards of the span that have no outcome were not dispatched; raises `DependencyUnavailable`.

        It changes nothing once the span is dispatched, or if a later assignment has it.
        """
        self.ledger.within(deadline).settle(sweep_id, span, assignment, reason)
