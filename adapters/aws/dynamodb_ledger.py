"""The ledger in one DynamoDB table: the port `Ledger` on AWS.

No item is read, changed and written back: a write only adds, or the table itself checks its condition. Reads are
strongly consistent, but for what a worker looks at, for details of failures, and for the listing, which is an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Self

from adapters.aws.dynamodb_blocks import DynamoDbBlocks
from adapters.aws.dynamodb_calls import DynamoDbCalls
from adapters.aws.dynamodb_carry_over import carry_over
from adapters.aws.dynamodb_items import (
    LISTING,
    Item,
    damage_of,
    key_item,
    key_key,
    number,
    piece_keys,
    read_head,
    read_sweep,
    sweep_items,
    sweep_key,
)
from adapters.aws.dynamodb_spans import DynamoDbSpans, read_spans
from adapters.aws.dynamodb_table import DynamoDbTable
from application.ports.clock import Clock
from application.ports.ledger import KEY_IS_USED, HeadPage, Look
from domain.block import Block
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import DependencyUnavailable, SweepConflict, SweepNotFound
from domain.places import block_of
from domain.progress import History
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep, SweepHead

_INDEX = "by_creation"
# In seconds.
_HOUR = 3_600
_DAY = 24 * _HOUR
_NEW = "attribute_not_exists(pk)"
_EXISTS = "attribute_exists(pk)"


class DynamoDbLedger:
    """All sweeps of one deployment; each item expires `retention_days` after it was first written."""

    def __init__(
        self,
        calls: DynamoDbCalls,
        table: str,
        clock: Clock,
        retention_days: int,
        deadline: Deadline = no_deadline,
    ) -> None:
        """Use a table with the keys `pk` and `sk` and the index `by_creation`; no call outlasts the deadline."""
        self._settings = calls, table, clock, retention_days
        self._clock = clock
        self._retention = retention_days * _DAY
        self._table = DynamoDbTable(calls, table, clock, deadline)
        self._blocks = DynamoDbBlocks(self._table, clock, self._retention)
        self._spans = DynamoDbSpans(self._table, clock)

    def within(self, deadline: Deadline) -> Self:
        """Return this ledger for calls that fit a deadline."""
        return type(self)(*self._settings, deadline)

    def open(self, sweep: Sweep) -> Sweep:
        """Record the sweep unless its key is known, and return the recorded one; raises `SweepConflict`.

        The item of the key is written first. If it exists but its sweep does not, the first caller died or is still
        writing it: this one writes the sweep under the same id, as the request is the same. The key expires an hour
        before its sweep. Its condition looks at the time, because DynamoDB may delete an expired item days later.
        """
        now = {":now": number(int(self._clock.now()))}
        self._table.put(key_item(sweep), self._retention - _HOUR, f"{_NEW} OR expires_at <= :now", now)
        known = self._table.get(key_key(sweep.key)) or key_item(sweep)
        if known["digest"]["S"] != sweep.digest:
            raise SweepConflict(KEY_IS_USED)
        sweep_id = known["sweep_id"]["S"]
        if self._table.get(sweep_key(sweep_id)) is None:
            self._write_sweep(replace(sweep, id=sweep_id))
        return self.sweep(sweep_id)

    def sweep(self, sweep_id: str) -> Sweep:
        """Return a recorded sweep; raises `SweepNotFound`."""
        return self._read_sweep(self._item(sweep_id))

    def head(self, sweep_id: str) -> SweepHead:
        """Return a recorded sweep without its request; raises `SweepNotFound`."""
        return read_head(self._item(sweep_id))

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        """Return a page of sweeps, newest first; its `next` is the index key of the last sweep on it."""
        items, more = self._table.newest(_INDEX, LISTING, limit, after)
        return HeadPage(tuple(self._heads(items)), items[-1]["gsi_sk"]["S"] if more else None)

    def history(self, sweep_id: str) -> History:
        """Return what the ledger knows of a sweep's course; raises `SweepNotFound`."""
        item = self._item(sweep_id)
        head = read_head(item)
        assigned, undelivered = read_spans(item, self._clock.now())
        return History(head, "cancelled_at" in item, self._blocks.whole(head), assigned, undelivered)

    def blocks(self, sweep_id: str, numbers: range) -> Mapping[int, Block]:
        """Return the blocks among these of which anything is known."""
        return self._blocks.some(sweep_id, numbers)

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        """Claim a block for so many seconds, and return it; None if another owner has it."""
        return self._blocks.claim(sweep_id, number, owner, seconds)

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        """Record the block's dispatches and end the owner's claim, if it still has it."""
        self._blocks.record(sweep_id, block, owner)

    def release(self, sweep_id: str, number: int, owner: str) -> None:
        """End the owner's claim on a block, if it still has it."""
        self._blocks.release(sweep_id, number, owner)

    def assign(self, sweep_id: str, spans: Sequence[int], assignment: str, seconds: float) -> None:
        """Record that these spans are with dispatchers for so many seconds."""
        self._spans.assign(sweep_id, spans, assignment, seconds)

    def prolong(self, sweep_id: str, assignment: str, seconds: float) -> None:
        """Let what an assignment still has be with dispatchers for so many seconds from now."""
        self._spans.prolong(sweep_id, assignment, seconds)

    def is_assigned(self, sweep_id: str, span: int, assignment: str) -> bool:
        """Return whether an assignment still has a span, also after its time."""
        return self._spans.is_assigned(sweep_id, span, assignment)

    def settle(self, sweep_id: str, span: int, assignment: str, reason: Reason | None = None) -> None:
        """Take a span from an assignment, if that has it; `reason` says why it is undelivered."""
        self._spans.settle(sweep_id, span, assignment, reason)

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        """Record that a shard's results are stored."""
        self._blocks.mark(sweep_id, end)

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        """Record that a shard has ended without results."""
        self._blocks.mark(sweep_id, end)

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        """Yield the last end with errors and the last failure of each of these shards."""
        return self._blocks.ends(sweep_id, shards)

    def look(self, sweep_id: str, shard: int) -> Look:
        """Return whether the sweep is cancelled, and the shard's block; raises `SweepNotFound`.

        A dispatched shard has a block, so that there is no need to read the sweep's own item, which all workers share.
        """
        block, cancelled = self._blocks.look(sweep_id, shard)
        if block is None:
            item = self._table.get(sweep_key(sweep_id))
            if item is None:
                raise SweepNotFound(sweep_id)
            cancelled |= "cancelled_at" in item
        return Look(cancelled, block or Block(block_of(shard)))

    def cancel(self, sweep_id: str) -> None:
        """Ask workers and dispatchers to start no further shard; raises `SweepNotFound`.

        A caller that dies in between leaves a cancelled sweep of which workers may still run; the next call is whole.
        """
        head = read_head(self._item(sweep_id))
        now = {":now": number(self._clock.now())}
        if self._table.update(sweep_key(sweep_id), "SET cancelled_at = :now", now, _EXISTS) is None:
            raise SweepNotFound(sweep_id)
        self._blocks.close_gates(head)

    def _write_sweep(self, sweep: Sweep) -> None:
        own, pieces = sweep_items(sweep)
        for piece in pieces:
            self._table.put(piece, self._retention)
        self._table.put(own, self._retention, _NEW)

    def _heads(self, items: Sequence[Item]) -> Iterator[SweepHead]:
        """Yield the heads of listed sweeps, without those that are damaged, or of version 0.1 and not readable."""
        for item in items:
            with suppress(SweepNotFound, DependencyUnavailable):
                yield read_head(item) if "shards" in item else self._read_sweep(item).head

    def _read_sweep(self, item: Mapping[str, Any]) -> Sweep:
        """Return the sweep of an item; raises `SweepNotFound` if a piece of its request has expired before it."""
        with damage_of(item):
            found = [self._table.get(key) for key in piece_keys(item)]
            pieces = [piece["piece"]["B"] for piece in found if piece]
            if len(pieces) < len(found):
                raise SweepNotFound(item["id"]["S"])
            return read_sweep(item, pieces)

    def _item(self, sweep_id: str) -> Item:
        item = self._table.get(sweep_key(sweep_id))
        if item is None:
            raise SweepNotFound(sweep_id)
        if "layout" not in item:
            carry_over(self._blocks, self._read_sweep(item), cancelled="cancelled_at" in item)
            item = self._table.get(sweep_key(sweep_id)) or item
        return item
