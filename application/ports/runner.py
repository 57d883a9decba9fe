"""The runner: a process of its own that runs one sweep of this machine to its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from domain.dispatch_policy import Deadline
from domain.request import SweepRequest


@dataclass(frozen=True, slots=True)
class Begun:
    """What a runner reports once its sweep is recorded: whether it was known before, and how many shards it runs."""

    sweep_id: str
    replayed: bool
    queued: int


class Runner(Protocol):
    """Starts such processes. They outlive their caller, whether or not it waits for the report.

    Raises what keeps the runner from beginning, such as `TargetUnavailable`, and `DependencyUnavailable` where there is
    no report before the deadline: the runner may have begun all the same.
    """

    def submit(self, request: SweepRequest, key: str, deadline: Deadline) -> Begun:
        """Run the sweep that the key stands for; raises `SweepConflict` if it stands for another request."""
        ...

    def retry(self, sweep_id: str, deadline: Deadline) -> Begun:
        """Run again what failed or was lost, by the target as it is now; raises what `RetrySweep` raises."""
        ...
