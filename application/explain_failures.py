"""Use case: explain why points failed, by the rules over the parameters that describe them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from application.ports.result_objects import ResultObjects
from application.walk_results import WalkResults
from domain.designs.design import Point
from domain.explanation import Condition, RuleSearch, Tightest, cause_of
from domain.ranges import Ranges
from domain.request import SweepRequest
from domain.space.scalars import Scalar
from domain.sweep import PointError

# A rule is searched for so many causes, those that cost the most points.
MOST_CAUSES = 20
# So many causes are told apart, those that occur first. Points that fail for a further one are counted, no more.
MOST_KNOWN = 200

# Called after each reading of a result object. Each is read twice.
OnRead: TypeAlias = Callable[[], None]
# The type and the message of an exception, as `cause_of` has it.
Cause: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Explained:
    """The points that failed for one cause: how many, the first of them, and the rule that describes exactly them.

    Without a rule of at most three conditions, `rule` is None; it has no condition where all points failed so.
    `is_varied` says that messages of other points have other numbers.
    """

    first: PointError
    points: int
    is_varied: bool
    point: Point
    rule: tuple[Condition, ...] | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why points failed, of those that have a result: the causes that cost the most points come first.

    `further` counts the points that failed for other causes, `unread` the shards whose objects could not be read to
    their end.
    """

    points: int
    failed: int
    causes: tuple[Explained, ...]
    further: int
    unread: Ranges


@dataclass(slots=True)
class _Known:
    """What the points of one cause have in common."""

    first: PointError
    tightest: list[Tightest]
    points: int = 0
    is_varied: bool = False

    def add(self, point: Sequence[Scalar], error: PointError) -> None:
        self.points += 1
        self.is_varied |= error.message != self.first.message
        for tightest, value in zip(self.tightest, point, strict=True):
            tightest.add(value)


@dataclass(slots=True)
class _Reading:
    """What the first reading learns."""

    points: int = 0
    failed: int = 0
    known: dict[Cause, _Known] = field(default_factory=dict)
    unread: Ranges = field(default_factory=Ranges)


@dataclass(frozen=True, slots=True)
class ExplainFailures:
    """Reads the results twice: first what the points of each cause have in common, then what all others lack of it."""

    objects: ResultObjects

    def __call__(self, request: SweepRequest, paths: Sequence[str], on_read: OnRead) -> Explanation:
        """Return why points failed, from the result objects at these paths; raises `DependencyUnavailable`."""
        walk = WalkResults(self.objects, request, paths)
        reading = _first_reading(walk, on_read)
        most = sorted(reading.known.items(), key=lambda item: -item[1].points)[:MOST_CAUSES]
        search = _second_reading(walk, dict(most), on_read)
        causes = tuple(
            Explained(
                known.first, known.points, known.is_varied, request.design.point(known.first.index), search.rule(number)
            )
            for number, (_, known) in enumerate(most)
        )
        further = reading.failed - sum(cause.points for cause in causes)
        return Explanation(reading.points, reading.failed, causes, further, reading.unread)


def _first_reading(walk: WalkResults, on_read: OnRead) -> _Reading:
    names = walk.request.design.names
    reading = _Reading()
    points = walk(lambda _, value: value, on_read, lambda shard: reading.unread.add(shard, shard + 1))
    for _, point, error in points:
        reading.points += 1
        if error is None:
            continue
        reading.failed += 1
        known = reading.known.get(_cause(error))
        if known is None and len(reading.known) < MOST_KNOWN:
            known = reading.known[_cause(error)] = _Known(error, [Tightest(name) for name in names])
        if known:
            known.add(point, error)
    return reading


def _second_reading(walk: WalkResults, chosen: Mapping[Cause, _Known], on_read: OnRead) -> RuleSearch:
    """Return the search for the rules of these causes, after all points; without a cause nothing is read."""
    search = RuleSearch(walk.request.design.names, [known.tightest for known in chosen.values()])
    numbers = {cause: number for number, cause in enumerate(chosen)}
    for _, parts, error in walk(search.part, on_read, _note_nothing) if chosen else ():
        search.add(sum(parts), numbers.get(_cause(error)) if error else None)
    return search


def _cause(error: PointError) -> Cause:
    return error.type, cause_of(error.message)


def _note_nothing(_: int) -> None:
    """The first reading has told already."""
