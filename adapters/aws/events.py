"""What sends events: one asynchronous invocation of a function each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from domain.dispatch import Dispatchable, Outcome
from domain.dispatch_policy import Deadline

T = TypeVar("T", bound=Dispatchable)


class EventSender(Protocol):
    """Sends events to one function, many at once."""

    def send(self, events: Iterable[T], payload_of: Callable[[T], bytes], deadline: Deadline) -> Iterator[Outcome]:
        """Send each event and yield exactly one outcome for each, in any order.

        What cannot be sent before the deadline is deferred. An event without a payload is rejected, and was not sent.
        """
        ...
