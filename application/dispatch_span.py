"""Use case: dispatch the shards of a span, as the parent asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from application.course import Course
from application.foreground import Foreground
from application.ports.background import Background
from application.ports.id_source import IdSource
from application.ports.ledger import Ledger
from application.ports.shard_invoker import ShardInvoker
from application.survey import Survey
from domain.dispatch import Tally
from domain.dispatch_policy import Deadline
from domain.reasons import Reason
from domain.span_task import SpanTask


class SpanEnd(Enum):
    """How a dispatcher's work on a span ends."""

    DISPATCHED = "dispatched"  # every shard has an outcome, or the dispatch was stopped for a reason that is recorded
    CANCELLED = "cancelled"  # the sweep is cancelled
    NOTHING = "nothing to do"  # another dispatcher has ended it, or another assignment has taken its place
    UNFINISHED = "unfinished"  # the platform is to run it again: time ran out, or another dispatcher is at a block


@dataclass(frozen=True, slots=True)
class SpanDispatched:
    """How it ended, and what became of the shards that this dispatcher tried to send."""

    end: SpanEnd
    attempted: Tally


@dataclass(frozen=True, slots=True)
class DispatchSpan:
    """A dispatcher's one job. It may be done twice, or by two dispatchers side by side, without harm."""

    ledger: Ledger
    invoker: ShardInvoker
    survey: Survey
    ids: IdSource
    background: Callable[[], Background] = Foreground

    def __call__(self, task: SpanTask, deadline: Deadline) -> SpanDispatched:
        """Dispatch what no worker has of the span, and take it from its assignment unless that must be done again.

        Raises `SweepNotFound` if the sweep has expired, and `DependencyUnavailable`, after which the platform runs it
        again as well.
        """
        ledger = self.ledger.within(deadline)
        if not ledger.is_assigned(task.sweep_id, task.span.number, task.assignment):
            return SpanDispatched(SpanEnd.NOTHING, Tally())
        sweep = ledger.sweep(task.sweep_id)
        known = ledger.blocks(sweep.id, task.span.blocks)
        # A dispatcher that died may have left claims: this one is another owner, and comes after their time.
        course = Course(ledger, sweep, self.ids.new_id(), self.survey, self.background, known)
        course.run(task.span.blocks, self.invoker, deadline, task.redo)
        end = _end(course)
        if end is not SpanEnd.UNFINISHED:
            ledger.settle(sweep.id, task.span.number, task.assignment, course.deferred)
        return SpanDispatched(end, course.attempted())


def _end(course: Course) -> SpanEnd:
    if course.cancelled:
        return SpanEnd.CANCELLED
    # What stops a dispatch for another reason stops the next one too, and is for a person to mend.
    if course.left or course.deferred is Reason.OUT_OF_TIME:
        return SpanEnd.UNFINISHED
    return SpanEnd.DISPATCHED
