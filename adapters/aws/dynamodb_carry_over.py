"""Carrying over the sweeps of version 0.1, whose shards had an item each, and whose outcomes were in pages.

It only adds to blocks, so two callers may do it at once, and a caller after one that died begins again.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.aws.dynamodb_blocks import DynamoDbBlocks
from adapters.aws.dynamodb_items import plan_attributes, sweep_key, sweep_partition
from adapters.aws.lambda_errors import BY_CODE
from domain.block import Block, block_of, blocks_of, place_of
from domain.dispatch import Outcome, OutcomeKind
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardEnd, ShardFailed, Sweep

# Exceptions that version 0.1 recorded by name.
_BOTOCORE = {
    "ConnectTimeoutError": Reason.NOT_CONNECTED,
    "EndpointConnectionError": Reason.NOT_CONNECTED,
    "ConnectionClosedError": Reason.CONNECTION_LOST,
    "ReadTimeoutError": Reason.NO_ANSWER,
}


def carry_over(blocks: DynamoDbBlocks, sweep: Sweep, *, cancelled: bool) -> None:
    """Write what version 0.1 knew of a sweep into blocks, and mark the sweep's item as one of this version."""
    partition = sweep_partition(sweep.id)
    ends = [read_end(item) for item in blocks.table.query(partition, "SHARD#")]
    outcomes = [outcome for item in blocks.table.query(partition, "OUTCOMES#") for outcome in read_page(item)]
    for number in blocks_of(sweep.plan):
        known = Block(number).after((one for one in outcomes if block_of(one.shard) == number), sweep.created_at)
        if known.dispatches:
            blocks.set_dispatches(sweep.id, known)
        done = [place_of(end.number) for end in ends if block_of(end.number) == number and _is_clean(end)]
        if done:
            blocks.add_done(sweep.id, number, done)
    for end in ends:
        if not _is_clean(end):
            blocks.mark(sweep.id, end)
    change = "SET layout = :layout, points = :points, shards = :shards"
    # A sweep that was cancelled after its end could never be retried.
    if cancelled and len(ends) < sweep.plan.shards:
        blocks.close_gates(sweep.head)
    elif cancelled:
        change = f"{change} REMOVE cancelled_at"
    values = {f":{name}": value for name, value in plan_attributes(sweep.plan).items()}
    blocks.table.update(sweep_key(sweep.id), change, values, "attribute_exists(pk)")


def read_page(item: Mapping[str, Any]) -> Iterator[Outcome]:
    """Yield the outcomes of a page's item; what version 0.1 kept of an acceptance has no use any more."""
    for shard, code, detail, attempts in json.loads(gzip.decompress(item["page"]["B"])):
        kind = OutcomeKind.read(code)
        yield Outcome(shard, kind, None if kind is OutcomeKind.ACCEPTED else _read_reason(detail), attempts)


def read_end(item: Mapping[str, Any]) -> ShardEnd:
    """Return the end of a shard from its item."""
    shard = int(item["shard"]["N"])
    if not item["done"]["BOOL"]:
        return ShardFailed(shard, Reason.read(item["reason"]["S"]), item["message"]["S"], int(item["attempts"]["N"]))
    kinds: tuple[ErrorKind, ...] = ()
    if "point" in item:
        first = PointError(int(item["point"]["N"]), item["reason"]["S"], item["message"]["S"])
        kinds = (ErrorKind(first, 1),)
    return ShardDone(shard, int(item["points"]["N"]), int(item["errors"]["N"]), kinds)


def _read_reason(code: str) -> Reason:
    """Return the reason of an outcome; version 0.1 wrote codes of Lambda and names of botocore's exceptions."""
    return BY_CODE[code][1] if code in BY_CODE else _BOTOCORE.get(code, Reason.read(code))


def _is_clean(end: ShardEnd) -> bool:
    return isinstance(end, ShardDone) and not end.errors
