"""Carrying over the sweeps of version 0.1, whose shards had an item each, and whose outcomes were in pages.

It only adds to blocks, two writes a block, so two callers may do it at once, and a caller after one that died begins
again. Why shards failed stays where it was.
"""

from __future__ import annotations

from adapters.aws.dynamodb_blocks import DynamoDbBlocks, at_once
from adapters.aws.dynamodb_items import SHARDS, plan_attributes, sweep_key, sweep_partition
from adapters.aws.dynamodb_old_items import OUTCOMES, read_old_end, read_old_page
from domain.block import Block
from domain.dispatch import Outcome
from domain.places import block_of
from domain.sweep import Sweep


def carry_over(blocks: DynamoDbBlocks, sweep: Sweep, *, cancelled: bool) -> None:
    """Write what version 0.1 knew of a sweep into blocks, and mark the sweep's item as one of this version."""
    partition = sweep_partition(sweep.id)
    known: dict[int, Block] = {}
    ended = 0
    shards = range(sweep.plan.shards)
    for item in blocks.table.query(partition, SHARDS, _last(SHARDS)):
        # What is damaged, so of no shard of the sweep, would make a block beyond the plan.
        for end in (end for end in read_old_end(item) if end.number in shards):
            number = block_of(end.number)
            known[number] = known.get(number, Block(number)).ended(end)
            ended += 1
    outcomes: dict[int, list[Outcome]] = {}
    for item in blocks.table.query(partition, OUTCOMES, _last(OUTCOMES)):
        for outcome in (one for one in read_old_page(item) if one.shard in shards):
            outcomes.setdefault(block_of(outcome.shard), []).append(outcome)
    for number, found in outcomes.items():
        known[number] = known.get(number, Block(number)).after(found, sweep.created_at)

    def write(block: Block) -> None:
        if block.dispatches:
            blocks.set_dispatches(sweep.id, block)
        if block.done or block.errors or block.failed:
            blocks.add(sweep.id, block)

    at_once(write, list(known.values()))
    _mark_carried(blocks, sweep, cancelled=cancelled and ended < sweep.plan.shards, was_cancelled=cancelled)


def _mark_carried(blocks: DynamoDbBlocks, sweep: Sweep, *, cancelled: bool, was_cancelled: bool) -> None:
    """Mark the sweep's item; a sweep that was cancelled after its end, and could never be retried, is not cancelled."""
    change = "SET layout = :layout, points = :points, shards = :shards"
    if cancelled:
        blocks.close_gates(sweep.head)
    elif was_cancelled:
        change = f"{change} REMOVE cancelled_at"
    values = {f":{name}": value for name, value in plan_attributes(sweep.plan).items()}
    blocks.table.update(sweep_key(sweep.id), change, values, "attribute_exists(pk)")


def _last(prefix: str) -> str:
    """Return a sort key beyond all that begin with a prefix."""
    return f"{prefix}~"
