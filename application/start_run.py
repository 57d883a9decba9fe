"""Use case: have a sweep of this machine run in the background."""

from __future__ import annotations

from dataclasses import dataclass

from application.dispatch_shards import Dispatched
from application.keep_table import keep_table
from application.plan_sweep import PlanSweep
from application.ports.id_source import IdSource
from application.ports.ledger import Ledger
from application.ports.point_tables import PointTables
from application.ports.runner import Begun, Runner
from application.submit_sweep import Submission
from application.survey import Survey
from domain.dispatch import OutcomeKind, Tally
from domain.dispatch_policy import Deadline
from domain.request import SweepRequest


@dataclass(frozen=True, slots=True)
class StartRun:
    """The orders `submit` and `retry` where no platform has workers: a process of its own runs the sweep.

    `tables` keeps points that come from files.
    """

    plan: PlanSweep
    ledger: Ledger
    survey: Survey
    ids: IdSource
    runner: Runner
    tables: PointTables

    def submit(self, request: SweepRequest, key: str | None, deadline: Deadline) -> Submission:
        """Return once the sweep is recorded and its shards are dispatched; raises what `SubmitSweep` raises.

        The same key with the same request goes on with that sweep, unless another process runs it.
        """
        planned = self.plan(request)
        planned.request.require_target()
        keep_table(planned.request, self.tables)
        return self._submission(self.runner.submit(planned.request, key or self.ids.new_id(), deadline), deadline)

    def retry(self, sweep_id: str, deadline: Deadline) -> Submission:
        """Return once the shards that lack a value are dispatched again; raises what `RetrySweep` raises."""
        self.ledger.within(deadline).head(sweep_id)
        return self._submission(self.runner.retry(sweep_id, deadline), deadline)

    def _submission(self, begun: Begun, deadline: Deadline) -> Submission:
        ledger = self.ledger.within(deadline)
        # A queue on this machine takes every shard.
        attempted = Tally.of(begun.queued, [(OutcomeKind.ACCEPTED, None, begun.queued)])
        progress = self.survey.progress(ledger.history(begun.sweep_id))
        return Submission(ledger.sweep(begun.sweep_id), Dispatched(progress, attempted), begun.replayed)
