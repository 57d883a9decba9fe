"""How fast points come: their rate and the time that the rest takes, from what was seen a moment ago."""

from __future__ import annotations

from collections import deque

# In seconds.
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
YEAR = 31_557_600
# Up to so many of a unit, the next smaller one says more.
_FEW = 2
# In seconds: what is older says little of what comes, but where points come seldom, so many steps count all the same.
_WINDOW = 60.0
_STEPS = 5


class Pace:
    """The rate of a sweep's points over a window that slides with the time."""

    def __init__(self) -> None:
        """Begin without any sighting."""
        # The moments at which the number of points had changed, the oldest first.
        self._seen: deque[tuple[float, int]] = deque()
        self._now = 0.0

    def add(self, at: float, points: int) -> None:
        """Take over how many points have ended at a moment (seconds), later than the one before.

        Where there are fewer than before, as after a retry, what was seen earlier counts no more.
        """
        self._now = at
        if self._seen and points < self._seen[-1][1]:
            self._seen.clear()
        if not self._seen or points > self._seen[-1][1]:
            self._seen.append((at, points))
        while len(self._seen) > _STEPS and self._seen[1][0] <= at - _WINDOW:
            self._seen.popleft()

    @property
    def rate(self) -> float | None:
        """The points a second; None until some have come."""
        if not self._seen:
            return None
        (begun, earlier), (_, points) = self._seen[0], self._seen[-1]
        return (points - earlier) / (self._now - begun) if points > earlier and self._now > begun else None

    def left(self, size: int) -> float | None:
        """Return the seconds that the rest of so many points takes at this rate; None where there is no rate."""
        return (size - self._seen[-1][1]) / self.rate if self.rate else None


def duration(seconds: float) -> str:
    """Return a time that people can grasp: `0:01:23`, `3 days`, `12 years`."""
    if seconds < _FEW * _DAY:
        minutes, rest = divmod(int(seconds), _MINUTE)
        hours, minutes = divmod(minutes, _HOUR // _MINUTE)
        return f"{hours}:{minutes:02}:{rest:02}"
    if seconds < _FEW * YEAR:
        return f"{seconds / _DAY:,.0f} days"
    return f"{seconds / YEAR:,.0f} years"
