"""An audit: what is wrong with the stored results of a sweep, as far as its plan and the results alone tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.plan import Plan
from domain.ranges import Ranges

# So many damaged objects are named with what is wrong with them.
_MOST_REASONS = 10


class Flaw(StrEnum):
    """What can be wrong; each value is the name of its finding."""

    NO_OBJECT = "missing_objects"  # of shards
    NO_LINE = "missing_points"  # of points whose shard has an object
    DOUBLE = "doubled_points"  # of points with more than one line
    DAMAGED_OBJECT = "damaged_objects"  # of shards whose lines cannot be read, or stand in another order
    DAMAGED_LINE = "damaged_points"  # of points whose line is no strict JSON, or has neither value, error nor skip
    OTHER_VERDICT = "misjudged_points"  # of points that the condition skips and the line does not, or the reverse
    OTHER_POINT = "foreign_points"  # of points whose line has another point than the plan
    OTHER_INDEX = "foreign_indices"  # of indices that are not the object's shard's
    NO_SHARD = "foreign_objects"  # of numbers of shards that the plan does not have

    @property
    def is_of_shards(self) -> bool:
        """Whether the finding names shards, and not points."""
        return self in {Flaw.NO_OBJECT, Flaw.DAMAGED_OBJECT, Flaw.NO_SHARD}


@dataclass(slots=True)
class Audit:
    """What an audit has found so far: by flaw, the shards or points that have it."""

    plan: Plan
    whole: int = 0  # points with exactly one line, which is right
    errors: int = 0  # those of them whose target raised an exception
    skipped: int = 0  # those of them that do not satisfy the condition
    flaws: dict[Flaw, Ranges] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)  # what is wrong with the first damaged objects, by shard

    def add(self, flaw: Flaw, start: int, stop: int | None = None) -> None:
        """Add a finding at a number, or at the numbers `start..stop-1`."""
        self.flaws.setdefault(flaw, Ranges()).add(start, start + 1 if stop is None else stop)

    def add_damaged(self, shard: int, reason: str) -> None:
        """Add an object of which no line counts."""
        self.add(Flaw.DAMAGED_OBJECT, shard)
        if len(self.reasons) < _MOST_REASONS:
            self.reasons[shard] = reason

    @property
    def is_whole(self) -> bool:
        """Whether every index has exactly one line, with the plan's point, and nothing is there beside."""
        return not self.flaws and self.whole == self.plan.size


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A point whose line is not the one that evaluating the point makes here."""

    index: int
    stored: str
    computed: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Points that were evaluated again: how many were compared, had no line, or differ; the first that differ."""

    compared: int = 0
    lacking: int = 0
    different: int = 0
    mismatches: Sequence[Mismatch] = ()


def points_of(plan: Plan, shards: Sequence[range]) -> Sequence[range]:
    """Return the points of ranges of shards."""
    return [range(plan.shard(one.start).start, plan.shard(one.stop - 1).stop) for one in shards]
