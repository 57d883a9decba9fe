"""Use case: run a sweep on this machine, to its end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from application.describe_sweep import DescribeSweep, Description
from application.documents.compact_json import encode
from application.documents.request import request_digest
from application.fail_shard import FailShard
from application.keep_table import keep_table
from application.plan_sweep import PlannedSweep, PlanSweep
from application.ports.engine import Engine, OnCounts
from application.ports.point_tables import PointTables
from application.ports.runs import Run, Runs
from application.retry_sweep import RetrySweep
from application.submit_sweep import Opened, Submission, SubmitSweep
from domain.dispatch_policy import no_deadline
from domain.progress import State
from domain.request import SweepRequest
from domain.space.scalars import Json
from domain.standing import Redo
from domain.sweep import Sweep
from domain.target_sources import TargetSources, changed, together


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a run begins: the sweep before it, whether it is a new one, and how many shards it runs.

    `earlier` is the last run of the same request, if there was one; `changed` names the sources of the target that have
    changed since then. `extends` is the sweep from which values are taken.
    """

    before: Description
    is_new: bool
    queued: int
    earlier: Run | None
    changed: Sequence[str]
    extends: str | None = None


# Shows a run. It is called with how the run begins; its `with` block yields what to call at every step.
Watch: TypeAlias = Callable[[Beginning], AbstractContextManager[OnCounts]]


@dataclass(frozen=True, slots=True)
class RunSweep:
    """Plan, start the engine, submit, run what was dispatched, describe.

    `import_paths` and `started_in` are where the engine finds the target: they are remembered with the run. `tables`
    keeps points that come from files.
    """

    plan: PlanSweep
    submit: SubmitSweep
    retry: RetrySweep
    describe: DescribeSweep
    fail_shard: FailShard
    engine: Engine
    runs: Runs
    tables: PointTables
    import_paths: Sequence[str] = ()
    started_in: str = ""

    def __call__(
        self, request: SweepRequest, watch: Watch, redo: Redo = Redo.SHARDS, key: str | None = None
    ) -> Description:
        """Run what is not done of the request's sweep, and what `redo` adds, and return where it stands then.

        Without a key it is the last sweep of this request and these sources that can go on, or a new one. What is left
        of it starts in the request's order. Another process that is at it keeps it. Raises `InvalidSweep` before
        anything is written, `TargetUnavailable` among them, `SweepConflict` if the key was used for another request,
        and `DependencyUnavailable`.
        """
        planned = self.plan(request)
        planned.request.require_target()

        def submit(sources: TargetSources) -> Submission:
            if planned.request.extends is not None and not self._is_resumed(planned.request, sources):
                self._check_extends(planned.request, planned.request.extends, sources)
            keep_table(planned.request, self.tables)
            opened = self._opened(planned, sources, key)
            extends = self._extends(opened.sweep, planned.request, sources)
            return self.submit.dispatched(opened.starting(planned.request.order, extends), no_deadline, redo)

        return self._run(planned.request, submit, watch)

    def again(self, sweep_id: str, watch: Watch) -> Description:
        """Run again what a retry of a recorded sweep dispatches, and return where the sweep stands then.

        Raises what `RetrySweep` raises, and `TargetUnavailable`.
        """
        request = self.retry.ledger.sweep(sweep_id).request
        return self._run(request, lambda _: self.retry(sweep_id, no_deadline), watch)

    def _run(self, request: SweepRequest, submit: Callable[[TargetSources], Submission], watch: Watch) -> Description:
        with self.engine as engine:
            sources = engine.start(request)
            submission = submit(sources)
            sweep_id = submission.sweep.id
            with watch(self._begin(submission, sources, engine.queued)) as on_counts:
                engine.run(sweep_id, partial(self.fail_shard, sweep_id, deadline=no_deadline), on_counts)
        return self.describe(sweep_id, no_deadline)

    def _is_resumed(self, request: SweepRequest, sources: TargetSources) -> bool:
        """Return whether the last run of the request extended the same sweep, which need not be there any more."""
        run = self.runs.last_of(request_digest(request))
        if run is None or run.sources != sources:
            return False
        return self.submit.ledger.sweep(run.sweep_id).request.extends == request.extends

    def _extends(self, sweep: Sweep, asked: SweepRequest, sources: TargetSources) -> str | None:
        """Return the sweep that a run extends: the one that it is asked for, or that with which its sweep began.

        None extends itself: by its name, or as the latest, the sweep may be meant that goes on. One that changed code
        has run again since then has values of another function.
        """
        earlier = asked.extends if asked.extends not in {None, sweep.id} else sweep.request.extends
        run = self.runs.of(earlier) if earlier else None
        return None if run and run.sources != sources else earlier

    def _check_extends(self, request: SweepRequest, extends: str, sources: TargetSources) -> None:
        from application.check_extension import check_extension, check_sources  # noqa: PLC0415 - few sweeps wait for it

        check_extension(self.submit.ledger, request, extends, self.submit.code)
        check_sources(self.runs, extends, sources)

    def _opened(self, planned: PlannedSweep, sources: TargetSources, key: str | None) -> Opened:
        if key is not None:
            return self.submit.opened(planned, key, no_deadline)
        opened = (self.submit.opened(planned, one, no_deadline) for one in self._keys(planned.request, sources))
        return next(one for one in opened if not one.replayed or self._can_go_on(one.sweep.id, sources))

    def _keys(self, request: SweepRequest, sources: TargetSources) -> Iterator[str]:
        """Yield the keys under which the same command looks for its sweep: first that of the last run."""
        earlier = self.runs.last_of(request_digest(request))
        if earlier and earlier.sources == sources:
            yield self.submit.ledger.sweep(earlier.sweep_id).key
        key = _key(request, sources)
        while True:
            yield key
            key = hashlib.sha256(key.encode()).hexdigest()

    def _can_go_on(self, sweep_id: str, sources: TargetSources) -> bool:
        """Return whether a sweep is not cancelled, and has no result of other sources."""
        run = self.runs.of(sweep_id)
        if run and run.sources != sources:
            return False
        return self.describe(sweep_id, no_deadline).progress.state is not State.CANCELLED

    def _begin(self, submission: Submission, sources: TargetSources, queued: int) -> Beginning:
        """Remember the run, and return how it begins."""
        sweep = submission.sweep
        earlier, run = self.runs.last_of(sweep.digest), self.runs.of(sweep.id)
        kept = run.sources if run else sources
        # Where nothing runs, no result is one of these sources.
        combined = together(kept, sources) if queued else kept
        self.runs.begin(Run(sweep.id, sweep.digest, combined, self.import_paths, self.started_in))
        changes = changed(earlier.sources, sources) if earlier else ()
        before = self.describe(sweep.id, no_deadline)
        return Beginning(before, not submission.replayed, queued, earlier, changes, sweep.request.extends)


def _key(request: SweepRequest, sources: TargetSources) -> str:
    """Name the sweep after what decides its results, so that the same command goes on with the same sweep.

    The target's sources are part of it: a changed function must not have its results mixed with old ones.
    """
    document: list[Json] = [request_digest(request), dict(sorted(sources.items()))]
    return hashlib.sha256(encode(document).encode()).hexdigest()
