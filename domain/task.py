"""The task of one worker: everything it needs to evaluate one shard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from domain.designs.design import Design, Render
from domain.errors import InvalidSweep
from domain.keywords import given_keywords, offered_keywords
from domain.plan import Shard
from domain.space.existence import optional_names
from domain.space.scalars import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShardTask:
    """One shard of one sweep.

    Point 0 of `design` is point `first` of the sweep, as a worker may get a design of its own points alone.
    """

    sweep_id: str
    shard: Shard
    design: Design
    constants: dict[str, Json]
    target: str
    first: int = 0

    def __post_init__(self) -> None:
        """Refuse a shard of points that the design does not have."""
        if not self.first <= self.shard.start < self.shard.stop <= self.first + self.design.size:
            raise InvalidSweep.at("shard", "is not a range of the space's points")

    @property
    def keywords(self) -> tuple[str, ...]:
        """The names of the keyword arguments that the target is called with."""
        return given_keywords(self.design, self.constants)

    @property
    def offered(self) -> tuple[str, ...]:
        """The names of those that it is called with as well if its signature names them."""
        return offered_keywords(self.design)

    @property
    def indices(self) -> range:
        """The indices that the shard's points have in the design."""
        return range(self.shard.start - self.first, self.shard.stop - self.first)

    @property
    def optional(self) -> tuple[str, ...]:
        """The names of those that the target is not called with at every point."""
        return optional_names(self.design.parameters)

    def walk(self, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the shard's points in order, each a tuple of `render(name, value)`."""
        return self.design.walk(self.indices.start, self.indices.stop, render)
