"""The parent's and a dispatcher's real code, with a ledger in memory that is as far away as told."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from adapters.aws.lambda_dispatchers import LambdaDispatchers
from adapters.machine.clock import SystemClock
from adapters.machine.random_ids import RandomIds
from application.assign_spans import AssignSpans
from application.dispatch_shards import DispatchShards
from application.dispatch_span import DispatchSpan
from application.dispatch_sweep import DispatchSweep
from application.ports.ledger import Ledger
from application.survey import Survey
from benchmarks.dispatch.deployed import settings_for
from benchmarks.dispatch.job import Job
from benchmarks.dispatch.process import CREDENTIALS
from domain.dispatch import Outcome
from domain.dispatch_policy import Deadline, DispatchPolicy, no_deadline
from domain.span_task import SpanTask
from domain.spans import Span
from domain.standing import Redo
from domain.sweep import Sweep
from entrypoints.containers import deployed
from tests.fakes.ledger import MemoryLedger

_LIFETIME = 3600.0


class DistantLedger:
    """A ledger each of whose calls takes so many seconds longer."""

    def __init__(self, ledger: Ledger, seconds: float) -> None:
        """Stand before a ledger."""
        self._ledger = ledger
        self._seconds = seconds

    def within(self, _: Deadline) -> DistantLedger:
        """Return this ledger."""
        return self

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a method of the ledger
        """Return a method that waits first."""

        def call(*arguments: object) -> object:
            time.sleep(self._seconds)
            return getattr(self._ledger, name)(*arguments)

        return call


@dataclass(slots=True)
class RecordedDispatchers:
    """Assigns spans, and keeps what their dispatchers are told."""

    dispatchers: LambdaDispatchers
    tasks: list[SpanTask] = field(default_factory=list)

    def assign(
        self, sweep: Sweep, spans: Sequence[Span], assignment: str, redo: Redo, deadline: Deadline
    ) -> Iterator[Outcome]:
        """Assign each span."""
        self.tasks += [SpanTask(sweep.id, span, assignment, redo) for span in spans]
        return self.dispatchers.assign(sweep, spans, assignment, redo, deadline)


class RealCode:
    """One sweep's parent and dispatchers."""

    def __init__(self, job: Job, ledger_call: float, direct: int) -> None:
        """Open the sweep in the ledger; its parent sends at most `direct` shards itself."""
        os.environ.update(CREDENTIALS)
        self._sweep = job.sweep
        settings = settings_for("curl", job)
        log, survey = deployed.log("parent", settings), Survey(SystemClock(), _LIFETIME)
        memory = MemoryLedger(survey.clock)
        memory.open(job.sweep)
        ledger = cast("Ledger", DistantLedger(memory, ledger_call))
        invoker = deployed.invoker(settings, log)
        self._dispatchers = RecordedDispatchers(LambdaDispatchers(deployed.sender("dispatcher", settings, log)))
        self._dispatch = DispatchSweep(
            DispatchShards(ledger, invoker, survey, deployed.background),
            AssignSpans(ledger, self._dispatchers, survey, RandomIds(), _LIFETIME),
            DispatchPolicy(direct_shards=direct),
        )
        self._dispatch_span = DispatchSpan(ledger, invoker, survey, RandomIds(), deployed.background)

    @property
    def tasks(self) -> list[SpanTask]:
        """What the dispatchers are told to which the parent has assigned spans."""
        return self._dispatchers.tasks

    def answer(self) -> float:
        """Dispatch as the parent does, and return the seconds."""
        began = time.perf_counter()
        self._dispatch(self._sweep, "owner", no_deadline)
        return time.perf_counter() - began

    def dispatch(self, task: SpanTask) -> float:
        """Dispatch a span as a dispatcher does, and return the seconds."""
        began = time.perf_counter()
        self._dispatch_span(task, no_deadline)
        return time.perf_counter() - began
