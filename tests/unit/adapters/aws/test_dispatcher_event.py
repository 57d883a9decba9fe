"""The dispatcher's event: what it answers, what it raises, and what it logs."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from adapters.aws.dispatcher_event import DispatcherEvents, UnfinishedSpanError
from adapters.machine.json_log import JsonLog
from application.dispatch_span import DispatchSpan
from application.documents.span_payload import span_payload
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.reasons import Reason
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.two_levels import TwoLevels

SHARDS = 140


class DispatcherDesk(TwoLevels):
    """A dispatcher, its log, and the event of a span that was assigned to it."""

    def __init__(self, refused: dict[int, OutcomeKind] | None = None) -> None:
        """Assign one span of two blocks."""
        super().__init__(SHARDS)
        self.submit()
        (task,) = self.dispatchers.tasks
        self.event: dict[str, Any] = json.loads(span_payload(task))
        self.invoker = RecordingInvoker(refused)
        self.log = io.StringIO()
        use_case = DispatchSpan(self.ledger, self.invoker, self.survey, self.ids)
        self.events = DispatcherEvents(use_case, self.settle_span, JsonLog("DEBUG", "dispatcher", self.log))

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the log."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


def test_the_spans_shards_are_dispatched_and_counted() -> None:
    """The answer says how it ended; the log has one line for it, and the metrics of what was sent."""
    desk = DispatcherDesk({7: OutcomeKind.EXHAUSTED})
    assert desk.events(desk.event, "request", no_deadline) == {"outcome": "dispatched"}
    assert desk.invoker.dispatched == list(range(SHARDS))
    line, metrics = desk.lines()
    assert (line["sweep_id"], line["span"], line["request_id"]) == (desk.sweep.id, 0, "request")
    assert (line["accepted"], line["exhausted"], line["end"]) == (SHARDS - 1, 1, "dispatched")
    assert (metrics["ShardsDispatched"], metrics["ShardsNotDispatched"]) == (SHARDS - 1, 1)


def test_a_second_delivery_answers_that_nothing_is_to_do() -> None:
    """Lambda does not run it again."""
    desk = DispatcherDesk()
    desk.events(desk.event, "request", no_deadline)
    assert desk.events(desk.event, "again", no_deadline) == {"outcome": "nothing to do"}
    assert len(desk.invoker.dispatched) == SHARDS


def test_an_unfinished_span_is_an_error_of_the_function() -> None:
    """Only after an error does Lambda run the event again."""
    desk = DispatcherDesk(dict.fromkeys(range(9, SHARDS), OutcomeKind.DEFERRED))
    with pytest.raises(UnfinishedSpanError, match=f"span 0 of {desk.sweep.id}"):
        desk.events(desk.event, "request", no_deadline)
    assert desk.lines()[0]["end"] == "unfinished"
    desk.invoker.refused = {}
    assert desk.events(desk.event, "again", no_deadline) == {"outcome": "dispatched"}


def test_a_ledger_that_fails_is_an_error_of_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda runs the event again."""
    desk = DispatcherDesk()

    def fail(*_: object) -> None:
        raise DependencyUnavailable("down")

    monkeypatch.setattr(desk.ledger, "claim", fail)
    with pytest.raises(DependencyUnavailable):
        desk.events(desk.event, "request", no_deadline)


def test_an_event_that_no_attempt_can_read_is_settled_at_once() -> None:
    """Its shards are not dispatched because the payload was refused, and a retry assigns the span again."""
    desk = DispatcherDesk()
    assert desk.events(desk.event | {"version": 2}, "request", no_deadline) == {"outcome": "refused"}
    assert desk.history.undelivered == {0: Reason.PAYLOAD_REFUSED}
    assert desk.progress.tally.reasons == {Reason.PAYLOAD_REFUSED: SHARDS}
    assert desk.lines()[0]["message"] == "span refused"


@pytest.mark.parametrize("event", [None, {}, {"span": {"number": 1}}])
def test_an_event_that_names_no_span_is_an_error(event: object) -> None:
    """There is nothing to record: Lambda reports it to the queue, and from there it ends in the dead letters."""
    desk = DispatcherDesk()
    with pytest.raises(InvalidSweep):
        desk.events(event, "request", no_deadline)
    assert desk.history.assigned == {0}
