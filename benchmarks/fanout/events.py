"""The event loop of a discrete-event simulation: what happens next is what is due first."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class Loop:
    """Simulated time, in seconds. What is due at the same time happens in the order in which it was planned."""

    def __init__(self) -> None:
        """Begin at 0."""
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Plan an action so many seconds from now."""
        heapq.heappush(self._due, (self.now + seconds, next(self._order), action))

    def run(self) -> None:
        """Act until nothing is planned."""
        while self._due:
            self.now, _, action = heapq.heappop(self._due)
            action()
