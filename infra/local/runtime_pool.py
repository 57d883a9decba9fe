"""Runs many events on a few runtimes, because a machine cannot run a process for each event."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.local.runtime import Function, Runtime

# In seconds: how much later than the runtime itself the pool gives up on an event that exceeds its timeout.
GRACE = 10.0
# A log that is longer is emptied once it is read: the runtime emulator writes six lines for each event.
LOG_BYTES = 1_000_000


@dataclass(slots=True)
class Warm:
    """A runtime that has run an event of a function, its log, and how much of the log was read."""

    function: Function
    runtime: Runtime
    log: Path
    read: int = 0

    def new_lines(self) -> list[str]:
        """Return what was logged since the last call."""
        with self.log.open("rb") as file:
            file.seek(self.read)
            text = file.read()
        self.read += len(text)
        if self.read > LOG_BYTES:
            os.truncate(self.log, 0)
            self.read = 0
        return text.decode("utf-8", "replace").splitlines()


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of an event: the runtime's answer, and the lines that were logged meanwhile."""

    answer: bytes
    lines: list[str]


class RuntimePool:
    """Runs an event on a free runtime of the function as it is now; an event waits while too many others run."""

    def __init__(self, function: Callable[[float], Function], folder: Path) -> None:
        """Start nothing yet: the first events start the runtimes. `function` returns what was current at a moment."""
        self._function = function
        self._folder = folder
        self._numbers = itertools.count()
        self._idle: list[Warm] = []
        self._running = 0
        self._changed = threading.Condition()
        self._starting = threading.Lock()

    def run(self, event: bytes, most: int, waiting: Callable[[], None], every: float) -> Ended:
        """Run an event when fewer than `most` run, and return what became of it.

        Call `waiting` every so many seconds until then, and once more when the event's time begins.
        """
        arrived = time.monotonic()
        with self._place(most, waiting, every):
            with repeated(waiting, every):
                warm = self._warm(self._function(arrived))
            waiting()
            try:
                answer = warm.runtime.invoke(event, warm.function.timeout + GRACE)
            except (OSError, http.client.HTTPException) as error:
                warm.runtime.stop()
                return Ended(json.dumps({"errorType": "Runtime", "errorMessage": str(error)}).encode(), [])
            lines = warm.new_lines()
            with self._changed:
                self._idle.append(warm)
            return Ended(answer, lines)

    def stop(self) -> None:
        """End the runtimes that run no event."""
        with self._changed:
            idle, self._idle = self._idle, []
        for warm in idle:
            warm.runtime.stop()

    @contextlib.contextmanager
    def _place(self, most: int, waiting: Callable[[], None], every: float) -> Iterator[None]:
        with self._changed:
            while self._running >= most:
                self._changed.wait(every)
                waiting()
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify()

    def _warm(self, function: Function) -> Warm:
        """Return an idle runtime of just this function, or a new one; end those of the function as it was before."""
        with self._changed:
            stale = [warm for warm in self._idle if warm.function != function]
            self._idle = [warm for warm in self._idle if warm.function == function]
            found = self._idle.pop() if self._idle else None
        for warm in stale:
            warm.runtime.stop()
        return found or self._started(function)

    def _started(self, function: Function) -> Warm:
        # One at a time: they share a folder with the runtime client, and look for free ports.
        with self._starting:
            log = self._folder / f"runtime-{next(self._numbers)}.log"
            return Warm(function, Runtime.start(function, log), log)


@contextlib.contextmanager
def repeated(call: Callable[[], None], every: float) -> Iterator[None]:
    """Call a function every so many seconds while the block runs, which may take longer than an event may wait."""
    ended = threading.Event()

    def repeat() -> None:
        # A client that has gone is noticed when the event's time begins.
        with contextlib.suppress(OSError):
            while not ended.wait(every):
                call()

    repeating = threading.Thread(target=repeat)
    repeating.start()
    try:
        yield
    finally:
        ended.set()
        repeating.join()
