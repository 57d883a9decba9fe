"""Failures: why points have no value, shard by shard and grouped by cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.plan import Plan
from domain.reasons import Reason
from domain.sweep import ShardEnd, ShardFailed

_FURTHER = "errors of further kinds; the results have each of them"


@dataclass(frozen=True, slots=True)
class Failure:
    """Points of one shard that have no value, for one cause."""

    shard: int
    points: int
    reason: str  # a failed shard's reason, or the type of the exception
    message: str
    attempts: int = 1  # how often workers ran the shard, at least: of an earlier dispatch one is known
    index: int | None = None  # the first of the points, if the target raised an exception there
    places: tuple[str, ...] = ()  # the last lines of the user's code that the exception passed


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures for the same reason with the same message: their shards, their points, and the first of them."""

    shards: int
    points: int
    example: Failure


def failures_of(plan: Plan, end: ShardEnd, stored: int | None = None) -> Iterator[Failure]:
    """Yield the failures of a shard with this end.

    `stored` is the number of points without a value in the results of an earlier run of a failed shard, if it has any.
    """
    if isinstance(end, ShardFailed):
        points = plan.size_of(end.number) if stored is None else stored
        yield Failure(end.number, points, end.reason.value, end.message, end.attempts + end.generation)
        return
    for kind in end.kinds:
        first = kind.first
        runs = 1 + end.generation
        yield Failure(end.number, kind.points, first.type, first.message, runs, first.index, first.places)
    # A damaged entry may have more errors than the shard has points.
    rest = min(end.errors, plan.size_of(end.number)) - sum(kind.points for kind in end.kinds)
    if rest > 0:
        yield Failure(end.number, rest, Reason.OTHER.value, _FURTHER, 1 + end.generation)


def grouped(failures: Iterable[Failure]) -> tuple[FailureGroup, ...]:
    """Group failures by reason and message; the group with the most points comes first."""
    groups: dict[tuple[str, str], list[Failure]] = {}
    for failure in failures:
        groups.setdefault((failure.reason, failure.message), []).append(failure)
    made = (
        FailureGroup(len({one.shard for one in group}), sum(one.points for one in group), group[0])
        for group in groups.values()
    )
    return tuple(sorted(made, key=lambda group: (-group.points, group.example.shard)))
