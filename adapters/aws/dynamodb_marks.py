"""Blocks and the ends of shards as attributes of items: what a dispatcher and a worker write, and a reader decides.

A mark is one number, so that a set of marks grows by `ADD`: that needs no condition, and the same mark once more
changes nothing. An entry that is damaged counts as none.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from adapters.aws.dynamodb_items import BLOCKS, Item, number, shard_of, text
from adapters.documents.ledger_entries import dispatches_text, kinds_text, stored_dispatches, stored_kinds
from domain.block import Block
from domain.places import BLOCK_SHARDS, Places, places
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed

# No shard begins more generations than this; a mark has so much space for them.
_GENERATIONS = 65_536
# By how DynamoDB writes a place: to read a sweep is to read as many of them as it has shards.
_BITS = {str(place): 1 << place for place in range(BLOCK_SHARDS)}


def dispatches_value(block: Block) -> dict[str, str]:
    """Return a block's dispatches as an attribute's value."""
    return text(dispatches_text(block.dispatches))


def mark_values(block: Block) -> dict[str, dict[str, list[str]]]:
    """Return the marks of a block as values of `done`, `errors`, `failed` and `skipped`, without the empty ones."""
    failed = (_number(place, generation) for generation, chosen in block.failed.items() for place in places(chosen))
    errors = (_number(*mark) for mark in _errors(block))
    skipped = (str(points * BLOCK_SHARDS + place) for place, points in block.skipped.items())
    sets = {"done": map(str, places(block.done)), "errors": errors, "failed": failed, "skipped": skipped}
    values = {name: list(numbers) for name, numbers in sets.items()}
    return {name: {"NS": numbers} for name, numbers in values.items() if numbers}


def read_block(item: Mapping[str, Any], now: float) -> Block:
    """Return the block of an item at a moment (seconds, UTC); raises `ValueError` for one that is no block's."""
    return Block(
        number=int(item["sk"]["S"].removeprefix(BLOCKS)),
        dispatches=stored_dispatches(item.get("dispatches", {}).get("S", "")),
        done=_done(item),
        errors=_read_errors(item),
        failed=_read_failed(item),
        claimed=float(item.get("claim_until", {}).get("N", "0")) > now,
        skipped=_read_skipped(item),
    )


def _number(place: int, generation: int, errors: int = 0) -> str:
    return str((errors * _GENERATIONS + min(generation, _GENERATIONS - 1)) * BLOCK_SHARDS + place)


def _errors(block: Block) -> Iterator[tuple[int, int, int]]:
    """Yield place, generation and number of points of each mark with errors."""
    for generation, marks in block.errors.items():
        yield from ((place, generation, lacking) for place, lacking in marks.items())


def _done(item: Mapping[str, Any]) -> Places:
    done = 0
    for digits in item.get("done", {}).get("NS", ()):
        done |= _BITS.get(digits, 0)
    return done


def _read_failed(item: Mapping[str, Any]) -> dict[int, Places]:
    failed: dict[int, Places] = {}
    for mark in _marks(item, "failed"):
        generation, place = divmod(mark, BLOCK_SHARDS)
        if generation >= _GENERATIONS:
            continue  # damage: no later failure would ever count
        failed[generation] = failed.get(generation, 0) | 1 << place
    return failed


def _read_errors(item: Mapping[str, Any]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {}
    for mark in _marks(item, "errors"):
        rest, place = divmod(mark, BLOCK_SHARDS)
        errors, generation = divmod(rest, _GENERATIONS)
        marks = found.setdefault(generation, {})
        # Of two ends of one generation, the one with fewer errors counts.
        marks[place] = min(errors, marks.get(place, errors))
    return found


def _read_skipped(item: Mapping[str, Any]) -> dict[int, int]:
    skipped: dict[int, int] = {}
    for mark in _marks(item, "skipped"):
        points, place = divmod(mark, BLOCK_SHARDS)
        # Of two counts of one shard, which is damage, the smaller one counts.
        skipped[place] = min(points, skipped.get(place, points))
    return skipped


def _marks(item: Mapping[str, Any], name: str) -> Iterator[int]:
    return (int(digits) for digits in item.get(name, {}).get("NS", ()) if digits.isdecimal())


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
    if end.skipped:
        change += ", skipped = :skipped"
        values[":skipped"] = number(end.skipped)
    later = "errors_in < :in OR (errors_in = :in AND errors >= :errors)"
    return change, f"attribute_not_exists(errors_in) OR {later}", {":in": number(end.generation), **values}


def read_ends(item: Mapping[str, Any]) -> Iterator[ShardEnd]:
    """Yield the ends in the item of a shard; a damaged one is left out."""
    shard = shard_of(item)
    with suppress(KeyError, ValueError, TypeError, OSError, EOFError, zlib.error):
        kinds = stored_kinds(gzip.decompress(item["kinds"]["B"]).decode())
        values, errors = int(item["points"]["N"]), int(item["errors"]["N"])
        skipped = int(item.get("skipped", {}).get("N", "0"))
        yield ShardDone(shard, values, errors, kinds, int(item["errors_in"]["N"]), skipped)
    with suppress(KeyError, ValueError, TypeError):
        reason, message = Reason.read(item["reason"]["S"]), item["message"]["S"]
        yield ShardFailed(shard, reason, message, int(item["attempts"]["N"]), int(item["failed_in"]["N"]))
