"""How fast a run is: its points, failures, rate and time left, for a bar as well as for lines."""

from __future__ import annotations

from collections.abc import Callable

from application.ports.engine import EngineCounts
from domain.progress import Progress

# In seconds.
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
YEAR = 31_557_600
# Up to so many of a unit, the next smaller one says more.
_FEW = 2
# Seconds before a rate means anything.
_SOON = 0.001


class Pace:
    """The figures of a run, some of whose points were done before it."""

    def __init__(self, before: Progress, clock: Callable[[], float]) -> None:
        """Begin now; the clock tells seconds."""
        self._clock = clock
        self._began = clock()
        # The points of other shards are counted while they run, those included that keep an earlier value.
        self._earlier = before.settled
        self._failed_earlier = before.failed
        self.size = before.size
        self.points = self._earlier
        self.failed = self._failed_earlier
        self.rate = 0.0

    def update(self, counts: EngineCounts) -> None:
        """Take over what the run has counted so far."""
        ran = counts.done + counts.failed
        self.points = self._earlier + ran
        self.failed = self._failed_earlier + counts.failed
        self.rate = ran / max(self._clock() - self._began, _SOON)

    @property
    def left(self) -> float | None:
        """The seconds that the rest takes at this rate; None while no point is evaluated."""
        return (self.size - self.points) / self.rate if self.rate else None


def duration(seconds: float) -> str:
    """Return a time that people can grasp: `0:01:23`, `3 days`, `12 years`."""
    if seconds < _FEW * _DAY:
        minutes, rest = divmod(int(seconds), _MINUTE)
        hours, minutes = divmod(minutes, _HOUR // _MINUTE)
        return f"{hours}:{minutes:02}:{rest:02}"
    if seconds < _FEW * YEAR:
        return f"{seconds / _DAY:,.0f} days"
    return f"{seconds / YEAR:,.0f} years"
