"""The dispatchers: functions to which the parent assigns spans of a sweep, and which dispatch their shards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from domain.dispatch import Outcome
from domain.dispatch_policy import Deadline
from domain.spans import Span
from domain.standing import Redo
from domain.sweep import Sweep


class Dispatchers(Protocol):
    """Invokes a dispatcher for each span, fire and forget."""

    def assign(
        self, sweep: Sweep, spans: Sequence[Span], assignment: str, redo: Redo, deadline: Deadline
    ) -> Iterator[Outcome]:
        """Assign each span to a dispatcher and yield exactly one outcome for each, in any order; none is waited for.

        A dispatcher learns the id of the assignment, and which shards to run again. An outcome has the number of a span
        where that of a shard else is. Failures are outcomes, not exceptions.
        """
        ...
