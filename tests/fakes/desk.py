"""Every use case over ports in memory."""

from __future__ import annotations

from dataclasses import replace

from application.cancel_sweep import CancelSweep
from application.describe_sweep import DescribeSweep
from application.dispatch_shards import DispatchShards
from application.execute_shard import ExecuteShard
from application.fail_shard import FailShard
from application.follow_sweep import FollowSweep
from application.list_failures import ListFailures
from application.list_results import ListResults
from application.list_sweeps import ListSweeps
from application.plan_sweep import PlanSweep
from application.ports.point_tables import PointTables
from application.ports.result_store import ResultLocation, ResultStore
from application.ports.target_loader import Target, TargetLoader
from application.recall_request import RecallRequest
from application.retry_sweep import RetrySweep
from application.run_sweep import RunSweep
from application.submit_sweep import SubmitSweep
from application.survey import Survey
from application.sweeps import Sweeps
from domain.limits import Limits
from domain.target_sources import TargetSources
from tests.fakes.clock import HandClock
from tests.fakes.engine import SOURCES, InlineEngine
from tests.fakes.forks import NoForks
from tests.fakes.id_source import CountingIds
from tests.fakes.ledger import MemoryLedger
from tests.fakes.point_tables import MemoryTables
from tests.fakes.result_store import MemoryResults
from tests.fakes.runs import MemoryRuns
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.target_loader import KnownTargets

# How long a shard can live here, in seconds.
LIFETIME = 1000.0


class Desk:
    """The use cases with their ports: an empty ledger, an invoker, a result store and a clock."""

    def __init__(
        self,
        *,
        invoker: RecordingInvoker | None = None,
        limits: Limits | None = None,
        results: ResultStore | None = None,
        location: ResultLocation | None = None,
        targets: TargetLoader | None = None,
        code: str = "",
        tables: PointTables | None = None,
    ) -> None:
        """Make the use cases over ports in memory, or over those that a test passes."""
        self.clock, ids = HandClock(), CountingIds()
        self.ledger = MemoryLedger(self.clock)
        self.invoker = invoker or RecordingInvoker()
        self.results, self.tables = results or MemoryResults(), MemoryTables()
        stored = tables or self.tables
        location = location or self.results
        allowed = limits or Limits(10_000, 1_000_000)
        self.survey = Survey(self.clock, LIFETIME)
        dispatch = DispatchShards(self.ledger, self.invoker, self.survey)
        describe = DescribeSweep(self.ledger, location, self.survey, stored)
        self.submit = SubmitSweep(PlanSweep(allowed), self.ledger, dispatch, self.clock, ids, code, stored)
        known = targets or KnownTargets()
        self.execute = ExecuteShard(self.ledger, self.results, known, NoForks(), allowed.targets, stored)
        self.fail = FailShard(self.ledger)
        self.sweeps = Sweeps(
            plan=self.submit.checked,
            submit=self.submit,
            describe=describe,
            follow=FollowSweep(self.ledger, self.survey),
            request=RecallRequest(self.ledger, stored),
            list_sweeps=ListSweeps(self.ledger),
            list_results=ListResults(self.ledger, location),
            list_failures=ListFailures(self.ledger, self.survey, stored),
            retry=RetrySweep(self.ledger, dispatch, ids),
            cancel=CancelSweep(self.ledger, describe),
        )


class Laptop(Desk):
    """A desk whose shards go to an engine, which executes them by the desk's own use case."""

    def __init__(self, target: Target, sources: TargetSources | None = SOURCES) -> None:
        """Evaluate `toy:f` by this target, which has these sources."""
        super().__init__(targets=KnownTargets(f=target))
        self.engine, self.runs = InlineEngine(sources), MemoryRuns()
        self.engine.execute = self.execute
        plan, ids = PlanSweep(Limits(100, 1_000_000)), CountingIds()
        dispatch = DispatchShards(self.ledger, self.engine, self.survey)
        describe = DescribeSweep(self.ledger, self.results, self.survey, self.tables)
        self.submit = SubmitSweep(plan, self.ledger, dispatch, self.clock, ids)
        retry = RetrySweep(self.ledger, dispatch, ids)
        self.sweeps = replace(self.sweeps, submit=self.submit, retry=retry)
        self.run_sweep = RunSweep(plan, self.submit, retry, describe, self.fail, self.engine, self.runs, self.tables)
