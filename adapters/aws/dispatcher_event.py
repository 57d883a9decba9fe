"""The dispatcher's asynchronous event: a span in, its shards dispatched.

What another attempt may do better is raised, so that Lambda runs the event again, after about one and two minutes. By
then the claims of an attempt that died are over. An event that no attempt can read is settled at once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from adapters.documents.span_payload import named_span, read_span_task
from adapters.machine.json_log import JsonLog
from application.dispatch_span import DispatchSpan, SpanDispatched, SpanEnd
from application.settle_span import SettleSpan
from domain.dispatch_policy import Deadline
from domain.errors import InvalidSweep
from domain.reasons import Reason
from domain.span_task import SpanTask


class UnfinishedSpanError(Exception):
    """Shards of the span are still to be dispatched: the next attempt does that."""


@dataclass(frozen=True, slots=True)
class DispatcherEvents:
    """Dispatches the spans of events, one a call."""

    dispatch_span: DispatchSpan
    settle_span: SettleSpan
    log: JsonLog

    def __call__(self, event: object, request_id: str, deadline: Deadline) -> dict[str, str]:
        """Dispatch the event's span, and return under `outcome` how that ended.

        Raises `UnfinishedSpanError`, `InvalidSweep` for an event that names no span, `SweepNotFound` and
        `DependencyUnavailable`.
        """
        try:
            task = read_span_task(event)
        except InvalidSweep:
            span = named_span(event)
            if span is None:
                raise
            self.settle_span(span.sweep_id, span.number, span.assignment, Reason.PAYLOAD_REFUSED, deadline)
            self.log.warning("span refused", sweep_id=span.sweep_id, span=span.number, request_id=request_id)
            return {"outcome": "refused"}
        return self._dispatch(task, request_id, deadline)

    def _dispatch(self, task: SpanTask, request_id: str, deadline: Deadline) -> dict[str, str]:
        done = self.dispatch_span(task, deadline)
        ids = {"sweep_id": task.sweep_id, "span": task.span.number, "request_id": request_id}
        self.log.info("span dispatched", **ids, end=done.end.value, **asdict(done.attempted))
        self.log.metrics(_metrics(done))
        if done.end is SpanEnd.UNFINISHED:
            raise UnfinishedSpanError(f"span {task.span.number} of {task.sweep_id}")
        return {"outcome": done.end.value}


def _metrics(done: SpanDispatched) -> dict[str, tuple[float, str]]:
    attempted = done.attempted
    lost = attempted.shards - attempted.may_run
    return {"ShardsDispatched": (attempted.may_run, "Count"), "ShardsNotDispatched": (lost, "Count")}
