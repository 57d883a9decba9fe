"""The blocks of sweeps in the ledger's table: claims, dispatches, marks of shards, gates of cancelled sweeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from adapters.aws.dynamodb_items import (
    BLOCKS,
    Item,
    block_key,
    gate_key,
    marks_partition,
    marks_partitions,
    number,
    shard_key,
    text,
)
from adapters.aws.dynamodb_marks import details, dispatches_value, done_value, mark_value, read_block, read_ends
from adapters.aws.dynamodb_table import DynamoDbTable
from application.ports.clock import Clock
from domain.block import Block, block_of, place_of
from domain.dispatch_policy import Deadline
from domain.sweep import ShardDone, ShardEnd, SweepHead

T = TypeVar("T")
U = TypeVar("U")

# As many calls at once as the client has connections.
_AT_ONCE = 10
# DynamoDB returns so many items by key at once.
_KEYS_A_READ = 100
_OURS = "claim_owner = :owner"
_FREE = f"attribute_not_exists(claim_until) OR claim_until <= :now OR {_OURS}"
_KEPT = "expires_at = if_not_exists(expires_at, :expires)"


@dataclass(frozen=True, slots=True)
class DynamoDbBlocks:
    """All blocks of one table; each item expires `retention` seconds after it was first written."""

    table: DynamoDbTable
    clock: Clock
    retention: int

    def within(self, deadline: Deadline) -> DynamoDbBlocks:
        """Return the blocks for calls that fit another deadline."""
        return DynamoDbBlocks(self.table.within(deadline), self.clock, self.retention)

    def all(self, head: SweepHead) -> dict[int, Block]:
        """Return every block of a sweep that has an item."""

        def read(partition: str) -> dict[int, Block]:
            return self._read(self.table.query(partition, BLOCKS))

        parts = _at_once(read, marks_partitions(head))
        return {number: block for part in parts for number, block in part.items()}

    def some(self, sweep_id: str, numbers: range) -> dict[int, Block]:
        """Return the blocks among these that have an item."""
        keys = [block_key(sweep_id, block) for block in numbers]
        return self._read(iter(self._by_keys(keys, consistent=True)))

    def claim(self, sweep_id: str, block: int, owner: str, seconds: float) -> Block | None:
        """Claim a block for so many seconds, and return it; None if another owner has it."""
        now = self.clock.now()
        values = {":owner": text(owner), ":until": number(now + seconds), ":now": number(now), **self._expires()}
        change = f"SET claim_owner = :owner, claim_until = :until, {_KEPT}"
        item = self.table.update(block_key(sweep_id, block), change, values, _FREE)
        return None if item is None else read_block(item, now)

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        """Record the block's dispatches and end the owner's claim, if it still has it."""
        values = {":owner": text(owner), ":dispatches": dispatches_value(block)}
        change = "SET dispatches = :dispatches REMOVE claim_owner, claim_until"
        self.table.update(block_key(sweep_id, block.number), change, values, _OURS)

    def release(self, sweep_id: str, block: int, owner: str) -> None:
        """End the owner's claim, if it still has it."""
        change = "REMOVE claim_owner, claim_until"
        self.table.update(block_key(sweep_id, block), change, {":owner": text(owner)}, _OURS)

    def mark(self, sweep_id: str, end: ShardEnd) -> None:
        """Add an end to the shard's block; before it, where points have no value, say why in the shard's own item."""
        if isinstance(end, ShardDone) and not end.errors:
            self.add_done(sweep_id, block_of(end.number), [place_of(end.number)])
            return
        change, condition, values = details(end)
        values |= self._expires()
        self.table.update(shard_key(sweep_id, end.number), f"{change}, {_KEPT}", values, condition)
        name = "errors" if isinstance(end, ShardDone) else "failed"
        change = f"ADD {name} :mark SET {_KEPT}"
        values = {":mark": mark_value(end), **self._expires()}
        self.table.update(block_key(sweep_id, block_of(end.number)), change, values)

    def add_done(self, sweep_id: str, block: int, places: Sequence[int]) -> None:
        """Add done shards to their block: one write unit, and the same once more changes nothing."""
        values = {":places": done_value(places), **self._expires()}
        self.table.update(block_key(sweep_id, block), f"ADD done :places SET {_KEPT}", values)

    def set_dispatches(self, sweep_id: str, block: Block) -> None:
        """Record the dispatches of a block that has none."""
        values = {":dispatches": dispatches_value(block), **self._expires()}
        change = f"SET dispatches = :dispatches, {_KEPT}"
        self.table.update(block_key(sweep_id, block.number), change, values, "attribute_not_exists(dispatches)")

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        """Yield what is known of why these shards have points without a value."""
        keys = [shard_key(sweep_id, shard) for shard in shards]
        for item in self._by_keys(keys, consistent=False):
            yield from read_ends(item)

    def look(self, sweep_id: str, shard: int) -> tuple[Block | None, bool]:
        """Return the block of a shard, if it has an item, and whether its gate is closed: one read unit together."""
        block = block_of(shard)
        keys = [block_key(sweep_id, block), gate_key(marks_partition(sweep_id, block))]
        found = {item["sk"]["S"]: item for item in self.table.get_many(keys, consistent=False)}
        item = found.get(keys[0]["sk"]["S"])
        return read_block(item, self.clock.now()) if item else None, keys[1]["sk"]["S"] in found

    def close_gates(self, head: SweepHead) -> None:
        """Tell the workers of every block that the sweep is cancelled."""

        def close(partition: str) -> None:
            self.table.put(gate_key(partition), self.retention)

        _at_once(close, marks_partitions(head))

    def _by_keys(self, keys: Sequence[Item], *, consistent: bool) -> list[Item]:
        batches = [keys[start : start + _KEYS_A_READ] for start in range(0, len(keys), _KEYS_A_READ)]
        found = _at_once(lambda batch: self.table.get_many(batch, consistent=consistent), batches)
        return [item for items in found for item in items]

    def _read(self, items: Iterator[Item]) -> dict[int, Block]:
        now = self.clock.now()
        return {block.number: block for block in (read_block(item, now) for item in items)}

    def _expires(self) -> Mapping[str, dict[str, str]]:
        return {":expires": self.table.expiry(self.retention)}


def _at_once(call: Callable[[T], U], arguments: Sequence[T]) -> list[U]:
    """Call with each argument, many at once, and return the results in order; a single call needs no thread."""
    if len(arguments) <= 1:
        return [call(argument) for argument in arguments]
    with ThreadPoolExecutor(min(_AT_ONCE, len(arguments))) as pool:
        return list(pool.map(call, arguments))
