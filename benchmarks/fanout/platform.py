"""Lambda: it queues events, and starts as many as its scaling rate and the limit of the account allow."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from benchmarks.fanout.events import Loop
from benchmarks.fanout.inputs import LambdaInputs

# What an event does when it starts; it calls what it is passed when it ends.
Work = Callable[[Callable[[], None]], None]


@dataclass(slots=True)
class Limit:
    """How many events may run at once; functions may share it."""

    most: int
    running: int = 0
    waiting: list[Callable[[], None]] = field(default_factory=list)

    def take(self) -> bool:
        """Take a place, if there is one."""
        if self.running >= self.most:
            return False
        self.running += 1
        return True

    def give_back(self) -> None:
        """Release a place; any function that has a waiting event may take it."""
        self.running -= 1
        for wake in self.waiting:
            wake()


class Function:
    """One function: its events start in order, each in a warm environment or in a new one."""

    def __init__(self, loop: Loop, inputs: LambdaInputs, limit: Limit, cold: float) -> None:
        """Have no environment yet, and the whole burst."""
        self._loop = loop
        self._inputs = inputs
        self._limit = limit
        self._cold = cold
        self._queue: deque[Work] = deque()
        self._warm = 0
        self._units = float(inputs.burst)
        self._counted_at = 0.0
        self._is_waking = False
        self.environments = 0
        self.starts: list[float] = []
        limit.waiting.append(self._start)

    def accept(self, work: Work) -> None:
        """Take an event over."""
        self._loop.after(self._inputs.queue, partial(self._enqueue, work))

    def _enqueue(self, work: Work) -> None:
        self._queue.append(work)
        self._start()

    def _start(self) -> None:
        """Start what can be started now."""
        while self._queue and (self._warm or self._has_unit()) and self._limit.take():
            work = self._queue.popleft()
            if self._warm:
                self._warm -= 1
                self._begin(work)
            else:
                self._units -= 1
                self.environments += 1
                self._loop.after(self._cold, partial(self._begin, work))

    def _has_unit(self) -> bool:
        """Return whether a new environment may be made; if not, look again as soon as one may."""
        refilled = (self._loop.now - self._counted_at) * self._inputs.refill
        self._units = min(self._inputs.burst, self._units + refilled)
        self._counted_at = self._loop.now
        # Time is added up in floats.
        if self._units >= 1 - 1e-9:
            return True
        if not self._is_waking and math.isfinite(wait := (1 - self._units) / self._inputs.refill):
            self._is_waking = True
            self._loop.after(wait, self._wake)
        return False

    def _wake(self) -> None:
        self._is_waking = False
        self._start()

    def _begin(self, work: Work) -> None:
        self.starts.append(self._loop.now)
        work(self._end)

    def _end(self) -> None:
        self._warm += 1
        self._limit.give_back()
