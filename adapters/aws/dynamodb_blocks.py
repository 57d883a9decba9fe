"""The blocks of sweeps in the ledger's table: claims, dispatches, marks of shards, gates of cancelled sweeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from adapters.aws.dynamodb_items import (
    Item,
    block_key,
    gate_key,
    marks_partition,
    marks_partitions,
    number,
    shard_key,
    shard_of,
    sort_key_of_block,
    text,
)
from adapters.aws.dynamodb_marks import details, dispatches_value, mark_values, read_block, read_ends
from adapters.aws.dynamodb_old_items import old_shard_key, read_old_end
from adapters.aws.dynamodb_table import DynamoDbTable
from adapters.machine.background import ThreadedBackground
from application.ports.clock import Clock
from domain.block import Block
from domain.dispatch_policy import Deadline
from domain.places import block_of, blocks_of
from domain.sweep import ShardEnd, ShardFailed, SweepHead

T = TypeVar("T")
U = TypeVar("U")

# As many calls at once as the client has connections.
_AT_ONCE = 10
# DynamoDB returns so many items by key at once.
_KEYS_A_READ = 100
_OURS = "claim_owner = :owner"
# A damaged claim, whose end is no number, is none.
_IS_OVER = "attribute_not_exists(claim_until) OR NOT attribute_type(claim_until, :number) OR claim_until <= :now"
_FREE = f"{_IS_OVER} OR {_OURS}"
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

    def whole(self, head: SweepHead) -> dict[int, Block]:
        """Return every block of a sweep that has an item."""
        return self._between(head.id, blocks_of(head.plan))

    def some(self, sweep_id: str, numbers: range) -> dict[int, Block]:
        """Return the blocks among these that have an item: a few by their keys, many by queries."""
        if len(numbers) > _KEYS_A_READ:
            return self._between(sweep_id, numbers)
        keys = [block_key(sweep_id, block) for block in numbers]
        return self._read(iter(self._by_keys(keys)))

    def _between(self, sweep_id: str, numbers: range) -> dict[int, Block]:
        def read(partition: str) -> dict[int, Block]:
            return self._read(
                self.table.query(partition, *(sort_key_of_block(one) for one in (numbers[0], numbers[-1])))
            )

        parts = at_once(read, marks_partitions(sweep_id, numbers))
        return {number: block for part in parts for number, block in part.items()}

    def claim(self, sweep_id: str, block: int, owner: str, seconds: float) -> Block | None:
        """Claim a block for so many seconds, and return it; None if another owner has it."""
        now = self.clock.now()
        values = {":owner": text(owner), ":until": number(now + seconds), ":now": number(now), ":number": text("N")}
        change = f"SET claim_owner = :owner, claim_until = :until, {_KEPT}"
        item = self.table.update(block_key(sweep_id, block), change, values | self._expires(), _FREE, returns="ALL_NEW")
        return None if item is None else read_block(item, now)

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        """Record the block's dispatches and end the owner's claim, if it still has it; remove marks that are over."""
        change = "SET dispatches = :dispatches REMOVE claim_owner, claim_until"
        values: dict[str, Any] = {":owner": text(owner), ":dispatches": dispatches_value(block)}
        over = mark_values(block.superseded())
        if over:
            change += " DELETE " + ", ".join(f"{name} :{name}" for name in over)
        values |= {f":{name}": numbers for name, numbers in over.items()}
        self.table.update(block_key(sweep_id, block.number), change, values, _OURS)

    def release(self, sweep_id: str, block: int, owner: str) -> None:
        """End the owner's claim, if it still has it."""
        change = "REMOVE claim_owner, claim_until"
        self.table.update(block_key(sweep_id, block), change, {":owner": text(owner)}, _OURS)

    def mark(self, sweep_id: str, end: ShardEnd) -> None:
        """Add an end to the shard's block; before it, where points have no value, say why in the shard's own item."""
        if isinstance(end, ShardFailed) or end.errors:
            change, condition, values = details(end)
            values |= self._expires()
            self.table.update(shard_key(sweep_id, end.number), f"{change}, {_KEPT}", values, condition)
        self.add(sweep_id, Block(block_of(end.number)).ended(end))

    def add(self, sweep_id: str, block: Block) -> None:
        """Add marks to a block: one write unit for a done shard, and the same once more changes nothing."""
        marks = mark_values(block)
        change = "ADD " + ", ".join(f"{name} :{name}" for name in marks)
        values: dict[str, Any] = {f":{name}": numbers for name, numbers in marks.items()}
        self.table.update(block_key(sweep_id, block.number), f"{change} SET {_KEPT}", values | self._expires())

    def set_dispatches(self, sweep_id: str, block: Block) -> None:
        """Record the dispatches of a block that has none."""
        values = {":dispatches": dispatches_value(block), **self._expires()}
        change = f"SET dispatches = :dispatches, {_KEPT}"
        self.table.update(block_key(sweep_id, block.number), change, values, "attribute_not_exists(dispatches)")

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        """Yield what is known of why these shards have points without a value."""
        unknown = set(shards)
        for item in self._by_keys([shard_key(sweep_id, shard) for shard in shards]):
            unknown.discard(shard_of(item))
            yield from read_ends(item)
        # A sweep of version 0.1 has them where that version wrote them.
        for item in self._by_keys([old_shard_key(sweep_id, shard) for shard in sorted(unknown)]):
            yield from (end for end in read_old_end(item) if isinstance(end, ShardFailed) or end.errors)

    def look(self, sweep_id: str, shard: int) -> tuple[Block | None, bool]:
        """Return the block of a shard, if it has an item, and whether its gate is closed: one read unit together."""
        block = block_of(shard)
        keys = [block_key(sweep_id, block), gate_key(marks_partition(sweep_id, block))]
        found = {item["sk"]["S"]: item for item in self.table.get_many(keys, consistent=False)}
        item = found.get(keys[0]["sk"]["S"])
        blocks = self._read(iter([item] if item else []))
        return blocks.get(block), keys[1]["sk"]["S"] in found

    def close_gates(self, head: SweepHead) -> None:
        """Tell the workers of every block that the sweep is cancelled."""

        def close(partition: str) -> None:
            self.table.put(gate_key(partition), self.retention)

        at_once(close, marks_partitions(head.id, blocks_of(head.plan)))

    def _by_keys(self, keys: Sequence[Item]) -> list[Item]:
        batches = [keys[start : start + _KEYS_A_READ] for start in range(0, len(keys), _KEYS_A_READ)]
        found = at_once(lambda batch: self.table.get_many(batch, consistent=True), batches)
        return [item for items in found for item in items]

    def _read(self, items: Iterator[Item]) -> dict[int, Block]:
        now = self.clock.now()
        found: dict[int, Block] = {}
        for item in items:
            # One that is damaged counts as none.
            with suppress(ValueError, AttributeError):
                block = read_block(item, now)
                found[block.number] = block
        return found

    def _expires(self) -> dict[str, dict[str, str]]:
        return {":expires": self.table.expiry(self.retention)}


def at_once(call: Callable[[T], U], arguments: Sequence[T]) -> list[U]:
    """Call with each argument, many at once, and return the results in order; a single call needs no thread."""
    if len(arguments) <= 1:
        return [call(argument) for argument in arguments]
    with ThreadedBackground(_AT_ONCE) as background:
        pending = [background.begin(partial(call, argument)) for argument in arguments]
        return [one.result() for one in pending]
