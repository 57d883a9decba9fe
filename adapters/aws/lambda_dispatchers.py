"""Assigns spans to dispatcher Lambdas: the port `Dispatchers`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.aws.events import EventSender
from application.documents.span_payload import span_payload
from domain.dispatch import Outcome
from domain.dispatch_policy import Deadline
from domain.span_task import SpanTask
from domain.spans import Span
from domain.standing import Redo
from domain.sweep import Sweep


@dataclass(frozen=True, slots=True)
class LambdaDispatchers:
    """One event a span, which carries its payload."""

    sender: EventSender

    def assign(
        self, sweep: Sweep, spans: Sequence[Span], assignment: str, redo: Redo, deadline: Deadline
    ) -> Iterator[Outcome]:
        """Invoke a dispatcher for each span, and yield its outcome as soon as it is known; failures are outcomes."""

        def payload(span: Span) -> bytes:
            return span_payload(SpanTask(sweep.id, span, assignment, redo))

        return self.sender.send(spans, payload, deadline)
