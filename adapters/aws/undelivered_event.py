"""Undelivered shards: the records of Lambda's on-failure destination, read from the queue and marked as failed shards.

A record names the condition on which Lambda gave up, the number of attempts, and the function's last answer (Lambda
developer guide, "Adding a destination").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.documents.strict_json import read_json
from adapters.machine.json_log import JsonLog
from application.fail_shard import FailShard
from domain.errors import MalformedSweep, SweepError
from domain.reasons import Reason
from domain.sweep import ShardFailed

_CONDITIONS = {reason.value: reason for reason in (Reason.RETRIES_EXHAUSTED, Reason.EVENT_AGE_EXCEEDED)}


@dataclass(frozen=True, slots=True)
class UndeliveredShards:
    """Marks the shards of a batch of queue messages as failed."""

    fail_shard: FailShard
    log: JsonLog

    def __call__(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Record each message by itself, and return as partial batch failures those that the queue must send again."""
        again = [message["messageId"] for message in event["Records"] if not self._record(message)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}

    def _record(self, message: Mapping[str, Any]) -> bool:
        ids = {"message_id": message["messageId"]}
        try:
            sweep_id, failed = read_record(message["body"])
            self.fail_shard(sweep_id, failed)
        except SweepError as error:
            self.log.exception("undelivered shard not recorded", error=error, **ids)
            return False
        self.log.warning("shard failed", sweep_id=sweep_id, shard=failed.number, reason=failed.reason, **ids)
        self.log.metrics({"ShardsFailed": (1, "Count")})
        return True


def read_record(body: str) -> tuple[str, ShardFailed]:
    """Return the sweep's id and the failed shard of Lambda's record; raises `MalformedSweep` for any other text."""
    match read_json(body):
        case {
            "requestContext": {"condition": str(condition), "approximateInvokeCount": int(attempts)},
            "requestPayload": {"sweep_id": str(sweep_id), "shard": {"number": int(number)}},
            **more,
        }:
            return sweep_id, _failed(number, condition, _last_answer(more), attempts)
        case _:
            raise MalformedSweep.at("", "the message is not Lambda's record of an undelivered shard")


def _failed(shard: int, condition: str, message: str, attempts: int) -> ShardFailed:
    """Return the failed shard of a condition; its message names a condition that has no reason of its own."""
    reason = _CONDITIONS.get(condition, Reason.UNDELIVERED)
    text = f"{condition}: {message}" if reason is Reason.UNDELIVERED else message
    return ShardFailed(shard, reason, text, attempts)


def _last_answer(record: Mapping[Any, Any]) -> str:
    """Return the function's last answer as text, also if it did not answer."""
    match record:
        case {"responsePayload": {"errorMessage": str(message), "errorType": str(kind)}}:
            text = f"{kind}: {message}"
        case {"responsePayload": {"errorMessage": str(message)}}:
            text = message
        case _:
            text = "the worker did not answer"
    return text
