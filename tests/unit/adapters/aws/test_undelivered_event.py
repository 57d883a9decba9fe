"""Undelivered events: Lambda's records of them become failed shards, and an unrecorded one stays in the queue."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from adapters.aws.undelivered_event import UndeliveredShards
from adapters.machine.json_log import JsonLog
from application.fail_shard import FailShard
from domain.errors import DependencyUnavailable
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.clock import HandClock
from tests.fakes.ledger import MemoryLedger
from tests.fakes.sweeps import make_sweep

_SECRET = "hunter2secret"  # noqa: S105 - the value of a parameter, not a password
_SWEEP = make_sweep()
_TIMED_OUT = {"errorMessage": "2026-01-01 Task timed out after 3.00 seconds"}
_OUT_OF_MEMORY = {"errorType": "Runtime.ExitError", "errorMessage": "signal: killed"}


def _record(number: object, condition: str = "RetriesExhausted", attempts: int = 3, **more: object) -> str:
    """Return a record as in the Lambda developer guide, "Capturing records of asynchronous invocations"."""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:worker"
    context = {
        "requestId": "e4b46cbf",
        "functionArn": f"{arn}:$LATEST",
        "condition": condition,
        "approximateInvokeCount": attempts,
    }
    payload = {
        "version": 1,
        "sweep_id": _SWEEP.id,
        "shard": {"number": number, "start": 0, "stop": 1},
        "space": _SECRET,
    }
    record = {"version": "1.0", "timestamp": "2026-01-01T00:00:00.000Z", "requestContext": context}
    return json.dumps(record | {"requestPayload": payload} | more)


def _batch(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]}


class CollectorDesk:
    """A collector of undelivered events, with its ledger and its log."""

    def __init__(self) -> None:
        """Open one sweep."""
        self.ledger = MemoryLedger(HandClock())
        self.ledger.open(_SWEEP)
        self.log = io.StringIO()
        self.collect = UndeliveredShards(FailShard(self.ledger), JsonLog("DEBUG", "undelivered", self.log))


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
    ],
)
def test_record_becomes_a_failed_shard(record: str, end: ShardFailed) -> None:
    """The ledger keeps the reason, the error and the number of attempts. A throttled event has no response."""
    desk = CollectorDesk()
    assert desk.collect(_batch(record)) == {"batchItemFailures": []}
    assert desk.ledger.end_of(_SWEEP.id, end.number) == end


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="not JSON"),
        pytest.param("[]", id="a list"),
        pytest.param("{}", id="an empty object"),
        pytest.param('{"requestContext": {}}', id="no condition"),
        pytest.param(_record("0"), id="a shard number as text"),
        pytest.param("[" * 9000, id="nested too deep"),
        pytest.param('"\ud800"', id="a lone surrogate"),
    ],
)
def test_only_the_unreadable_message_stays_in_the_queue(body: str) -> None:
    """The collector records the readable messages of a batch and reports the unreadable one as failed."""
    desk = CollectorDesk()
    assert desk.collect(_batch(_record(0), body, _record(2))) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert desk.ledger.end_of(_SWEEP.id, 0)
    assert desk.ledger.end_of(_SWEEP.id, 2)


def test_message_stays_in_the_queue_if_the_ledger_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The collector reports the message as failed, so the queue delivers it again."""

    def fail(*_: object) -> None:
        raise DependencyUnavailable(_SECRET)

    desk = CollectorDesk()
    monkeypatch.setattr(desk.ledger, "mark_failed", fail)
    assert desk.collect(_batch(_record(0))) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert _SECRET not in desk.log.getvalue()


def test_done_shard_stays_done() -> None:
    """A late record of an earlier attempt does not replace the end of a done shard, however often it arrives."""
    desk = CollectorDesk()
    done = ShardDone(0, 6, 0, None)
    desk.ledger.mark_done(_SWEEP.id, done)
    for _ in range(2):
        assert desk.collect(_batch(_record(0))) == {"batchItemFailures": []}
    assert desk.ledger.end_of(_SWEEP.id, 0) == done


def test_log_names_the_shard_and_no_value() -> None:
    """The log names sweep, shard and message of a failure, and neither the payload nor the text of the error."""
    desk = CollectorDesk()
    desk.collect(_batch(_record(0, responsePayload={"errorType": "ValueError", "errorMessage": _SECRET})))
    line = json.loads(desk.log.getvalue().splitlines()[0])
    assert (line["sweep_id"], line["shard"], line["message_id"]) == (_SWEEP.id, 0, "m0")
    assert _SECRET not in desk.log.getvalue()
