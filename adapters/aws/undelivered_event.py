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
from application.execute_shard import FailShard
from domain.errors import MalformedSweep, SweepError
from domain.sweep import ShardFailed

_LONGEST_MESSAGE = 1000


@dataclass(frozen=True, slots=True)
class UndeliveredShards:
    """Marks the shards of a batch of queue messages failed."""

    fail_shard: FailShard
    facts: JsonLog

    def __call__(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Take every message by itself, and give those that must come again as partial batch failures."""
        again = [message["messageId"] for message in event["Records"] if not self._take(message)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}

    def _take(self, message: Mapping[str, Any]) -> bool:
        ids = {"message_id": message["messageId"]}
        try:
            sweep_id, failed = read_record(message["body"])
            self.fail_shard(sweep_id, failed)
        except SweepError as error:
            self.facts.error("undelivered shard not recorded", error, **ids)
            return False
        self.facts.warn("shard failed", sweep_id=sweep_id, shard=failed.number, reason=failed.reason, **ids)
        self.facts.metrics({"ShardsFailed": (1, "Count")})
        return True


def read_record(body: str) -> tuple[str, ShardFailed]:
    """Read Lambda's record of an event that it gave up; raises `MalformedSweep` for anything else."""
    match read_json(body):
        case {
            "requestContext": {"condition": str(condition), "approximateInvokeCount": int(attempts)},
            "requestPayload": {"sweep_id": str(sweep_id), "shard": {"number": int(number)}},
            **more,
        }:
            return sweep_id, ShardFailed(number, condition, _last_words(more), attempts)
        case _:
            raise MalformedSweep.at("", "the message is not Lambda's record of an undelivered shard")


def _last_words(record: Mapping[Any, Any]) -> str:
    """Give what the function answered last, if it answered at all."""
    match record:
        case {"responsePayload": {"errorMessage": str(message), "errorType": str(kind)}}:
            text = f"{kind}: {message}"
        case {"responsePayload": {"errorMessage": str(message)}}:
            text = message
        case _:
            text = "the worker did not answer"
    return text[:_LONGEST_MESSAGE]
