"""Use case: run a sweep on this machine, to its end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from application.describe_sweep import DescribeSweep, Description
from application.documents.compact_json import encode
from application.documents.request import request_digest
from application.fail_shard import FailShard
from application.plan_sweep import PlanSweep
from application.ports.engine import Engine, OnCounts
from application.ports.runs import Run, Runs
from application.submit_sweep import Submission, SubmitSweep
from domain.dispatch_policy import no_deadline
from domain.request import SweepRequest
from domain.space.scalars import Json
from domain.standing import Redo
from domain.target_sources import TargetSources, changed


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a run begins: the sweep before it, whether it is a new one, and how many shards it runs.

    `earlier` is the last run of the same request, if there was one; `changed` names the sources of the target that have
    changed since then.
    """

    before: Description
    is_new: bool
    queued: int
    earlier: Run | None
    changed: Sequence[str]


# Shows a run. It is called with how the run begins; its `with` block yields what to call at every step.
Watch: TypeAlias = Callable[[Beginning], AbstractContextManager[OnCounts]]


@dataclass(frozen=True, slots=True)
class RunSweep:
    """Plan, start the engine, submit, run what was dispatched, describe."""

    plan: PlanSweep
    submit: SubmitSweep
    describe: DescribeSweep
    fail_shard: FailShard
    engine: Engine
    runs: Runs

    def __call__(self, request: SweepRequest, watch: Watch, redo: Redo = Redo.SHARDS) -> Description:
        """Run what is not done of the request's sweep, and what `redo` adds, and return where it stands then.

        Another process that is at it keeps it. Raises `InvalidSweep` before anything is written, `TargetUnavailable`
        among them, and `DependencyUnavailable`.
        """
        planned = self.plan(request)
        planned.request.require_target()
        with self.engine as engine:
            sources = engine.start(planned.request)
            submission = self.submit.planned(planned, _key(planned.request, sources), no_deadline, redo)
            sweep_id = submission.sweep.id
            with watch(self._begin(submission, sources, engine.queued)) as on_counts:
                engine.run(sweep_id, partial(self.fail_shard, sweep_id, deadline=no_deadline), on_counts)
            return self.describe(sweep_id, no_deadline)

    def _begin(self, submission: Submission, sources: TargetSources, queued: int) -> Beginning:
        """Remember the run, and return how it begins."""
        sweep = submission.sweep
        earlier = self.runs.last_of(sweep.digest)
        self.runs.begin(Run(sweep.id, sweep.digest, sources))
        changes = changed(earlier.sources, sources) if earlier else ()
        before = self.describe(sweep.id, no_deadline)
        return Beginning(before, not submission.replayed, queued, earlier, changes)


def _key(request: SweepRequest, sources: TargetSources) -> str:
    """Name the sweep after what decides its results, so that the same command goes on with the same sweep.

    The target's sources are part of it: a changed function must not have its results mixed with old ones.
    """
    document: list[Json] = [request_digest(request), dict(sorted(sources.items()))]
    return hashlib.sha256(encode(document).encode()).hexdigest()
