"""Lambda's part: it keeps functions warm, runs one event at a time in each process, and delivers at least once.

An event that fails is delivered again, as often as its function's settings say; then its record goes to the function's
on-failure destination, by a queue that is not reliable either.
"""

from __future__ import annotations

import heapq
import itertools
import json
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Any, Self

from tests.e2e.chaos.faults import EVENTS, KILLED, POISON, EventFate
from tests.e2e.chaos.parameters import PARAMETERS
from tests.e2e.chaos.queue_of_records import LostError, Queue
from tests.e2e.chaos.script import Occurrences, Script
from tests.e2e.chaos.warm import CRASHED, Failed, Warm, Workshop
from tests.fakes.functions import Function, timeout

Json = dict[str, Any]

# In seconds, where Lambda takes minutes.
_AGAIN, _LATE, _JITTER = 0.05, 0.8, 0.05
# Half of the events that failed run again beside the others, half after a minute of the functions' clocks, or two.
_AT_ONCE, _MINUTE = 0.5, 60.0
# No caller waits longer, however busy the machine is.
_PATIENCE = 240.0
# No function is killed later than so many seconds into its event.
_KILLED_WITHIN = 0.03


@dataclass(slots=True)
class Event:
    """An event on its way to a function; `name` says which it is, in every run of one seed."""

    function: Function
    name: str
    document: Json
    attempts: int = 0
    answer: Future[Json] | None = None  # of a caller who waits


@dataclass(order=True, slots=True)
class _Due:
    at: float
    number: int
    event: Event = field(compare=False)


class Fleet:
    """All functions of one deployment. Use it in a `with` block."""

    def __init__(self, functions: Iterable[Function], workshop: Workshop) -> None:
        """Start no process yet: the first events do."""
        self._functions = {one.name: one for one in functions}
        self._workshop = workshop
        self._due: dict[str, list[_Due]] = {name: [] for name in self._functions}
        self._strays: list[Event] = []
        self._later: list[Event] = []
        self._changed = Condition()
        self._numbers = itertools.count()
        self._asked = Occurrences()
        self._script: Script | None = None
        self._open = 0  # events that are queued or run, but for strays
        self._stopped = False
        self.jump = 0.0
        self.counts: Counter[str] = Counter()
        self.surprises: list[str] = []
        self._queues = {one.on_failure: Queue(self, one.on_failure) for one in functions if one.on_failure}
        self._threads = [Thread(target=self._work, args=(one,)) for one in functions for _ in range(one.processes)]

    def __enter__(self) -> Self:
        """Begin to deliver."""
        for thread in self._threads:
            thread.start()
        for queue in self._queues.values():
            queue.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End every process."""
        for queue in self._queues.values():
            queue.stop()
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def set(self, script: Script | None) -> None:
        """Follow another script from now on; without one nothing fails."""
        self._script = script
        self._asked = Occurrences()

    def function(self, name: str) -> Function | None:
        """Return the function of a name."""
        return self._functions.get(name)

    def call(self, function: str, name: str, document: Json) -> Json:
        """Run an event, and return what the function answered; raises `LostError`."""
        event = Event(self._functions[function], name, document, answer=Future())
        self._push(event, 0.0)
        assert event.answer is not None
        return event.answer.result(_PATIENCE)

    def accept(self, function: str, name: str, document: Json) -> None:
        """Take over an asynchronous event, and lose, double or delay it by the script."""
        event = Event(self._functions[function], name, document)
        self.count(f"dispatches of {function}")
        nth = self._asked.next("accept", function, name)
        fate = self._script.fate(EVENTS, "event", function, name, nth) if self._script else None
        if fate:
            self.count(f"events: {fate.value}")
        if fate is EventFate.LOST:
            return
        if fate is EventFate.STRAY:
            with self._changed:
                self._strays.append(event)
            return
        jitter = self._script.chance("jitter", function, name, nth) * _JITTER if self._script else 0.0
        self._push(event, _LATE if fate is EventFate.LATE else jitter)
        if fate is EventFate.DUPLICATED:
            # Half of the pairs run at the same moment.
            beside = self._script is not None and self._script.chance("beside", function, name, nth) < _AT_ONCE
            self._push(Event(event.function, f"{name} twice", document), jitter if beside else jitter * 3)

    def release(self) -> None:
        """Deliver the events that have strayed."""
        with self._changed:
            strays, self._strays = self._strays, []
        for event in strays:
            self._push(event, 0.0)

    def settle(self, seconds: float) -> bool:
        """Wait until no event is queued or runs, and return whether that came about in so many seconds.

        Then the minutes pass after which events that failed run again, and so on until there are none.
        """
        ends = time.monotonic() + seconds
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda: not self._open, ends - time.monotonic()):
                    return False
                later, self._later = self._later, []
            if not later:
                return True
            self.jump += _MINUTE * max(event.attempts for event in later)
            for event in later:
                self._push(event, 0.0)

    def open(self, events: int = 1) -> None:
        """Count what is under way beside the events of functions."""
        with self._changed:
            self._open += events
            self._changed.notify_all()

    def count(self, what: str) -> None:
        """Count what happened once more."""
        with self._changed:
            self.counts[what] += 1

    def _push(self, event: Event, seconds: float) -> None:
        with self._changed:
            self._open += 1
            due = _Due(time.monotonic() + seconds, next(self._numbers), event)
            heapq.heappush(self._due[event.function.name], due)
            self._changed.notify_all()

    def _work(self, function: Function) -> None:
        """Deliver the events of one process, one after another."""
        warm: Warm | None = None
        while event := self._next(function):
            try:
                warm = warm or self._workshop.start(function)
                end = self._run(warm, event)
            except Exception as error:  # noqa: BLE001 - a thread that ends would leave its callers waiting
                end = Failed(type(error).__name__, traceback.format_exc(), is_dead=True)
                self.surprises.append(end.text)
            if isinstance(end, Failed) and end.is_dead:
                warm = None
            self._ended(event, end)
        if warm:
            warm.stop()

    def _next(self, function: Function) -> Event | None:
        """Wait for the next event that is due; return None at the end of the fleet."""
        queue = self._due[function.name]
        with self._changed:
            while not self._stopped:
                wait = queue[0].at - time.monotonic() if queue else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(queue).event
                self._changed.wait(wait)
        return None

    def _run(self, warm: Warm, event: Event) -> Json | Failed:
        key = "run", event.function.name, event.name, event.attempts
        within = None
        if self._script and self._is_killed(event, key):
            within = self._script.chance("when", *key) * _KILLED_WITHIN
        return warm.run(event.document, timeout(event.function, PARAMETERS), self.jump, within)

    def _is_killed(self, event: Event, key: tuple[object, ...]) -> bool:
        """Return whether the function is to be killed in the middle of this event, or of each run of it."""
        if self._script is None:
            return False
        is_poison = event.answer is None and self._script.chance("poison", *key[:3]) < POISON
        return is_poison or self._script.chance("killed", *key) < KILLED

    def _ended(self, event: Event, end: Json | Failed) -> None:
        """Answer who waits, or deliver again, or give up; only then is the event no longer open."""
        try:
            if isinstance(end, Failed):
                self.count(f"{event.function.name} {'dead' if end.is_dead else 'failed'}: {end.kind}")
                self._look_at(event, end)
                self._failed(event, end)
            elif event.answer:
                event.answer.set_result(end)
        finally:
            self.open(-1)

    def _look_at(self, event: Event, end: Failed) -> None:
        """Keep an error that a function should have handled, and a crash."""
        if end.kind == CRASHED or (not end.is_dead and end.kind not in _EXPECTED):
            self.surprises.append(f"{event.function.name} raised for {event.name}:\n{end.text}")

    def _failed(self, event: Event, end: Failed) -> None:
        if event.answer:
            event.answer.set_exception(LostError(end.kind))
            return
        event.attempts += 1
        if event.attempts <= event.function.retries:
            self._again(event)
        elif event.function.on_failure:
            self.count(f"{event.function.name} given up")
            self._destination(event, end)

    def _again(self, event: Event) -> None:
        key = "again", event.function.name, event.name, event.attempts
        if self._script and event.function.is_quick and self._script.chance(*key) < _AT_ONCE:
            self._push(event, _AGAIN * event.attempts)
        else:
            with self._changed:
                self._later.append(event)

    def _destination(self, event: Event, end: Failed) -> None:
        """Send the record of an event to the queue that is its destination, now and then twice."""
        record = {
            "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": event.attempts},
            "requestPayload": event.document,
            "responsePayload": {"errorType": end.kind, "errorMessage": end.text[:200]},
        }
        twice = self._script is not None and self._script.chance("message", event.name) < EVENTS[EventFate.DUPLICATED]
        for _ in range(1 + twice):
            self._queues[str(event.function.on_failure)].send(json.dumps(record), event.name)


# What a function raises so that its event is delivered again.
_EXPECTED = {"DependencyUnavailable", "UnfinishedSpanError"}
