"""The items of the ledger's table: their keys, and the domain's values as their attributes.

| pk               | sk                   | what                                                              |
|------------------|----------------------|-------------------------------------------------------------------|
| `KEY#<key>`      | `KEY`                | which sweep an idempotency key belongs to, and its digest         |
| `SWEEP#<id>`     | `SWEEP`              | the sweep's head, and whether it is cancelled                     |
| `SWEEP#<id>`     | `REQUEST#<sha>#<n>`  | a piece of its request document, gzip-compressed                  |
| `MARKS#<id>#<p>` | `BLOCK#<number>`     | one block: its claim, its dispatches, the marks of its shards     |
| `MARKS#<id>#<p>` | `GATE`               | that the sweep is cancelled: a copy for the workers of these blocks |
| `MARKS#<id>#<p>` | `SHARD#<number>`     | why one shard has points without a value                          |

Block n is in partition p = n modulo 32. So the writes of a sweep spread over 32 partition keys, and a query reads many
blocks for the price of their bytes. A block's item has less than 1 KB unless many of its shards have errors, or points
that were skipped: to mark a shard done is one write unit.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from adapters.documents.ledger_entries import is_moment, request_text, stored_request
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.places import block_of
from domain.plan import Plan
from domain.sweep import Sweep, SweepHead

Item = dict[str, dict[str, Any]]

# All sweeps are in one partition of the index, newest last.
LISTING = "SWEEPS"
# What this version writes into a sweep's item; one without it is of version 0.1.
LAYOUT = 2
PARTITIONS = 32
BLOCKS = "BLOCK#"
SHARDS = "SHARD#"
# In bytes. An item has at most 400 KB, names and keys included.
_PIECE = 350_000
_DIGEST_LENGTH = 16


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
    return {"pk": text(sweep_partition(sweep_id)), "sk": text("SWEEP")}


def sweep_partition(sweep_id: str) -> str:
    """Return the partition that holds a sweep's own item and its request."""
    return f"SWEEP#{sweep_id}"


def marks_partition(sweep_id: str, block: int) -> str:
    """Return the partition that holds a block and the details of its shards."""
    return f"MARKS#{sweep_id}#{block % PARTITIONS}"


def marks_partitions(sweep_id: str, blocks: range) -> list[str]:
    """Return the partitions that hold these consecutive blocks of a sweep."""
    return [marks_partition(sweep_id, block) for block in blocks[:PARTITIONS]]


def block_key(sweep_id: str, block: int) -> Item:
    """Return the key of a block's item."""
    return {"pk": text(marks_partition(sweep_id, block)), "sk": text(sort_key_of_block(block))}


def sort_key_of_block(block: int) -> str:
    """Return the sort key of a block's item."""
    return f"{BLOCKS}{block:08d}"


def gate_key(partition: str) -> Item:
    """Return the key of a partition's gate."""
    return {"pk": text(partition), "sk": text("GATE")}


def shard_key(sweep_id: str, shard: int) -> Item:
    """Return the key of the item that says why a shard has points without a value."""
    return {"pk": text(marks_partition(sweep_id, block_of(shard))), "sk": text(f"{SHARDS}{shard:08d}")}


def shard_of(item: Mapping[str, Any]) -> int:
    """Return the shard of an item that says why it has points without a value."""
    return int(item["sk"]["S"].removeprefix(SHARDS))


def key_item(sweep: Sweep) -> Item:
    """Return the item that names the sweep of an idempotency key."""
    return {**key_key(sweep.key), "sweep_id": text(sweep.id), "digest": text(sweep.digest)}


def sweep_items(sweep: Sweep) -> tuple[Item, list[Item]]:
    """Return a sweep's own item, and the pieces of its request, which must be written before it.

    The pieces are named after their content: of two callers that write the same sweep, neither changes the other's.
    """
    packed = gzip.compress(request_text(sweep.request).encode(), mtime=0)
    digest = hashlib.sha256(packed).hexdigest()[:_DIGEST_LENGTH]
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
        "request": text(digest),
        **({"code": text(sweep.code)} if sweep.code else {}),
        **plan_attributes(sweep.plan),
    }
    return own, [{**key, "piece": {"B": piece}} for key, piece in zip(piece_keys(own), pieces, strict=True)]


def plan_attributes(plan: Plan) -> Item:
    """Return what an item of this version says of a plan."""
    return {"layout": number(LAYOUT), "points": text(str(plan.size)), "shards": text(str(plan.shards))}


def piece_keys(item: Mapping[str, Any]) -> list[Item]:
    """Return the keys of the pieces of a sweep's request, in order."""
    digest = f"{item['request']['S']}#" if "request" in item else ""  # version 0.1 named pieces by number alone
    places = range(int(item["pieces"]["N"]))
    return [{"pk": item["pk"], "sk": text(f"REQUEST#{digest}{place:04d}")} for place in places]


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
        request=stored_request(sweep_id, text, item["digest"]["S"]),
        created_at=_moment(item["created_at"]),
        code=item["code"]["S"] if "code" in item else "",
    )


def read_head(item: Mapping[str, Any]) -> SweepHead:
    """Return the head of a sweep's item; raises `DependencyUnavailable` if it is damaged."""
    with damage_of(item):
        plan = Plan(int(item["points"]["S"]), int(item["shards"]["S"]))
        return SweepHead(item["id"]["S"], plan, _moment(item["created_at"]))


@contextmanager
def damage_of(item: Mapping[str, Any]) -> Iterator[None]:
    """Raise `DependencyUnavailable` where a sweep's item lacks an attribute, or has one of another type."""
    try:
        yield
    except (KeyError, ValueError, TypeError, InvalidSweep) as error:
        raise DependencyUnavailable(f"the ledger's entry of {item['pk']['S']} is damaged: {error!r}") from error


def _moment(stored: Mapping[str, Any]) -> float:
    """Return the moment in an attribute; raises `KeyError` or `ValueError` for a damaged one."""
    moment = float(stored["N"])
    if not is_moment(moment):
        raise ValueError(f"{moment!r} is no moment")
    return moment
