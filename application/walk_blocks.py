"""Reading the blocks of a sweep in order, from one shard on, for as long as a caller wants more."""

from __future__ import annotations

from collections.abc import Iterator

from application.ports.ledger import Ledger
from domain.block import Block
from domain.places import block_of, blocks_of
from domain.sweep import SweepHead

# How many blocks the first reads take. A page of a thousand shards is in the first one, unless few shards are wanted.
_FIRST_READS = (9, 100)


def walk_blocks(ledger: Ledger, head: SweepHead, first: int) -> Iterator[Block]:
    """Yield the sweep's blocks from that of shard `first` on, the ones of which the ledger knows nothing included."""
    rest = blocks_of(head.plan)[block_of(first) :]
    # A ledger reads all of the rest at once for less than in so many parts.
    for count in (*_FIRST_READS, len(rest)):
        chosen, rest = rest[:count], rest[count:]
        known = ledger.blocks(head.id, chosen) if chosen else {}
        yield from (known.get(number) or Block(number) for number in chosen)
