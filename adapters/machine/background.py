"""Calls that go on in threads: the port `Background`.

`concurrent.futures` does the same, and loads `logging` for it: a function waits longer for both than for all calls of a
small dispatch.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class PendingCall(Generic[T]):
    """A call that was begun; its result, or what it raised, is there once it has ended."""

    def __init__(self, call: Callable[[], T]) -> None:
        """Begin nothing yet."""
        self._call = call
        self._ended = Event()
        self._results: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        """Carry the call out."""
        try:
            self._results.append(self._call())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            self._error = error
        self._ended.set()

    def result(self) -> T:
        """Wait for the end of the call, and return its result or raise its exception."""
        self._ended.wait()
        if self._error:
            raise self._error
        return self._results[0]


class ThreadedBackground:
    """At most so many calls at once, each in a thread; a thread is started when there is a call for it."""

    def __init__(self, at_once: int) -> None:
        """Start no thread yet."""
        self.at_once = at_once
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for the end of every call that was begun."""
        for _thread in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            thread.join()

    def begin(self, call: Callable[[], T]) -> PendingCall[T]:
        """Begin a call as soon as a thread is free."""
        pending = PendingCall(call)
        if len(self._threads) < self.at_once:
            self._threads.append(Thread(target=self._work, name="background", daemon=True))
            self._threads[-1].start()
        self._calls.put(pending.run)
        return pending

    def _work(self) -> None:
        while call := self._calls.get():
            call()
