"""Assigning spans of a sweep to dispatchers, which dispatch their shards while the caller has its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from application.dispatch_shards import Dispatched
from application.ports.dispatchers import Dispatchers
from application.ports.id_source import IdSource
from application.ports.ledger import Ledger
from application.survey import Survey
from domain.dispatch import Outcome, Tally
from domain.dispatch_policy import Deadline
from domain.progress import History
from domain.standing import Redo
from domain.sweep import Sweep


@dataclass(frozen=True, slots=True)
class AssignSpans:
    """Knows how long an assignment can live, in seconds: as long as its events may wait for dispatchers, then run."""

    ledger: Ledger
    dispatchers: Dispatchers
    survey: Survey
    ids: IdSource
    lifetime: float

    def __call__(
        self, history: History, shards: Mapping[int, int], sweep: Sweep, deadline: Deadline, redo: Redo
    ) -> Dispatched:
        """Assign the spans of which `shards` says by number how many shards there are to dispatch.

        The ledger knows of the assignment before the first event is sent. Should the caller die in between, the
        assignment is over when the caller would have been. Raises `DependencyUnavailable`.
        """
        ledger, assignment = self.ledger.within(deadline), self.ids.new_id()
        ledger.assign(sweep.id, list(shards), assignment, min(deadline(), self.lifetime))
        spans = [span for span in sweep.request.order.spans(sweep.plan) if span.number in shards]
        outcomes = list(self.dispatchers.assign(sweep, spans, assignment, redo, deadline))
        assigned = {outcome.shard for outcome in outcomes if outcome.kind.may_run}
        if assigned:
            ledger.prolong(sweep.id, assignment, self.lifetime)
        refused = [outcome for outcome in outcomes if outcome.shard not in assigned]
        for outcome in refused:
            ledger.settle(sweep.id, outcome.shard, assignment, outcome.reason)
        undelivered = {outcome.shard: outcome.reason for outcome in refused if outcome.reason}
        after = replace(
            history, assigned=history.assigned | assigned, undelivered={**history.undelivered, **undelivered}
        )
        return Dispatched(self.survey.progress(after), _attempted(shards, refused))


def _attempted(shards: Mapping[int, int], refused: Sequence[Outcome]) -> Tally:
    """Count the shards of the refused spans by the reason of the refusal; those of the others wait."""
    counts = ((outcome.kind, outcome.reason, shards[outcome.shard]) for outcome in refused)
    return Tally.of(sum(shards.values()), counts)
