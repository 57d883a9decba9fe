"""Assigning spans to dispatchers: one event a span, and one outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from adapters.aws.lambda_dispatchers import LambdaDispatchers
from application.documents.span_payload import span_payload
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import Deadline, no_deadline
from domain.span_task import SpanTask
from domain.spans import Span, spans_of
from domain.standing import Redo
from tests.fakes.sweeps import sweep_of


class Sender:
    """Keeps the payloads of what it sends."""

    def __init__(self) -> None:
        """Send nothing yet."""
        self.sent: dict[int, bytes] = {}
        self.deadlines: list[Deadline] = []

    def send(
        self, events: Iterable[Span], payload_of: Callable[[Span], bytes], deadline: Deadline
    ) -> Iterator[Outcome]:
        """Accept each event."""
        self.deadlines.append(deadline)
        for event in events:
            self.sent[event.number] = payload_of(event)
            yield Outcome.of(event, OutcomeKind.ACCEPTED)


def test_each_span_is_one_event_with_its_payload() -> None:
    """The payload names the sweep, the span, the assignment and what runs again; the deadline is the caller's."""
    sweep, sender = sweep_of(9000, 9000), Sender()
    spans = list(spans_of(sweep.plan))
    dispatchers = LambdaDispatchers(sender)  # type: ignore[arg-type]  # it sends spans alone
    outcomes = list(dispatchers.assign(sweep, spans, "abc", Redo.SHARDS, no_deadline))
    assert [outcome.shard for outcome in outcomes] == [0, 1, 2]
    assert sender.sent == {span.number: span_payload(SpanTask(sweep.id, span, "abc", Redo.SHARDS)) for span in spans}
    assert sender.deadlines == [no_deadline]
