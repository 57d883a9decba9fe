"""A parent and its dispatchers with their ports in memory."""

from __future__ import annotations

from functools import partial

from adapters.machine.background import ThreadedBackground
from application.assign_spans import AssignSpans
from application.dispatch_shards import Dispatched, DispatchShards
from application.dispatch_span import DispatchSpan, SpanDispatched
from application.dispatch_sweep import DispatchSweep
from application.ports.shard_invoker import ShardInvoker
from application.settle_span import SettleSpan
from application.survey import Survey
from domain.dispatch_policy import Deadline, DispatchPolicy, no_deadline
from domain.progress import History, Progress
from domain.reasons import Reason
from domain.span_task import SpanTask
from domain.standing import Redo
from domain.sweep import Sweep
from tests.fakes.clock import HandClock
from tests.fakes.desk import LIFETIME
from tests.fakes.dispatchers import QueuedDispatchers
from tests.fakes.id_source import CountingIds
from tests.fakes.ledger import MemoryLedger
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.sweeps import sweep_of

# How long an assignment lives here, and how long a parent and a dispatcher do, in seconds.
ASSIGNMENT = 500.0
PARENT = 28.0
DISPATCHER = 60.0
# How many calls of the ledger a dispatcher has under way.
AHEAD = 4


class TwoLevels:
    """One sweep of one point a shard, its parent and its dispatchers; more than `direct` shards go out by spans."""

    def __init__(
        self, shards: int, direct: int = 10, ledger: MemoryLedger | None = None, sweep: Sweep | None = None
    ) -> None:
        """Open the sweep, by default one of so many shards in the order of the plan."""
        self.clock, ids = HandClock(), CountingIds()
        self.ledger = ledger or MemoryLedger(self.clock)
        self.ids = ids
        self.dispatchers, self.parents_invoker = QueuedDispatchers(), RecordingInvoker()
        self.survey = Survey(self.clock, LIFETIME)
        direct_dispatch = DispatchShards(self.ledger, self.parents_invoker, self.survey)
        by_spans = AssignSpans(self.ledger, self.dispatchers, self.survey, ids, ASSIGNMENT)
        self.dispatch = DispatchSweep(direct_dispatch, by_spans, DispatchPolicy(direct_shards=direct))
        self.settle_span = SettleSpan(self.ledger)
        self.sweep: Sweep = self.ledger.open(sweep or sweep_of(shards, shards))

    def submit(self, redo: Redo = Redo.NOTHING, deadline: Deadline = lambda: PARENT) -> Dispatched:
        """Dispatch the sweep as a parent."""
        return self.dispatch(self.sweep, self.ids.new_id(), deadline, redo)

    def run(self, task: SpanTask, invoker: ShardInvoker, ledger: MemoryLedger | None = None) -> SpanDispatched:
        """Carry one task out as a dispatcher does, over its own ledger or the system's."""
        background = partial(ThreadedBackground, AHEAD)
        dispatch = DispatchSpan(ledger or self.ledger, invoker, self.survey, self.ids, background)
        return dispatch(task, lambda: DISPATCHER)

    def give_up(self, task: SpanTask, reason: Reason = Reason.RETRIES_EXHAUSTED) -> None:
        """Record that the platform gave the event of a task up."""
        self.settle_span(task.sweep_id, task.span.number, task.assignment, reason, no_deadline)

    @property
    def history(self) -> History:
        """What the ledger knows of the sweep."""
        return self.ledger.history(self.sweep.id)

    @property
    def progress(self) -> Progress:
        """Where the sweep stands."""
        return self.survey.progress(self.history)
