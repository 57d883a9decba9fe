"""Use case: record that a shard has ended without results."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.ledger import Ledger
from domain.dispatch_policy import Deadline
from domain.sweep import ShardFailed


@dataclass(frozen=True, slots=True)
class FailShard:
    """For what no worker can record itself: it died, its payload cannot be read, its event was never delivered."""

    ledger: Ledger

    def __call__(self, sweep_id: str, end: ShardFailed, deadline: Deadline) -> None:
        """Mark the shard failed, unless it has a later end; raises `DependencyUnavailable`."""
        self.ledger.within(deadline).mark_failed(sweep_id, end)
