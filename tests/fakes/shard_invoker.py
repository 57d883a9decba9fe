"""An invoker in memory, without workers; it passes the contract suite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import Deadline
from domain.plan import Shard
from domain.reasons import Reason
from domain.sweep import Sweep

# The reason of each kind of outcome here.
REASONS = {
    OutcomeKind.REJECTED: Reason.ACCESS_DENIED,
    OutcomeKind.EXHAUSTED: Reason.THROTTLED,
    OutcomeKind.UNKNOWN: Reason.NO_ANSWER,
    OutcomeKind.DEFERRED: Reason.OUT_OF_TIME,
}


def outcome_of(shard: int, kind: OutcomeKind) -> Outcome:
    """Return an outcome of this kind, with its reason."""
    return Outcome(shard, kind, REASONS.get(kind))


class RecordingInvoker:
    """A `ShardInvoker` that records what it dispatches, and accepts every shard that is not in `refused`."""

    def __init__(self, refused: dict[int, OutcomeKind] | None = None, breaks_after: int | None = None) -> None:
        """Set the outcomes of refused shards, and after how many shards `dispatch` raises `KeyboardInterrupt`."""
        self.refused = refused or {}
        self.breaks_after = breaks_after
        self.dispatched: list[int] = []
        self.deadlines: list[Deadline] = []

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        """Record each shard and yield its outcome."""
        self.deadlines.append(deadline)
        for shard in shards:
            if len(self.dispatched) == self.breaks_after:
                raise KeyboardInterrupt
            self.dispatched.append(shard.number)
            kind = self.refused.get(shard.number, OutcomeKind.ACCEPTED)
            yield Outcome.of(shard, kind, REASONS.get(kind))
