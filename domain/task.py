"""The task of one worker: everything it needs to evaluate one shard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from domain.designs.design import Design, Render
from domain.designs.judged import Judged
from domain.errors import InvalidSweep
from domain.keywords import given_keywords, offered_keywords
from domain.plan import Shard
from domain.space.existence import optional_names
from domain.space.scalars import Json

if TYPE_CHECKING:
    from domain.conditions.condition import Condition, Verdict

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShardTask:
    """One shard of one sweep.

    Point 0 of `design` is point `first` of the sweep, as a worker may get a design of its own points alone. A point
    that does not satisfy `where` is skipped. Of points of the sweep `extends` that have a value, the value is kept.
    """

    sweep_id: str
    shard: Shard
    design: Design
    constants: dict[str, Json]
    target: str
    first: int = 0
    where: Condition | None = None
    extends: str | None = None

    def __post_init__(self) -> None:
        """Refuse a shard of points that the design does not have."""
        if not self.first <= self.shard.start < self.shard.stop <= self.first + self.design.size:
            raise InvalidSweep.at("shard", "is not a range of the space's points")

    def constrained(self, where: str | None) -> ShardTask:
        """Return the task with a condition that its points must satisfy, if there is one; raises `InvalidSweep`.

        A shard's own points may have fewer kinds of values than all points, for which the condition makes sense.
        """
        if where is None:
            return self
        from domain.conditions.condition import Condition  # noqa: PLC0415 - only a task with a condition waits for it
        from domain.designs.point_kinds import any_kinds, kinds_of_points  # noqa: PLC0415 - likewise

        kinds = kinds_of_points(self.design) if self.design.travels_whole else any_kinds(self.design)
        return replace(self, where=Condition.parse(where, kinds, self.constants))

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

    def verdicts(self) -> Iterator[Verdict]:
        """Yield for each point, in order, whether it satisfies the condition, or why that has no answer."""
        return Judged(self.design, self.where).verdicts(self.indices.start, self.indices.stop)
