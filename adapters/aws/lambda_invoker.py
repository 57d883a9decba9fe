"""Dispatches shards to worker Lambdas: the port `ShardInvoker`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adapters.aws.events import EventSender
from application.documents.payload import Payloads
from domain.dispatch import Outcome
from domain.dispatch_policy import Deadline
from domain.plan import Shard
from domain.sweep import Sweep


@dataclass(frozen=True, slots=True)
class LambdaInvoker:
    """One event a shard, which carries its payload."""

    sender: EventSender

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        """Dispatch each shard, and yield its one outcome as soon as it is known; failures are outcomes."""
        return self.sender.send(shards, Payloads(sweep).of, deadline)
