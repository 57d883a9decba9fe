"""In which order the shards of a sweep start. Results are in the plan's order either way."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from domain.places import blocks_of
from domain.plan import Plan, Shard
from domain.spans import SPAN_BLOCKS, Span, spans_of
from domain.spread import Spread


class DispatchOrder(StrEnum):
    """The order of dispatch.

    Blocks are claimed one by one, and those of one round are dispatched together. In the order of the plan a round is a
    block. In spread order it is 32 blocks, so that the shards of as many blocks can alternate: all of a sweep of up to
    4,096 shards or of a span; of a larger sweep, blocks that are themselves spread over it.
    """

    PLAN = "plan"  # by their numbers
    SPREAD = "spread"  # so that those that have started are evenly distributed over the sweep at any moment

    @property
    def round_blocks(self) -> int:
        """How many blocks are dispatched together: as many as a span has, unless they go one after another."""
        return SPAN_BLOCKS if self is DispatchOrder.SPREAD else 1

    def blocks(self, plan: Plan, numbers: Iterable[int]) -> list[int]:
        """Return the numbers of blocks of a plan in the order in which they are claimed."""
        if self is DispatchOrder.PLAN:
            return list(numbers)
        return sorted(numbers, key=Spread(len(blocks_of(plan))).rank)

    def shards(self, plan: Plan, shards: Iterable[Shard]) -> list[Shard]:
        """Return shards of one round in the order in which they are dispatched."""
        if self is DispatchOrder.PLAN:
            return list(shards)
        # The rank in the whole sweep: what a dispatch leaves keeps its order in the next one, and spans that are
        # dispatched side by side are together as even as the whole.
        rank = Spread(plan.shards).rank
        return sorted(shards, key=lambda shard: rank(shard.number))

    def spans(self, plan: Plan) -> list[Span]:
        """Return the spans of a plan in the order in which they are assigned to dispatchers."""
        spans = list(spans_of(plan))
        if self is DispatchOrder.PLAN:
            return spans
        rank = Spread(len(spans)).rank
        return sorted(spans, key=lambda span: rank(span.number))
