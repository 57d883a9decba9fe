"""The engine: runs shards on this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self, TypeAlias

from application.ports.shard_invoker import ShardInvoker
from domain.request import SweepRequest
from domain.sweep import ShardFailed
from domain.target_sources import TargetSources


@dataclass(slots=True)
class EngineCounts:
    """What one run of the engine has done so far, in points and in shards."""

    done: int = 0  # points with a value
    failed: int = 0  # points without
    shards_done: int = 0
    shards_failed: int = 0
    skipped: int = 0  # points that do not satisfy the sweep's condition
    reused: int = 0  # points with a value that is one of an earlier sweep


OnCounts: TypeAlias = Callable[[EngineCounts], None]


class Engine(ShardInvoker, Protocol):
    """Runs the shards of one sweep in processes of this machine; `dispatch` puts them in its queue.

    It is used in a `with` block, which leaves no process behind.
    """

    def __enter__(self) -> Self:
        """Return the engine."""
        ...

    def __exit__(self, *_: object) -> None:
        """Stop every process, whatever it is doing."""
        ...

    def start(self, request: SweepRequest) -> TargetSources:
        """Start the processes and return the target's sources.

        Raises `TargetUnavailable` if the target cannot be evaluated.
        """
        ...

    @property
    def queued(self) -> int:
        """How many shards wait for a process."""
        ...

    def run(self, sweep_id: str, on_failed: Callable[[ShardFailed], None], on_counts: OnCounts) -> None:
        """Run the queue to its end; `on_failed` is called for each shard that fails, `on_counts` at every step.

        Raises `DependencyUnavailable` if processes cannot be started any more.
        """
        ...
