"""Spans: ranges of consecutive blocks, each of which one dispatcher can take over from the parent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.places import BLOCK_SHARDS, blocks_of
from domain.plan import Plan

# 4,096 shards: what one dispatcher sends in a small part of its time. So it bears slow answers and further attempts, a
# million shards need no more dispatchers than Lambda starts at once, and one that is lost is a small part of its sweep.
SPAN_BLOCKS = 32
SPAN_SHARDS = SPAN_BLOCKS * BLOCK_SHARDS


@dataclass(frozen=True, slots=True)
class Span:
    """A range of blocks, and its number. A span is never dispatched anew as such: its shards have generations."""

    number: int
    blocks: range
    generation: int = 0


def span_of(block: int) -> int:
    """Return the number of the span that holds a block."""
    return block // SPAN_BLOCKS


def spans_of(plan: Plan) -> Iterator[Span]:
    """Yield the spans of a plan in order: disjoint, and together all of its blocks."""
    blocks = blocks_of(plan)
    for number, first in enumerate(range(0, len(blocks), SPAN_BLOCKS)):
        yield Span(number, blocks[first : first + SPAN_BLOCKS])
