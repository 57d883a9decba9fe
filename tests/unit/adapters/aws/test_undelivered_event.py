"""Undelivered shards: Lambda's documented records end in the ledger, and what cannot be recorded comes again."""

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

_SECRET = "hunter2secret"  # noqa: S105 - stands for a parameter's value
_SWEEP = make_sweep()
_TIMED_OUT = {"errorMessage": "2026-01-01 Task timed out after 3.00 seconds"}
_OUT_OF_MEMORY = {"errorType": "Runtime.ExitError", "errorMessage": "signal: killed"}


def _record(number: object, condition: str = "RetriesExhausted", attempts: int = 3, **more: object) -> str:
    """Return a record as in Lambda's developer guide, "Capturing records of asynchronous invocations"."""
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


class Desk:
    """A collector with its ledger and its log."""

    def __init__(self) -> None:
        """Start with one sweep."""
        self.ledger = MemoryLedger(HandClock())
        self.ledger.open(_SWEEP)
        self.log = io.StringIO()
        self.collect = UndeliveredShards(FailShard(self.ledger), JsonLog("DEBUG", "undelivered", self.log))


@pytest.mark.parametrize(
    ("record", "end"),
    [
        (
            _record(0, responsePayload=_TIMED_OUT),
            ShardFailed(0, Reason.RETRIES_EXHAUSTED, "2026-01-01 Task timed out after 3.00 seconds", 3),
        ),
        (
            _record(1, responsePayload=_OUT_OF_MEMORY),
            ShardFailed(1, Reason.RETRIES_EXHAUSTED, "Runtime.ExitError: signal: killed", 3),
        ),
        (_record(2, "EventAgeExceeded", 0), ShardFailed(2, Reason.EVENT_AGE_EXCEEDED, "the worker did not answer", 0)),
        (_record(3, responsePayload=None), ShardFailed(3, Reason.RETRIES_EXHAUSTED, "the worker did not answer", 3)),
    ],
)
def test_record_becomes_a_failed_shard(record: str, end: ShardFailed) -> None:
    """Condition, error and attempt count are kept; a throttled event has no response at all."""
    desk = Desk()
    assert desk.collect(_batch(record)) == {"batchItemFailures": []}
    assert desk.ledger.end_of(_SWEEP.id, end.number) == end


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"requestContext": {}}', _record("0"), "[" * 9000, '"\ud800"'])
def test_bad_message_comes_again_alone(body: str) -> None:
    """One message that nobody can read keeps no good one from being recorded."""
    desk = Desk()
    assert desk.collect(_batch(_record(0), body, _record(2))) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert desk.ledger.end_of(_SWEEP.id, 0)
    assert desk.ledger.end_of(_SWEEP.id, 2)


def test_unreachable_ledger_brings_the_message_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be recorded is not lost."""

    def fail(*_: object) -> None:
        raise DependencyUnavailable(_SECRET)

    desk = Desk()
    monkeypatch.setattr(desk.ledger, "mark_failed", fail)
    assert desk.collect(_batch(_record(0))) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert _SECRET not in desk.log.getvalue()


def test_done_shard_stays_done() -> None:
    """A late record of an earlier delivery does not undo results; twice the same changes nothing."""
    desk = Desk()
    done = ShardDone(0, 6, 0, None)
    desk.ledger.mark_done(_SWEEP.id, done)
    for _ in range(2):
        assert desk.collect(_batch(_record(0))) == {"batchItemFailures": []}
    assert desk.ledger.end_of(_SWEEP.id, 0) == done


def test_log_names_the_shard_and_no_value() -> None:
    """Each failure is one line with sweep and shard; payload and error text stay out."""
    desk = Desk()
    desk.collect(_batch(_record(0, responsePayload={"errorType": "ValueError", "errorMessage": _SECRET})))
    line = json.loads(desk.log.getvalue().splitlines()[0])
    assert (line["sweep_id"], line["shard"], line["message_id"]) == (_SWEEP.id, 0, "m0")
    assert _SECRET not in desk.log.getvalue()
