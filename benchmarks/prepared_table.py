"""A server that answers in the place of DynamoDB, 10 ms late, with the prepared items of one large sweep."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from enum import StrEnum
from typing import Any

from adapters.aws.dynamodb_items import block_key, sweep_items, sweep_key
from adapters.aws.dynamodb_marks import details, dispatches_value, mark_values
from domain.block import Block, Dispatch
from domain.dispatch import OutcomeKind
from domain.places import blocks_of
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardEnd, ShardFailed, Sweep
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

LATENCY = 0.01
# One shard in so many failed, and one in so many has errors.
SELDOM = 100


class Condition(StrEnum):
    """In which condition the shards of the sweep are."""

    MIXED = "mixed"  # 1 % failed, 1 % have errors, the others are done: no block is in its shortest form
    FAILED = "all failed"
    ERRORS = "all with errors"
    RUNNING = "all running"


def end_of(shard: int, condition: Condition) -> ShardEnd | None:
    """Return how a shard ended."""
    failed = ShardFailed(shard, Reason.RETRIES_EXHAUSTED, "Task timed out after 300.00 seconds", 3)
    kind = ErrorKind(PointError(shard, "ValueError", "no root", ("model.py:12 f",)), 1)
    partial = ShardDone(shard, 0, 1, (kind,))
    seldom: dict[int, ShardEnd] = {0: failed, 1: partial}
    mixed = seldom.get(shard % SELDOM, ShardDone(shard, 1))
    ends: dict[Condition, ShardEnd] = {Condition.MIXED: mixed, Condition.FAILED: failed, Condition.ERRORS: partial}
    return ends.get(condition)


def block_item(sweep: Sweep, number: int, condition: Condition) -> dict[str, Any]:
    """Return the item of one block, of which every shard was accepted."""
    shards = Block(number).shards(sweep.plan)
    accepted = Dispatch(OutcomeKind.ACCEPTED, None, 0, time.time())
    block = Block(number, {accepted: (1 << len(shards)) - 1})
    for shard in shards:
        end = end_of(shard, condition)
        block = block.ended(end) if end else block
    kept = {"dispatches": dispatches_value(block), "expires_at": {"N": str(int(time.time()))}}
    return {**block_key(sweep.id, number), **kept, **mark_values(block)}


def prepared(sweep: Sweep, condition: Condition) -> dict[str, list[dict[str, Any]]]:
    """Return the items of a sweep by partition key, the blocks in order."""
    own, pieces = sweep_items(sweep)
    items: dict[str, list[dict[str, Any]]] = {own["pk"]["S"]: [own, *pieces]}
    for number in blocks_of(sweep.plan):
        item = block_item(sweep, number, condition)
        items.setdefault(item["pk"]["S"], []).append(item)
    return items


def detail_items(key: dict[str, Any], condition: Condition) -> list[dict[str, Any]]:
    """Return the item that says why a shard has points without a value, if this is its key and it has some."""
    prefix, _, number = key["sk"]["S"].partition("#")
    end = end_of(int(number), condition) if prefix == "SHARD" else None
    if end is None:
        return []
    _, _, values = details(end)
    names = {":in": "failed_in" if isinstance(end, ShardFailed) else "errors_in"}
    return [{**key, **{names.get(name, name.removeprefix(":")): value for name, value in values.items()}}]


class PreparedTable(LoopbackServer):
    """Answers for one sweep's items."""

    def __init__(self, sweep: Sweep, condition: Condition) -> None:
        """Prepare the answer of each query."""
        super().__init__(_Handler)
        self.sweep = sweep
        self.condition = condition
        items = prepared(sweep, condition)
        self.items = {(item["pk"]["S"], item["sk"]["S"]): item for part in items.values() for item in part}
        self.pages = {partition: _encoded({"Items": part}) for partition, part in items.items()}

    def find(self, key: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the item with a key, if there is one."""
        item = self.items.get(_names(key))
        return [item] if item else detail_items(key, self.condition)

    def answer_to(self, operation: str, request: dict[str, Any]) -> bytes:
        """Return the answer to one call."""
        match operation:
            case "Query" if "IndexName" in request:
                return json.dumps(
                    {"Items": [self.items[_names(sweep_key(self.sweep.id))]] * 21}, default=_plain
                ).encode()
            case "Query":
                return self.pages[request["ExpressionAttributeValues"][":pk"]["S"]]
            case "GetItem":
                return _encoded({"Item": self.items[_names(request["Key"])]})
            case "BatchGetItem":
                ((table, asked),) = request["RequestItems"].items()
                found = [item for key in asked["Keys"] for item in self.find(key)]
                return _encoded({"Responses": {table: found}, "UnprocessedKeys": {}})
            case "UpdateItem":
                item = self.items.get(_names(request["Key"]), request["Key"])
                return _encoded({"Attributes": item})
            case _:
                return b"{}"


class _Handler(LoopbackHandler):
    server: PreparedTable

    def respond(self) -> None:
        """Answer one call, as late as DynamoDB."""
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        body = self.server.answer_to(operation, json.loads(self.read_body()))
        time.sleep(LATENCY)
        self.answer(200, body, {"Content-Type": "application/x-amz-json-1.0"})


def _names(key: dict[str, Any]) -> tuple[str, str]:
    return key["pk"]["S"], key["sk"]["S"]


def _encoded(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, default=_plain).encode()


def _plain(value: bytes) -> str:
    return b64encode(value).decode()
