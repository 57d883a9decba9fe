"""The invoker: dispatches shards to workers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from domain.dispatch import Outcome
from domain.dispatch_policy import Deadline
from domain.plan import Shard
from domain.sweep import Sweep


class ShardInvoker(Protocol):
    """Invokes a worker for each shard, fire and forget."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        """Dispatch each shard and yield exactly one outcome for each, in any order; no worker is waited for.

        What cannot be sent before the deadline is deferred. Failures are outcomes, not exceptions: an iterator that is
        taken to its end has accounted for every shard.
        """
        ...
