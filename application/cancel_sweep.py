"""Use case: let no further shard of a sweep start."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.ledger import Ledger


@dataclass(frozen=True, slots=True)
class CancelSweep:
    """Stops what has not started; workers that have begun go on to their shards' ends."""

    ledger: Ledger

    def __call__(self, sweep_id: str) -> None:
        """Cancel a sweep, for good; raises `SweepNotFound`."""
        self.ledger.cancel(sweep_id)
