"""Reading the blocks of a sweep in order, from one shard on, for as long as a caller wants more."""

from __future__ import annotations

from collections.abc import Iterator

from application.ports.ledger import Ledger
from domain.block import Block, block_of, blocks_of
from domain.sweep import SweepHead

# In blocks. A page of a thousand shards is in the first read, unless few of the shards are wanted.
_FIRST_READ, _FURTHER_READ = 9, 100


def walk_blocks(ledger: Ledger, head: SweepHead, first: int) -> Iterator[Block]:
    """Yield the sweep's blocks from that of shard `first` on, the ones of which the ledger knows nothing included."""
    numbers = blocks_of(head.plan)[block_of(first) :]
    start, count = 0, _FIRST_READ
    while chosen := numbers[start : start + count]:
        known = ledger.blocks(head.id, chosen)
        yield from (known.get(number) or Block(number) for number in chosen)
        start, count = start + count, _FURTHER_READ
