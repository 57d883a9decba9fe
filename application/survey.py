"""Reading a sweep's history as its progress: what describing, dispatching and cancelling have in common."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.clock import Clock
from domain.progress import History, Progress


@dataclass(frozen=True, slots=True)
class Survey:
    """Knows how long a shard can live, in seconds: as long as it may wait for a worker, and then run."""

    clock: Clock
    lifetime: float

    def since(self) -> float:
        """Return the moment (seconds, UTC) before which a dispatched shard that has not ended is lost."""
        return self.clock.now() - self.lifetime

    def progress(self, history: History) -> Progress:
        """Return what a history adds up to now."""
        return Progress.of(history, self.since())
