"""Places: where a shard is in its block. A set of shards of a block is an integer, whose bit n stands for place n."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from domain.plan import Plan

# A ledger keeps a block in one small item, which a dispatcher claims as a whole.
BLOCK_SHARDS = 128

# A set of places of a block, as bits.
Places: TypeAlias = int


def block_of(shard: int) -> int:
    """Return the number of the block that holds a shard."""
    return shard // BLOCK_SHARDS


def place_of(shard: int) -> int:
    """Return a shard's place in its block, in `0..127`."""
    return shard % BLOCK_SHARDS


def blocks_of(plan: Plan) -> range:
    """Return the numbers of the blocks of a plan."""
    return range(-(-plan.shards // BLOCK_SHARDS))


def places(chosen: Places) -> Iterator[int]:
    """Yield the places of a set, in order."""
    while chosen:
        lowest = chosen & -chosen
        yield lowest.bit_length() - 1
        chosen ^= lowest
