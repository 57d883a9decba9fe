"""What version 0.1 wrote of a sweep's course: an item for the end of each shard, and pages of outcomes.

An entry that is damaged counts as none.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from adapters.aws.dynamodb_items import SHARDS, Item, sweep_partition, text
from adapters.aws.lambda_errors import BY_CODE
from domain.dispatch import Outcome, OutcomeKind
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardEnd, ShardFailed

OUTCOMES = "OUTCOMES#"
_DAMAGED = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
    OSError,
    EOFError,
    zlib.error,
)
# Exceptions that version 0.1 recorded by name.
_BOTOCORE = {
    "ConnectTimeoutError": Reason.NOT_CONNECTED,
    "EndpointConnectionError": Reason.NOT_CONNECTED,
    "ConnectionClosedError": Reason.CONNECTION_LOST,
    "ReadTimeoutError": Reason.NO_ANSWER,
}


def old_shard_key(sweep_id: str, shard: int) -> Item:
    """Return the key of the item that said how a shard ended."""
    return {"pk": text(sweep_partition(sweep_id)), "sk": text(f"{SHARDS}{shard:08d}")}


def read_old_page(item: Mapping[str, Any]) -> Iterator[Outcome]:
    """Yield the outcomes of a page's item; the request id that it has of an acceptance is of no use any more."""
    with suppress(*_DAMAGED):
        for shard, code, detail, attempts in json.loads(gzip.decompress(item["page"]["B"])):
            kind = OutcomeKind.read(code)
            yield Outcome(int(shard), kind, None if kind is OutcomeKind.ACCEPTED else _read_reason(detail), attempts)


def read_old_end(item: Mapping[str, Any]) -> Iterator[ShardEnd]:
    """Yield the end of a shard in its item."""
    with suppress(*_DAMAGED):
        shard = int(item["shard"]["N"])
        if not item["done"]["BOOL"]:
            reason, attempts = Reason.read(item["reason"]["S"]), int(item["attempts"]["N"])
            yield ShardFailed(shard, reason, item["message"]["S"], attempts)
            return
        kinds: tuple[ErrorKind, ...] = ()
        if "point" in item:
            first = PointError(int(item["point"]["N"]), item["reason"]["S"], item["message"]["S"])
            kinds = (ErrorKind(first, 1),)
        yield ShardDone(shard, int(item["points"]["N"]), int(item["errors"]["N"]), kinds)


def _read_reason(code: str) -> Reason:
    """Return the reason of an outcome; version 0.1 wrote codes of Lambda and names of botocore's exceptions."""
    return BY_CODE[code][1] if code in BY_CODE else _BOTOCORE.get(code, Reason.read(code))
