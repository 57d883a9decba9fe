"""Undelivered shards: what Lambda's on-failure destination puts in the queue, read into failed shards.

Lambda's record says on what condition it gave up, after how many attempts, and what the function answered last (Lambda
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
    """Marks the shards of a batch of queue messages failed."""

    fail_shard: FailShard
    log: JsonLog

    def __call__(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Record every message by itself, and return those that must come again as partial batch failures."""
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
    """Return the sweep and the failed shard of Lambda's record; raises `MalformedSweep` for anything else."""
    match read_json(body):
        case {
            "requestContext": {"condition": str(condition), "approximateInvokeCount": int(attempts)},
            "requestPayload": {"sweep_id": str(sweep_id), "shard": {"number": int(number)}},
            **more,
        }:
            return sweep_id, _failed(number, condition, _last_words(more), attempts)
        case _:
            raise MalformedSweep.at("", "the message is not Lambda's record of an undelivered shard")


def _failed(shard: int, condition: str, message: str, attempts: int) -> ShardFailed:
    """Return the failed shard of a condition; the message names one that is unknown here."""
    reason = _CONDITIONS.get(condition, Reason.UNDELIVERED)
    text = f"{condition}: {message}" if reason is Reason.UNDELIVERED else message
    return ShardFailed(shard, reason, text, attempts)


def _last_words(record: Mapping[Any, Any]) -> str:
    """Return what the function answered last, if it answered at all."""
    match record:
        case {"responsePayload": {"errorMessage": str(message), "errorType": str(kind)}}:
            text = f"{kind}: {message}"
        case {"responsePayload": {"errorMessage": str(message)}}:
            text = message
        case _:
            text = "the worker did not answer"
    return text
