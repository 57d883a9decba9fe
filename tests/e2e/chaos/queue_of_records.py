"""The queue that is an on-failure destination: it delivers in batches, and again what a function has not taken."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any, Protocol

_RECEIVES = 5
_BATCH = 10


class LostError(Exception):
    """A function did not answer: it was killed, took too long, or raised an exception."""


class Caller(Protocol):
    """Runs functions."""

    def call(self, function: str, name: str, document: dict[str, Any]) -> dict[str, Any]:
        """Run an event, and return what the function answered; raises `LostError`."""
        ...

    def open(self, events: int = 1) -> None:
        """Count what is under way."""
        ...

    def count(self, what: str) -> None:
        """Count what happened once more."""
        ...


@dataclass(slots=True)
class _Message:
    body: str
    name: str
    received: int = 0


class Queue:
    """One queue, with its function."""

    def __init__(self, caller: Caller, function: str) -> None:
        """Deliver nothing yet."""
        self._caller = caller
        self._function = function
        self._messages: SimpleQueue[_Message | None] = SimpleQueue()
        self._thread = Thread(target=self._deliver)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Deliver no more."""
        self._messages.put(None)
        self._thread.join()

    def send(self, body: str, name: str) -> None:
        """Add a message; `name` says of which event, in every run of one seed."""
        self._put(_Message(body, name))

    def _put(self, message: _Message) -> None:
        self._caller.open()
        self._messages.put(message)

    def _deliver(self) -> None:
        while message := self._messages.get():
            batch = [message]
            while len(batch) < _BATCH and not self._messages.empty():
                if (another := self._messages.get()) is None:
                    return
                batch.append(another)
            self._receive({str(uuid.uuid4()): one for one in batch})

    def _receive(self, batch: dict[str, _Message]) -> None:
        records = [{"messageId": key, "body": one.body} for key, one in batch.items()]
        first = next(iter(batch.values()))
        try:
            name = f"{first.name} undelivered {first.received}"
            answer = self._caller.call(self._function, name, {"Records": records})
            again = {failed["itemIdentifier"] for failed in answer["batchItemFailures"]}
        except LostError:
            again = set(batch)
        for key, one in batch.items():
            one.received += 1
            if key in again and one.received < _RECEIVES:
                self._put(one)
            elif key in again:
                self._caller.count("dead letters")
            self._caller.open(-1)
