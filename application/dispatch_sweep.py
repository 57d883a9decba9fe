"""Dispatching a sweep at one level or at two: what the deployed parent does for a submission and for a retry."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from application.assign_spans import AssignSpans
from application.dispatch_shards import Dispatched, DispatchShards
from domain.dispatch_policy import Deadline, DispatchPolicy
from domain.progress import History
from domain.spans import span_of
from domain.standing import Redo
from domain.sweep import Sweep


@dataclass(frozen=True, slots=True)
class DispatchSweep:
    """The one place where a caller's dispatch is decided: the caller sends the shards itself, or assigns spans."""

    direct: DispatchShards
    by_spans: AssignSpans
    policy: DispatchPolicy

    def __call__(self, sweep: Sweep, owner: str, deadline: Deadline, redo: Redo = Redo.NOTHING) -> Dispatched:
        """Dispatch every shard that no worker is known to have and that has not ended, or that `redo` adds.

        Spans that are with dispatchers are left to them. Raises `SweepNotFound`, `DependencyUnavailable`.
        """
        history = self.direct.ledger.within(deadline).history(sweep.id)
        shards = self._to_dispatch(history, redo)
        if history.cancelled or self.policy.is_direct(shards.total()):
            return self.direct.known(history, sweep, owner, deadline, redo)
        return self.by_spans(history, shards, sweep, deadline, redo)

    def _to_dispatch(self, history: History, redo: Redo) -> Counter[int]:
        """Count by span the shards that are to be dispatched, and that no dispatcher has."""
        since, plan = self.direct.survey.since(), history.head.plan
        found: Counter[int] = Counter()
        for block in history:
            if not block.claimed and not history.is_assigned(block.number):
                found[span_of(block.number)] += block.standing(plan, since).to_dispatch(redo).bit_count()
        return +found
