"""The upkeep of one folder's results: what does not belong there, and setting shards back that are damaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Upkeep(Protocol):
    """Keeps the results of one folder in order; raises `DependencyUnavailable`."""

    def others(self, sweep_id: str) -> Sequence[str]:
        """Return the names beside the sweep's result objects that are not called like one, but for drafts."""
        ...

    def set_back(self, sweep_id: str, versions: Mapping[int, str | None]) -> int:
        """Forget the results of these shards, so that the next run makes them anew; return of how many.

        By shard, the version of the object that was found damaged, or None where no object was found. A shard that has
        another version by now stays as it is. Raises `SweepConflict` if a process is running the sweep. If this is
        interrupted, a second call completes it.
        """
        ...
