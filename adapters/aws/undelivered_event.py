"""Undelivered events: the records of Lambda's on-failure destination, read from the queue.

That of a worker becomes a failed shard; that of a dispatcher says why the rest of its span was not dispatched.

A record names the condition on which Lambda gave up, the number of attempts, and the function's last answer (Lambda
developer guide, "Adding a destination"). It holds the payload, which may be any that a worker is sent: the limits of a
request do not apply to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.documents.named_shard import NamedShard, named_shard
from adapters.documents.span_payload import NamedSpan, named_span
from adapters.machine.json_log import JsonLog
from application.fail_shard import FailShard
from application.settle_span import SettleSpan
from domain.dispatch_policy import Deadline
from domain.errors import MalformedSweep
from domain.reasons import Reason
from domain.sweep import ShardFailed

_CONDITIONS = {reason.value: reason for reason in (Reason.RETRIES_EXHAUSTED, Reason.EVENT_AGE_EXCEEDED)}


@dataclass(frozen=True, slots=True)
class UndeliveredSpan:
    """A span that no dispatcher has brought to its end, and why."""

    span: NamedSpan
    reason: Reason


@dataclass(frozen=True, slots=True)
class UndeliveredEvents:
    """Records what the messages of a batch are about."""

    fail_shard: FailShard
    settle_span: SettleSpan
    log: JsonLog

    def __call__(self, event: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
        """Record each message by itself, and return as partial batch failures those that the queue must send again."""
        again = [message["messageId"] for message in event["Records"] if not self._record(message, deadline)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}

    def _record(self, message: Mapping[str, Any], deadline: Deadline) -> bool:
        ids = {"message_id": message["messageId"]}
        try:
            undelivered = read_record(message["body"])
            if isinstance(undelivered, UndeliveredSpan):
                self._settle(undelivered, deadline, ids)
            else:
                self._fail(*undelivered, deadline, ids)
        except Exception as error:
            # Whatever is wrong with one message, the others of its batch are recorded.
            self.log.exception("undelivered event not recorded", error=error, **ids)
            return False
        return True

    def _settle(self, undelivered: UndeliveredSpan, deadline: Deadline, ids: Mapping[str, str]) -> None:
        span, reason = undelivered.span, undelivered.reason
        self.settle_span(span.sweep_id, span.number, span.assignment, reason, deadline)
        self.log.warning("span not dispatched", sweep_id=span.sweep_id, span=span.number, reason=reason, **ids)

    def _fail(self, sweep_id: str, failed: ShardFailed, deadline: Deadline, ids: Mapping[str, str]) -> None:
        self.fail_shard(sweep_id, failed, deadline)
        self.log.warning("shard failed", sweep_id=sweep_id, shard=failed.number, reason=failed.reason, **ids)
        self.log.metrics({"ShardsFailed": (1, "Count")})


def read_record(body: str) -> tuple[str, ShardFailed] | UndeliveredSpan:
    """Return the sweep's id and the failed shard of Lambda's record, or the span.

    Raises `MalformedSweep` for another document, `ValueError` or `RecursionError` for what is none.
    """
    record = json.loads(body)
    match record:
        case {
            "requestContext": {"condition": str(condition), "approximateInvokeCount": int(attempts)},
            "requestPayload": payload,
        }:
            shard, span = named_shard(payload), named_span(payload)
            if shard:
                return shard.sweep_id, _failed(shard, condition, _last_answer(record), attempts)
            if span:
                return UndeliveredSpan(span, _CONDITIONS.get(condition, Reason.UNDELIVERED))
    raise MalformedSweep.at("", "the message is not Lambda's record of an undelivered shard or span")


def _failed(shard: NamedShard, condition: str, message: str, attempts: int) -> ShardFailed:
    """Return the failed shard of a condition; its message names a condition that has no reason of its own."""
    reason = _CONDITIONS.get(condition, Reason.UNDELIVERED)
    text = f"{condition}: {message}" if reason is Reason.UNDELIVERED else message
    return ShardFailed(shard.number, reason, text, attempts, shard.generation)


def _last_answer(record: Mapping[str, Any]) -> str:
    """Return the function's last answer as text, also if it did not answer."""
    match record:
        case {"responsePayload": {"errorMessage": str(message), "errorType": str(kind)}}:
            text = f"{kind}: {message}"
        case {"responsePayload": {"errorMessage": str(message)}}:
            text = message
        case _:
            text = "the worker did not answer"
    return text
