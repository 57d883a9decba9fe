"""The points of a design beside what a condition says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

from domain.designs.design import Design
from domain.designs.whole import walk_whole

if TYPE_CHECKING:
    from domain.conditions.condition import Condition, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A design, and the condition that its points must satisfy, if there is one.

    To the condition, a parameter that does not exist at a point is null there.
    """

    design: Design
    where: Condition | None = None

    def verdicts(self, start: int, stop: int) -> Iterator[Verdict]:
        """Yield whether each of the points `start..stop-1` satisfies the condition, or why that has no answer."""
        if self.where is None:
            verdict: Verdict = True
            return repeat(verdict, stop - start)
        return self.where.verdicts(self.design.names, walk_whole(self.design, start, stop, lambda _, value: value))
