"""The result files: a sweep's result objects as files of this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from application.on_done import OnDone
from domain.dispatch_policy import Deadline


class ResultFiles(Protocol):
    """Brings the result objects of one place to this machine."""

    def fetch(self, sweep_id: str, on_fetched: OnDone, deadline: Deadline) -> Sequence[str]:
        """Return the paths of the sweep's result objects by shard, once all that are stored are here and whole.

        Objects that are here already are not fetched again, unless they may have changed since. `on_fetched` is called
        with how many are here, and how many there are. Raises `SweepNotFound` and `DependencyUnavailable`; what has
        been fetched by then stays.
        """
        ...
