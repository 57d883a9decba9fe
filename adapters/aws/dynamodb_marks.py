"""Blocks and the ends of shards as attributes of items: what a dispatcher and a worker write, and a reader decides.

A mark is one number, so that a set of marks grows by `ADD`: that needs no condition, and the same mark once more
changes nothing. An entry that is damaged counts as none.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from adapters.aws.dynamodb_items import BLOCKS, SHARDS, Item, number, text
from adapters.documents.ledger_entries import dispatches_text, kinds_text, stored_dispatches, stored_kinds
from domain.block import BLOCK_SHARDS, Block, Mark, Places, place_of
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed

# No shard begins more generations than this; a mark has so much space for them.
_GENERATIONS = 65_536
# By how DynamoDB writes a place: to read a sweep is to read as many of them as it has shards.
_BITS = {str(place): 1 << place for place in range(BLOCK_SHARDS)}


def dispatches_value(block: Block) -> dict[str, str]:
    """Return a block's dispatches as an attribute's value."""
    return text(dispatches_text(block.dispatches))


def done_value(places: Sequence[int]) -> dict[str, list[str]]:
    """Return the places of done shards as an attribute's value."""
    return {"NS": [str(place) for place in places]}


def mark_value(end: ShardEnd) -> dict[str, list[str]]:
    """Return the mark of an end that left points without a value, as an attribute's value: one number."""
    errors = end.errors if isinstance(end, ShardDone) else 0
    generation = min(end.generation, _GENERATIONS - 1)
    return {"NS": [str((errors * _GENERATIONS + generation) * BLOCK_SHARDS + place_of(end.number))]}


def read_block(item: Mapping[str, Any], now: float) -> Block:
    """Return the block of an item at a moment (seconds, UTC)."""
    return Block(
        number=int(item["sk"]["S"].removeprefix(BLOCKS)),
        dispatches=stored_dispatches(item.get("dispatches", {}).get("S", "")),
        done=_places(item),
        errors=tuple(_marks(item, "errors")),
        failed=tuple(_marks(item, "failed")),
        claimed="claim_until" in item and float(item["claim_until"]["N"]) > now,
    )


def _places(item: Mapping[str, Any]) -> Places:
    done = 0
    for digits in item.get("done", {}).get("NS", ()):
        done |= _BITS.get(digits, 0)
    return done


def _marks(item: Mapping[str, Any], name: str) -> Iterator[Mark]:
    for digits in item.get(name, {}).get("NS", ()):
        if digits.isdecimal():
            rest, place = divmod(int(digits), BLOCK_SHARDS)
            errors, generation = divmod(rest, _GENERATIONS)
            yield Mark(place, generation, errors)


def details(end: ShardEnd) -> tuple[str, str, Item]:
    """Return how an end changes the item of its shard: the update, its condition, and their values.

    An end of an earlier generation than that of the item changes nothing, nor does one with more errors.
    """
    if isinstance(end, ShardFailed):
        change = "SET failed_in = :in, reason = :reason, message = :message, attempts = :attempts"
        why: Item = {
            ":reason": text(end.reason.value),
            ":message": text(end.message),
            ":attempts": number(end.attempts),
        }
        return change, "attribute_not_exists(failed_in) OR failed_in <= :in", {":in": number(end.generation), **why}
    change = "SET errors_in = :in, kinds = :kinds, points = :points, errors = :errors"
    kinds = {"B": gzip.compress(kinds_text(end.kinds).encode(), mtime=0)}
    values: Item = {":kinds": kinds, ":points": number(end.values), ":errors": number(end.errors)}
    later = "errors_in < :in OR (errors_in = :in AND errors >= :errors)"
    return change, f"attribute_not_exists(errors_in) OR {later}", {":in": number(end.generation), **values}


def read_ends(item: Mapping[str, Any]) -> Iterator[ShardEnd]:
    """Yield the ends in the item of a shard; a damaged one is left out."""
    shard = int(item["sk"]["S"].removeprefix(SHARDS))
    with suppress(KeyError, ValueError, OSError, EOFError, zlib.error):
        kinds = stored_kinds(gzip.decompress(item["kinds"]["B"]).decode())
        values, errors = int(item["points"]["N"]), int(item["errors"]["N"])
        yield ShardDone(shard, values, errors, kinds, int(item["errors_in"]["N"]))
    with suppress(KeyError, ValueError):
        reason, message = Reason.read(item["reason"]["S"]), item["message"]["S"]
        yield ShardFailed(shard, reason, message, int(item["attempts"]["N"]), int(item["failed_in"]["N"]))
