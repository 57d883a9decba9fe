"""The items of the ledger's table: their keys, and the domain's values as their attributes.

| pk            | sk                | what                                                         |
|---------------|-------------------|--------------------------------------------------------------|
| `KEY#<key>`   | `KEY`             | which sweep an idempotency key belongs to, and its digest    |
| `SWEEP#<id>`  | `SWEEP`           | the sweep, the claim on its dispatch, whether it is cancelled |
| `SWEEP#<id>`  | `REQUEST#<n>`     | a piece of its request document, gzip-compressed             |
| `SWEEP#<id>`  | `OUTCOMES#<when>` | a page of up to 1,000 outcomes, gzip-compressed              |
| `SWEEP#<id>`  | `SHARD#<number>`  | how one shard has ended                                      |
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.aws.lambda_errors import BY_CODE
from adapters.documents.ledger_entries import outcome_entry, request_text, stored_outcome, stored_request
from domain.dispatch import Outcome
from domain.errors import DependencyUnavailable
from domain.reasons import Reason
from domain.sweep import PointError, ShardDone, ShardEnd, ShardFailed, Sweep

Item = dict[str, dict[str, Any]]

# All sweeps are in one partition of the index, newest last.
LISTING = "SWEEPS"
# Exceptions that version 0.1 recorded by name.
_BOTOCORE = {
    "ConnectTimeoutError": Reason.NOT_CONNECTED,
    "EndpointConnectionError": Reason.NOT_CONNECTED,
    "ConnectionClosedError": Reason.CONNECTION_LOST,
    "ReadTimeoutError": Reason.NO_ANSWER,
}
# In bytes. An item has at most 400 KB, names and keys included.
_PIECE = 350_000


def text(value: str) -> dict[str, str]:
    """Return text as an attribute's value."""
    return {"S": value}


def number(value: float) -> dict[str, str]:
    """Return a number as an attribute's value."""
    return {"N": repr(value)}


def key_key(key: str) -> Item:
    """Return the key of an idempotency key's item."""
    return {"pk": text(f"KEY#{key}"), "sk": text("KEY")}


def sweep_key(sweep_id: str) -> Item:
    """Return the key of a sweep's own item."""
    return {"pk": text(partition(sweep_id)), "sk": text("SWEEP")}


def shard_key(sweep_id: str, shard: int) -> Item:
    """Return the key of the item that says how a shard ended."""
    return {"pk": text(partition(sweep_id)), "sk": text(f"SHARD#{shard:08d}")}


def partition(sweep_id: str) -> str:
    """Return the partition that holds everything of one sweep."""
    return f"SWEEP#{sweep_id}"


def key_item(sweep: Sweep) -> Item:
    """Return the item that names the sweep of an idempotency key."""
    return {**key_key(sweep.key), "sweep_id": text(sweep.id), "digest": text(sweep.digest)}


def sweep_items(sweep: Sweep) -> tuple[Item, list[Item]]:
    """Return a sweep's own item, and the pieces of its request, which must be written before it."""
    packed = gzip.compress(request_text(sweep.request).encode(), mtime=0)
    pieces = [packed[start : start + _PIECE] for start in range(0, len(packed), _PIECE)]
    own = {
        **sweep_key(sweep.id),
        "gsi_pk": text(LISTING),
        "gsi_sk": text(f"{sweep.created_at:020.6f}#{sweep.id}"),
        "id": text(sweep.id),
        "key": text(sweep.key),
        "digest": text(sweep.digest),
        "created_at": number(sweep.created_at),
        "pieces": number(len(pieces)),
    }
    return own, [{**piece_key(sweep.id, place), "piece": {"B": piece}} for place, piece in enumerate(pieces)]


def piece_key(sweep_id: str, place: int) -> Item:
    """Return the key of one piece of a request, counted from 0."""
    return {"pk": text(partition(sweep_id)), "sk": text(f"REQUEST#{place:04d}")}


def read_sweep(item: Mapping[str, Any], pieces: Sequence[bytes]) -> Sweep:
    """Return the sweep of an item and of the pieces of its request, in order; raises `DependencyUnavailable`."""
    sweep_id = item["id"]["S"]
    try:
        text = gzip.decompress(b"".join(pieces)).decode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DependencyUnavailable(f"the ledger's request of {sweep_id} is damaged: {error}") from error
    return Sweep(
        id=sweep_id,
        key=item["key"]["S"],
        digest=item["digest"]["S"],
        request=stored_request(sweep_id, text),
        created_at=float(item["created_at"]["N"]),
    )


def page_item(sweep_id: str, when: str, outcomes: Sequence[Outcome]) -> Item:
    """Return the item of at most 1,000 outcomes; items are read in the order of `when`, as text."""
    rows = [outcome_entry(outcome) for outcome in outcomes]
    packed = gzip.compress(json.dumps(rows, separators=(",", ":")).encode(), mtime=0)
    return {"pk": text(partition(sweep_id)), "sk": text(f"OUTCOMES#{when}"), "page": {"B": packed}}


def read_page(item: Mapping[str, Any]) -> Iterator[Outcome]:
    """Yield the outcomes of a page's item."""
    for row in json.loads(gzip.decompress(item["page"]["B"])):
        yield stored_outcome(row, _read_reason)


def _read_reason(code: str) -> Reason:
    """Return the reason of an outcome; version 0.1 wrote codes of Lambda and names of botocore's exceptions."""
    return BY_CODE[code][1] if code in BY_CODE else _BOTOCORE.get(code, Reason.read(code))


def end_item(sweep_id: str, end: ShardEnd) -> Item:
    """Return the item that says how a shard ended."""
    item = {**shard_key(sweep_id, end.number), "shard": number(end.number)}
    if isinstance(end, ShardFailed):
        failed = {"reason": text(end.reason.value), "message": text(end.message), "attempts": number(end.attempts)}
        return {**item, "done": {"BOOL": False}, **failed}
    item |= {"done": {"BOOL": True}, "points": number(end.values), "errors": number(end.errors)}
    if end.first_error:
        error = end.first_error
        item |= {"point": number(error.index), "reason": text(error.type), "message": text(error.message)}
    return item


def read_end(item: Mapping[str, Any]) -> ShardEnd:
    """Return the end of a shard from its item."""
    shard = int(item["shard"]["N"])
    if not item["done"]["BOOL"]:
        return ShardFailed(shard, Reason.read(item["reason"]["S"]), item["message"]["S"], int(item["attempts"]["N"]))
    first = None
    if "point" in item:
        first = PointError(int(item["point"]["N"]), item["reason"]["S"], item["message"]["S"])
    return ShardDone(shard, int(item["points"]["N"]), int(item["errors"]["N"]), first)
