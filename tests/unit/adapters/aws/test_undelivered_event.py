"""Undelivered events: Lambda's records of them become failed shards, and an unrecorded one stays in the queue."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.aws.undelivered_event import UndeliveredEvents, read_record
from adapters.machine.json_log import JsonLog
from application.documents.payload import Payloads
from application.documents.span_payload import span_payload
from application.fail_shard import FailShard
from application.settle_span import SettleSpan
from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import DependencyUnavailable
from domain.plan import ShardCount
from domain.progress import Progress
from domain.reasons import Reason
from domain.request import SweepRequest
from domain.space.linspace import Linspace
from domain.space.parameter import Parameter
from domain.space.scalars import DEEPEST, LARGEST_COUNT, Json
from domain.space.values import Values
from domain.span_task import SpanTask
from domain.spans import Span
from domain.standing import Redo
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep
from tests.fakes.clock import HandClock
from tests.fakes.ledger import MemoryLedger
from tests.fakes.spaces import designs, scalars
from tests.fakes.sweeps import make_sweep

_SECRET = "hunter2secret"  # noqa: S105 - the value of a parameter, not a password
_SWEEP = make_sweep()
_TIMED_OUT = {"errorMessage": "2026-01-01 Task timed out after 3.00 seconds"}
_OUT_OF_MEMORY = {"errorType": "Runtime.ExitError", "errorMessage": "signal: killed"}


def _record_of(payload: object, condition: str = "RetriesExhausted", attempts: int = 3, **more: object) -> str:
    """Return a record as in the Lambda developer guide, "Capturing records of asynchronous invocations"."""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:worker"
    context = {
        "requestId": "e4b46cbf",
        "functionArn": f"{arn}:$LATEST",
        "condition": condition,
        "approximateInvokeCount": attempts,
    }
    record = {"version": "1.0", "timestamp": "2026-01-01T00:00:00.000Z", "requestContext": context}
    return json.dumps(record | {"requestPayload": payload} | more)


def _record(number: object, condition: str = "RetriesExhausted", attempts: int = 3, **more: object) -> str:
    payload = {
        "version": 1,
        "sweep_id": _SWEEP.id,
        "shard": {"number": number, "start": 0, "stop": 1},
        "space": _SECRET,
    }
    return _record_of(payload, condition, attempts, **more)


def _batch(*bodies: object) -> dict[str, Any]:
    return {"Records": [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]}


class CollectorDesk:
    """A collector of undelivered events, with its ledger and its log."""

    def __init__(self) -> None:
        """Open one sweep."""
        self.ledger = MemoryLedger(HandClock())
        self.ledger.open(_SWEEP)
        self.log = io.StringIO()
        log = JsonLog("DEBUG", "undelivered", self.log)
        self.collector = UndeliveredEvents(FailShard(self.ledger), SettleSpan(self.ledger), log)

    def collect(self, batch: dict[str, Any], deadline: Deadline = no_deadline) -> list[str]:
        """Collect a batch and return the ids of the messages that stay in the queue."""
        return [failed["itemIdentifier"] for failed in self.collector(batch, deadline)["batchItemFailures"]]

    def ends(self, *shards: int) -> list[ShardEnd]:
        """Return the recorded failures and ends with errors of these shards."""
        return list(self.ledger.ends(_SWEEP.id, shards))


@pytest.mark.parametrize(
    ("record", "end"),
    [
        pytest.param(
            _record(0, responsePayload=_TIMED_OUT),
            ShardFailed(0, Reason.RETRIES_EXHAUSTED, "2026-01-01 Task timed out after 3.00 seconds", 3),
            id="timed out",
        ),
        pytest.param(
            _record(1, responsePayload=_OUT_OF_MEMORY),
            ShardFailed(1, Reason.RETRIES_EXHAUSTED, "Runtime.ExitError: signal: killed", 3),
            id="out of memory",
        ),
        pytest.param(
            _record(2, "EventAgeExceeded", 0),
            ShardFailed(2, Reason.EVENT_AGE_EXCEEDED, "the worker did not answer", 0),
            id="event too old",
        ),
        pytest.param(
            _record(3, responsePayload=None),
            ShardFailed(3, Reason.RETRIES_EXHAUSTED, "the worker did not answer", 3),
            id="no response",
        ),
        pytest.param(
            _record(4, "SomethingNew", 1),
            ShardFailed(4, Reason.UNDELIVERED, "SomethingNew: the worker did not answer", 1),
            id="another condition",
        ),
        pytest.param(
            _record(5, responsePayload={"errorMessage": "half \ud800"}),
            ShardFailed(5, Reason.RETRIES_EXHAUSTED, "half \\ud800", 3),
            id="half a surrogate pair, which no table can hold",
        ),
    ],
)
def test_record_becomes_a_failed_shard(record: str, end: ShardFailed) -> None:
    """The ledger keeps the reason, the error and the number of attempts. A throttled event has no response."""
    desk = CollectorDesk()
    assert desk.collect(_batch(record)) == []
    assert desk.ends(end.number) == [end]


_FIVE = Values((1, 2, 3, 4, 5))
_HUGE = Grid(tuple(Parameter(f"p{number}", _FIVE) for number in range(64)))
_HUGEST = Grid(tuple(Parameter(f"p{number}", Linspace(0.0, 1.0, LARGEST_COUNT)) for number in range(64)))
_NESTED: Json = None
for _ in range(DEEPEST):
    _NESTED = [_NESTED]


def _named(design: Design, constants: dict[str, Json], shards: int, generation: int) -> None:
    """Assert that a record of the first, the middle and the last shard names it."""
    request = SweepRequest("toy", "toy:f", design, constants, ShardCount(shards))
    sweep = Sweep("toy-000000000001", "key", "digest", request, 0.0)
    payloads = Payloads(sweep)
    for number in {0, shards // 2, shards - 1}:
        shard = replace(sweep.plan.shard(number), generation=generation)
        found = read_record(_record_of(json.loads(payloads.of(shard))))
        assert isinstance(found, tuple)
        assert (found[0], found[1].number, found[1].generation) == (sweep.id, number, generation)


@given(
    designs(),
    st.dictionaries(st.just("constant"), scalars | st.lists(scalars), max_size=1),
    st.integers(0, 5),
    st.data(),
)
def test_whatever_a_worker_is_sent_comes_back_as_its_failed_shard(
    design: Design, constants: dict[str, Json], generation: int, data: st.DataObject
) -> None:
    """Of any payload that can be written, Lambda's record names the same sweep, shard and generation."""
    _named(design, constants, data.draw(st.integers(1, design.size)), generation)


@pytest.mark.parametrize("generation", [0, 3])
@pytest.mark.parametrize(
    ("design", "shards"),
    [
        pytest.param(_HUGE, 100, id="10^44 points in a shard"),
        pytest.param(_HUGEST, 10**6, id="indices of more than 1,000 digits"),
    ],
)
def test_a_shard_that_no_worker_can_finish_comes_back_too(design: Design, shards: int, generation: int) -> None:
    """The limits of a request, such as that of the digits of an integer, do not apply to Lambda's own records."""
    _named(design, {"constant": _NESTED}, shards, generation)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="not JSON"),
        pytest.param("[]", id="a list"),
        pytest.param("{}", id="an empty object"),
        pytest.param('{"requestContext": {}}', id="no condition"),
        pytest.param(_record("0"), id="a shard number as text"),
        pytest.param(_record(number=True), id="true as a shard number"),
        pytest.param(_record(-1), id="a negative shard number"),
        pytest.param(_record(10**9), id="a shard number that no shard has"),
        pytest.param(_record_of({"sweep_id": "../a", "shard": {"number": 1}}), id="no id of a sweep"),
        pytest.param(_record_of(None), id="no payload"),
        pytest.param("[" * 9000, id="nested deep, and cut"),
        pytest.param("[" * 200_000 + "]" * 200_000, id="nested too deep"),
        pytest.param("9" * 5000, id="an integer of 5,000 digits"),
        pytest.param('"\ud800"', id="a lone surrogate"),
        pytest.param(None, id="null"),
        pytest.param(5, id="a number"),
    ],
)
def test_only_the_unreadable_message_stays_in_the_queue(body: object) -> None:
    """The collector records the readable messages of a batch and reports the unreadable one as failed."""
    desk = CollectorDesk()
    assert desk.collect(_batch(_record(0), body, _record(2))) == ["m1"]
    assert [end.number for end in desk.ends(0, 1, 2)] == [0, 2]


def test_a_message_without_a_body_stays_in_the_queue() -> None:
    """The collector reports it as failed, and records the others."""
    desk = CollectorDesk()
    batch = _batch(_record(0), _record(1))
    del batch["Records"][0]["body"]
    assert desk.collect(batch) == ["m0"]
    assert [end.number for end in desk.ends(0, 1)] == [1]


@pytest.mark.parametrize("error", [DependencyUnavailable(_SECRET), RuntimeError(_SECRET)], ids=["outage", "bug"])
def test_a_message_stays_in_the_queue_if_it_cannot_be_recorded(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The collector reports the message as failed, so the queue delivers it again, and records the others."""
    desk = CollectorDesk()
    mark = desk.ledger.mark_failed

    def fail(sweep_id: str, end: ShardFailed) -> None:
        if end.number == 0:
            raise error
        mark(sweep_id, end)

    monkeypatch.setattr(desk.ledger, "mark_failed", fail)
    assert desk.collect(_batch(_record(0), _record(1))) == ["m0"]
    assert [end.number for end in desk.ends(0, 1)] == [1]
    assert _SECRET not in desk.log.getvalue()


def test_the_ledger_keeps_within_the_time_of_the_invocation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message of a batch is recorded within the time that Lambda leaves for all of them."""
    desk = CollectorDesk()
    deadlines: list[Deadline] = []

    def within(deadline: Deadline) -> MemoryLedger:
        deadlines.append(deadline)
        return desk.ledger

    monkeypatch.setattr(desk.ledger, "within", within)

    def deadline() -> float:
        return 7.0

    desk.collect(_batch(_record(0), _record(1)), deadline)
    assert deadlines == [deadline] * 2


def test_done_shard_stays_done() -> None:
    """A late record of an earlier attempt does not replace the end of a done shard, however often it arrives."""
    desk = CollectorDesk()
    desk.ledger.mark_done(_SWEEP.id, ShardDone(0, 6))
    for _ in range(2):
        assert desk.collect(_batch(_record(0))) == []
    standing = desk.ledger.look(_SWEEP.id, 0).block.standing(_SWEEP.plan, 0.0)
    assert (standing.done, standing.failed) == (1, 0)


def test_log_names_the_shard_and_no_value() -> None:
    """The log names sweep, shard and message of a failure, and neither the payload nor the text of the error."""
    desk = CollectorDesk()
    desk.collect(_batch(_record(0, responsePayload={"errorType": "ValueError", "errorMessage": _SECRET})))
    line = json.loads(desk.log.getvalue().splitlines()[0])
    assert (line["sweep_id"], line["shard"], line["message_id"]) == (_SWEEP.id, 0, "m0")
    assert _SECRET not in desk.log.getvalue()


def _record_of_span(number: object, condition: str = "RetriesExhausted") -> str:
    task = SpanTask(_SWEEP.id, Span(0, range(1)), "one", Redo.NOTHING)
    payload = json.loads(span_payload(task))
    payload["span"]["number"] = number
    return _record_of(payload, condition, responsePayload=_TIMED_OUT)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        pytest.param("RetriesExhausted", Reason.RETRIES_EXHAUSTED, id="it failed each time"),
        pytest.param("EventAgeExceeded", Reason.EVENT_AGE_EXCEEDED, id="it waited too long"),
        pytest.param("Vanished", Reason.UNDELIVERED, id="another cause"),
    ],
)
def test_a_span_is_undelivered_for_lambdas_reason(condition: str, reason: Reason) -> None:
    """The ledger keeps why the rest of it was not dispatched, once however often the record comes; no shard fails."""
    desk = CollectorDesk()
    desk.ledger.assign(_SWEEP.id, [0, 1], "one", 60)
    for _ in range(2):
        assert desk.collect(_batch(_record_of_span(0, condition))) == []
    history = desk.ledger.history(_SWEEP.id)
    assert (set(history.assigned), dict(history.undelivered)) == ({1}, {0: reason})
    assert not history.blocks
    assert json.loads(desk.log.getvalue().splitlines()[0])["span"] == 0


def test_a_record_of_a_span_that_was_dispatched_changes_nothing() -> None:
    """The dispatcher had done all when Lambda gave up."""
    desk = CollectorDesk()
    desk.ledger.assign(_SWEEP.id, [0], "one", 60)
    desk.ledger.settle(_SWEEP.id, 0, "one")
    assert desk.collect(_batch(_record_of_span(0))) == []
    assert desk.ledger.history(_SWEEP.id).undelivered == {}


def test_a_late_record_of_a_span_leaves_it_to_its_next_dispatcher() -> None:
    """A span that was assigned again since is with a dispatcher, and its shards wait."""
    desk = CollectorDesk()
    for assignment in ("one", "two"):
        desk.ledger.assign(_SWEEP.id, [0], assignment, 60)
    assert desk.collect(_batch(_record_of_span(0))) == []
    assert desk.ledger.is_assigned(_SWEEP.id, 0, "two")
    assert Progress.of(desk.ledger.history(_SWEEP.id), 0.0).tally.waiting == _SWEEP.plan.shards


@pytest.mark.parametrize("number", [-1, True, "1", None])
def test_a_record_that_names_no_span_stays_in_the_queue(number: object) -> None:
    """It is reported as failed, and the others of the batch are recorded."""
    desk = CollectorDesk()
    desk.ledger.assign(_SWEEP.id, [0], "one", 60)
    assert desk.collect(_batch(_record_of_span(number), _record_of_span(0), _record(1))) == ["m0"]
    assert desk.ledger.history(_SWEEP.id).undelivered == {0: Reason.RETRIES_EXHAUSTED}
    assert [end.number for end in desk.ends(1)] == [1]
