"""Failures as JSON: why points have no value, in entries that are small enough for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from adapters.documents.answer_size import LARGEST_LIST, cut, weight
from application.list_failures import FailurePage
from domain.designs.design import Point
from domain.failure import Failure, FailureGroup
from domain.space.scalars import Json

# In characters: a point is told by the beginning of a text.
_LONGEST_TEXT = 200

Points = Mapping[int, Point]


def point_document(point: Point) -> dict[str, Json]:
    """Return a point's parameters, with long texts cut."""
    return {name: cut(value, _LONGEST_TEXT) if isinstance(value, str) else value for name, value in point.items()}


def group_document(group: FailureGroup, points: Points) -> dict[str, Json]:
    """Return a group of failures with its example."""
    example = group.example
    return {
        "reason": example.reason,
        "message": example.message,
        "shards": group.shards,
        "points": group.points,
        "example": {
            "shard": example.shard,
            "points": example.points,
            "attempts": example.attempts,
            **_where(example, points),
        },
    }


def failures_document(page: FailurePage) -> dict[str, Json]:
    """Return a page of failures, all or none of each shard; `next` is the last shard that is in, None at the end.

    If those of a single shard do not fit, their points are left out: `index` names them.
    """
    listed: list[Json] = []
    left = LARGEST_LIST
    last: int | None = None
    for shard, failures in groupby(page.failures, lambda failure: failure.shard):
        group = list(failures)
        entries = _entries(group, page.points)
        left -= weight(entries)
        if left < 0 and listed:
            return {"failures": listed, "next": last}
        listed += entries if left >= 0 else _entries(group, {})
        last = shard
    return {"failures": listed, "next": page.next}


def _entries(failures: list[Failure], points: Points) -> list[Json]:
    return [
        {
            "shard": failure.shard,
            "points": failure.points,
            "reason": failure.reason,
            "message": failure.message,
            "attempts": failure.attempts,
            **_where(failure, points),
        }
        for failure in failures
    ]


def _where(failure: Failure, points: Points) -> dict[str, Json]:
    """Return where the target raised an exception, as far as that is known."""
    where: dict[str, Json] = {}
    if failure.index is not None:
        where["index"] = failure.index
        if failure.index in points:
            where["point"] = point_document(points[failure.index])
    if failure.places:
        where["at"] = list(failure.places)
    return where
