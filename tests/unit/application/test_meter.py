"""Counting a shard's points and its kinds of errors."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from application.meter import Meter
from domain.plan import Shard
from domain.sweep import PointError, ShardDone

causes = st.tuples(st.sampled_from("ABC"), st.integers(0, 5).map(str))


@given(st.lists(st.none() | causes, min_size=1))
def test_every_kind_of_error_is_counted(course: list[tuple[str, str] | None]) -> None:
    """The first ten kinds are told apart, each with its first point; and further ones count as errors."""
    meter = Meter()
    for index, cause in enumerate(course):
        meter.points += 1
        if cause:
            meter.error(PointError(index, *cause))
    end = meter.end(Shard(3, 0, len(course), 2))
    counts = Counter(cause for cause in course if cause)
    assert (end.number, end.generation, end.errors) == (3, 2, counts.total())
    assert end.values + end.errors == len(course)
    first = list(counts)[:10]
    assert [(kind.first.type, kind.first.message, kind.points) for kind in end.kinds] == [
        (*cause, counts[cause]) for cause in first
    ]
    assert [kind.first.index for kind in end.kinds] == [course.index(cause) for cause in first]


def test_a_message_of_its_own_at_every_point_is_bounded() -> None:
    """Ten kinds are kept of a million, and every point counts."""
    meter = Meter()
    for index in range(1000):
        meter.points += 1
        meter.error(PointError(index, "E", str(index)))
    end = meter.end(Shard(0, 0, 1000))
    assert (end.errors, len(end.kinds), sum(kind.points for kind in end.kinds)) == (1000, 10, 10)


def test_points_without_an_error_have_no_kind() -> None:
    """The end of a shard of which every point has a value has nothing but its count."""
    assert Meter(points=3).end(Shard(0, 0, 3)) == ShardDone(0, 3)


def test_the_places_are_those_of_the_first_error_of_a_kind() -> None:
    """A traceback is read for the first error of each kind alone: to read it costs more than to raise."""

    def target() -> float:
        return 1 / 0

    error = PointError(0, "ZeroDivisionError", "division by zero")
    meter = Meter()
    try:
        target()
    except ZeroDivisionError as raised:
        meter.error(error, raised.__traceback__)
    meter.error(replace(error, index=1))
    (kind,) = meter.end(Shard(0, 0, 2)).kinds
    assert (kind.points, kind.first.places[-1].rpartition(" ")[2]) == (2, "target")
    assert replace(kind.first, places=()) == error
