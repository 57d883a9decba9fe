"""Use case: run a sweep on this machine, to its end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
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
from application.submit_sweep import SubmitSweep
from domain.dispatch_policy import no_deadline
from domain.request import SweepRequest
from domain.space.scalars import Json
from domain.standing import Redo
from domain.target_sources import TargetSources

# Shows a run. It is called with the description before the run; its `with` block yields what to call at every step.
Watch: TypeAlias = Callable[[Description], AbstractContextManager[OnCounts]]


@dataclass(frozen=True, slots=True)
class RunSweep:
    """Plan, start the engine, submit, run what was dispatched, describe."""

    plan: PlanSweep
    submit: SubmitSweep
    describe: DescribeSweep
    fail_shard: FailShard
    engine: Engine

    def __call__(self, request: SweepRequest, watch: Watch, redo: Redo = Redo.SHARDS) -> Description:
        """Run what is not done of the request's sweep, and what `redo` adds, and return where it stands then.

        Another process that is at it keeps it. Raises `InvalidSweep` before anything is written, `TargetUnavailable`
        among them, and `DependencyUnavailable`.
        """
        planned = self.plan(request)
        planned.request.require_target()
        with self.engine as engine:
            key = _key(planned.request, engine.start(planned.request))
            sweep = self.submit.planned(planned, key, no_deadline, redo).sweep
            if engine.queued:
                with watch(self.describe(sweep.id, no_deadline)) as on_counts:
                    engine.run(sweep.id, partial(self.fail_shard, sweep.id, deadline=no_deadline), on_counts)
            return self.describe(sweep.id, no_deadline)


def _key(request: SweepRequest, sources: TargetSources) -> str:
    """Name the sweep after what decides its results, so that the same command goes on with the same sweep.

    The target's sources are part of it: a changed function must not have its results mixed with old ones.
    """
    document: list[Json] = [request_digest(request), dict(sorted(sources.items()))]
    return hashlib.sha256(encode(document).encode()).hexdigest()
