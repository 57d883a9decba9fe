"""A server that answers in the place of DynamoDB, 10 ms late, with the prepared items of one large sweep.

Every block has an acceptance, 1 % of the shards failed, 1 % have errors, the others are done: no block is in its
shortest form.
"""

from __future__ import annotations

import json
import time
from base64 import b64encode
from typing import Any

from adapters.aws.dynamodb_items import block_key, sweep_items, sweep_key
from adapters.aws.dynamodb_marks import details, dispatches_value, done_value, mark_value
from domain.block import BLOCK_SHARDS, Block, Dispatch, place_of
from domain.dispatch import OutcomeKind
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed, Sweep
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

LATENCY = 0.01
# One shard in so many failed, and one in so many has errors.
SELDOM = 100


def prepared(sweep: Sweep) -> dict[str, list[dict[str, Any]]]:
    """Return the items of a sweep by partition key, the blocks in order."""
    own, pieces = sweep_items(sweep)
    items: dict[str, list[dict[str, Any]]] = {own["pk"]["S"]: [own, *pieces]}
    for number in range(-(-sweep.plan.shards // BLOCK_SHARDS)):
        item = block_item(sweep, number)
        items.setdefault(item["pk"]["S"], []).append(item)
    return items


def block_item(sweep: Sweep, number: int) -> dict[str, Any]:
    """Return the item of one block."""
    shards = Block(number).shards(sweep.plan)
    accepted = Dispatch(OutcomeKind.ACCEPTED, None, 0, time.time())
    block = Block(number, {accepted: (1 << len(shards)) - 1})
    failed = [shard for shard in shards if shard % SELDOM == 0]
    partial = [shard for shard in shards if shard % SELDOM == 1]
    done = [place_of(shard) for shard in shards if shard % SELDOM > 1]
    item = {**block_key(sweep.id, number), "dispatches": dispatches_value(block), "done": done_value(done)}
    item["expires_at"] = {"N": str(int(time.time()))}
    if failed:
        item["failed"] = {"NS": [mark_value(failure(shard))["NS"][0] for shard in failed]}
    if partial:
        item["errors"] = {"NS": [mark_value(errors(shard))["NS"][0] for shard in partial]}
    return item


def failure(shard: int) -> ShardFailed:
    """Return the end of a shard that failed."""
    return ShardFailed(shard, Reason.RETRIES_EXHAUSTED, "Task timed out after 300.00 seconds", 3)


def errors(shard: int) -> ShardDone:
    """Return the end of a shard with errors."""
    return ShardDone(shard, 0, 1, (ErrorKind(PointError(shard, "ValueError", "no root", ("model.py:12 f",)), 1),))


def detail_item(key: dict[str, Any]) -> dict[str, Any]:
    """Return the item that says why a shard has points without a value."""
    shard = int(key["sk"]["S"].removeprefix("SHARD#"))
    end = errors(shard) if shard % SELDOM else failure(shard)
    _, _, values = details(end)
    names = {":in": "errors_in" if shard % SELDOM else "failed_in"}
    item = {names.get(name, name.removeprefix(":")): value for name, value in values.items()}
    return {**key, **item}


class PreparedTable(LoopbackServer):
    """Answers for one sweep's items."""

    def __init__(self, sweep: Sweep) -> None:
        """Prepare the answer of each query."""
        super().__init__(_Handler)
        self.sweep = sweep
        self.items = {(item["pk"]["S"], item["sk"]["S"]): item for part in prepared(sweep).values() for item in part}
        self.pages = {partition: _encoded({"Items": part}) for partition, part in prepared(sweep).items()}

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
                found = [self.items.get(_names(key)) or detail_item(key) for key in asked["Keys"]]
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
