"""A function that sends events: one thread, many requests in flight, and the ledger beside it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from benchmarks.fanout.events import Loop
from benchmarks.fanout.inputs import SenderInputs

Action = Callable[[], None]


class Ledger:
    """Calls of the ledger that run beside the sending, in the order in which they are asked for."""

    def __init__(self, loop: Loop, at_once: int) -> None:
        """Have no call under way."""
        self._loop = loop
        self._free = at_once
        self._queue: deque[tuple[float, Action]] = deque()

    def call(self, seconds: float, then: Action) -> None:
        """Call, and act when the call has ended."""
        self._queue.append((seconds, then))
        self._go_on()

    def _go_on(self) -> None:
        while self._free and self._queue:
            self._free -= 1
            seconds, then = self._queue.popleft()
            self._loop.after(seconds, partial(self._ended, then))

    def _ended(self, then: Action) -> None:
        self._free += 1
        then()
        self._go_on()


class Sender:
    """Sends events block by block: claims each block, a few ahead, and records it when all of it is accepted."""

    def __init__(self, loop: Loop, inputs: SenderInputs, events: int, accepted: Action, ended: Action) -> None:
        """Send so many events: call `accepted` for each, and `ended` when all are recorded."""
        self._loop = loop
        self._inputs = inputs
        self._accepted = accepted
        self._ended = ended
        blocks, rest = divmod(events, inputs.block)
        self._sizes = [inputs.block] * blocks + ([rest] if rest else [])
        self._unanswered = list(self._sizes)
        self._unrecorded = len(self._sizes)
        # Calls beside a single block would save nothing.
        self._beside = inputs.calls_at_once if len(self._sizes) > 1 else 0
        self._ledger = Ledger(loop, self._beside)
        self._chores: deque[tuple[float, Action]] = deque()
        self._is_busy = False
        self._asked = self._claimed = self._current = self._sent_of_current = 0
        self._claims: set[int] = set()
        self._in_flight = self._connections = self._answers = 0

    def start(self) -> None:
        """Claim the first blocks."""
        self._claim_ahead()

    def _call(self, seconds: float, then: Action) -> None:
        """Call the ledger beside the thread, or have the thread call it before it sends again."""
        if self._beside:
            self._ledger.call(seconds, then)
        else:
            self._chores.append((seconds, then))
            self._go_on()

    def _claim_ahead(self) -> None:
        """Ask for the block in use, and for as many further ones as calls run beside the sending."""
        while self._asked < min(len(self._sizes), self._current + 1 + self._beside):
            self._call(2 * self._inputs.ledger_call, partial(self._have, self._asked))
            self._asked += 1

    def _have(self, number: int) -> None:
        """Use blocks in order, whichever claim ends first."""
        self._claims.add(number)
        while self._claimed in self._claims:
            self._claimed += 1
        self._go_on()

    def _go_on(self) -> None:
        """Have the thread do what is next, if it is free: a call of the ledger, or to send an event."""
        if self._is_busy:
            return
        if self._chores:
            self._occupy(*self._chores.popleft())
        elif self._current < self._claimed and self._in_flight < self._most():
            self._occupy(self._cost() / self._inputs.processor, partial(self._sent, self._current))

    def _occupy(self, seconds: float, then: Action) -> None:
        self._is_busy = True
        self._loop.after(seconds, partial(self._free, then))

    def _free(self, then: Action) -> None:
        self._is_busy = False
        then()
        self._go_on()

    def _most(self) -> int:
        """Return how many requests may be in flight by now."""
        earned = self._inputs.first_connections + self._answers // self._inputs.events_a_connection
        return min(self._inputs.connections, earned)

    def _cost(self) -> float:
        """Return the processor time of the next event, which may need a further connection."""
        if self._in_flight < self._connections:
            return self._inputs.per_event
        self._connections += 1
        return self._inputs.per_event + self._inputs.per_connection

    def _sent(self, number: int) -> None:
        self._in_flight += 1
        self._sent_of_current += 1
        if self._sent_of_current == self._sizes[number]:
            self._current += 1
            self._sent_of_current = 0
            self._claim_ahead()
        self._loop.after(self._inputs.round_trip, partial(self._answered, number))

    def _answered(self, number: int) -> None:
        self._in_flight -= 1
        self._answers += 1
        self._unanswered[number] -= 1
        self._accepted()
        if not self._unanswered[number]:
            self._call(self._inputs.ledger_call, self._recorded)
        self._go_on()

    def _recorded(self) -> None:
        self._unrecorded -= 1
        if not self._unrecorded:
            self._ended()
