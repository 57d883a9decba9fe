"""Looks at a sweep: how far it is, its map, and why points have no value."""

from __future__ import annotations

from application.follow_sweep import Following
from application.sweeps import Sweeps
from domain.dispatch_policy import no_deadline
from domain.failure import FailureGroup

# Of the map: a screen draws fewer where it is smaller.
_CELLS = 2_000


class Looks:
    """Looks at one sweep now and then. Failures are read only where their number has changed, as that costs more."""

    def __init__(self, sweeps: Sweeps, sweep_id: str) -> None:
        """Look at nothing yet."""
        self._sweeps, self._sweep_id = sweeps, sweep_id
        self._failed = 0
        self.groups: tuple[FailureGroup, ...] = ()

    def follow(self) -> Following:
        """Return how far the sweep is, and bring `groups` up to date; raises what `FollowSweep` raises."""
        following = self._sweeps.follow(self._sweep_id, _CELLS, no_deadline)
        if following.progress.failed != self._failed:
            self.groups = self._sweeps.describe(self._sweep_id, no_deadline).groups
            self._failed = following.progress.failed
        return following
