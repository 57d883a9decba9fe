"""The task of one worker: everything it needs to evaluate one shard."""

from __future__ import annotations

from dataclasses import dataclass

from domain.designs.design import Design
from domain.plan import Shard
from domain.space.scalars import Json


@dataclass(frozen=True, slots=True)
class ShardTask:
    """One shard of one sweep, with a design that knows at least the shard's own points."""

    sweep_id: str
    shard: Shard
    design: Design
    constants: dict[str, Json]
    target: str
