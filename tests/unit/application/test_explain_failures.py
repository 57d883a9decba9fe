"""Failures are explained by the stored results alone: causes, counts, examples and rules."""

from __future__ import annotations

import gzip

import pytest

from application.documents.result_lines import pack
from application.explain_failures import MOST_CAUSES, MOST_KNOWN, ExplainFailures, Explanation
from domain.designs.grid import Grid
from domain.explanation import Condition
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.values import Values
from tests.fakes.result_objects import MemoryObjects, lines_of, objects_of, path_of
from tests.fakes.sweeps import partial_sweep, sweep_of

DESIGN = Grid((Parameter("angle", Range(0, 90)), Parameter("drag", Values((0, 1, 2)))))
REQUEST = SweepRequest("lab", "toy:f", DESIGN, {}, ShardCount(9))


def flight(angle: int, drag: int) -> float:
    """Fail for two causes, whose rules do not overlap."""
    if angle >= 81 and drag == 0:
        raise ValueError("division by zero")
    if angle < 3:
        raise ValueError(f"no root at {angle}")
    return 1.5


def explained(objects: MemoryObjects, request: SweepRequest = REQUEST) -> tuple[Explanation, int]:
    """Return the explanation, and how many readings it took."""
    readings: list[None] = []
    explanation = ExplainFailures(objects)(request, objects.paths, lambda: readings.append(None))
    return explanation, len(readings)


def test_each_cause_is_told_with_its_rule() -> None:
    """The causes that cost most come first, of equals the first; messages that differ in numbers are one cause."""
    explanation, readings = explained(objects_of(REQUEST, flight))
    assert (explanation.points, explanation.failed, explanation.further) == (270, 18, 0)
    root, zero = explanation.causes
    assert (zero.first.message, zero.points, zero.is_varied) == ("division by zero", 9, False)
    assert (zero.point, zero.first.index) == ({"angle": 81, "drag": 0}, 243)
    assert zero.rule == (Condition("angle", low=81), Condition("drag", (0,)))
    assert (root.first.message, root.points, root.is_varied) == ("no root at 0", 9, True)
    assert root.rule == (Condition("angle", high=2),)
    assert readings == 18


def test_one_other_point_that_fits_ends_a_rule() -> None:
    """A rule describes exactly the points of its cause, or is not told."""
    objects = objects_of(REQUEST, lambda angle, drag: 0 if (angle, drag) == (85, 0) else flight(angle, drag))
    zero = next(cause for cause in explained(objects)[0].causes if cause.first.message == "division by zero")
    assert (zero.points, zero.rule) == (8, None)


def test_without_failures_the_results_are_read_once() -> None:
    """There is nothing to look for in a second reading."""
    explanation, readings = explained(objects_of(REQUEST, lambda **_: '"error":'))
    assert (explanation.failed, explanation.causes, readings) == (0, (), 9)


def test_shards_that_cannot_be_read_are_left_out_and_named() -> None:
    """What comes before the damage counts; objects that are missing or beyond the plan do not."""
    objects = objects_of(REQUEST, flight)
    objects.bodies[path_of(0)] = pack(lines_of(REQUEST, 0, flight)[:7])
    objects.bodies[path_of(3)] = gzip.compress(b"no lines")
    objects.bodies[path_of(4)] = pack(["[]\n", *lines_of(REQUEST, 4, flight)[1:]])
    objects.bodies[path_of(5)] = b"no gzip"
    objects.bodies[path_of(8)] = pack(line.replace('"type"', '"kind"') for line in lines_of(REQUEST, 8, flight))
    del objects.bodies[path_of(6)]
    objects.bodies[path_of(9)] = objects.bodies["/results/notes"] = b"no gzip"
    explanation, _ = explained(objects)
    assert explanation.points == 30 + 30 + 30 + 7 + 3
    assert [*explanation.unread.first] == [range(1), range(3, 6), range(8, 9)]
    assert [(cause.points, cause.rule) for cause in explanation.causes] == [(7, (Condition("angle", high=2),))]


@pytest.mark.parametrize("kinds", [MOST_CAUSES, MOST_CAUSES + 1, MOST_KNOWN + 1])
def test_of_many_causes_the_first_are_explained(kinds: int) -> None:
    """The points of all others are counted, also where there are more causes than are told apart."""
    request = sweep_of(2 * kinds, 3).request

    def target(x: int) -> object:
        raise ValueError("m" * (x % kinds))

    explanation, _ = explained(objects_of(request, target), request)
    assert (len(explanation.causes), explanation.failed) == (MOST_CAUSES, 2 * kinds)
    assert explanation.further == 2 * (kinds - MOST_CAUSES)
    assert {cause.points for cause in explanation.causes} == {2}
    assert explanation.causes[1].rule == (Condition("x", (1, kinds + 1)),)


def test_where_all_points_fail_so_the_rule_has_no_condition() -> None:
    """Nothing needs to be said to describe them."""

    def target(x: int) -> object:
        raise ValueError("no")

    explanation, _ = explained(objects_of(sweep_of(6, 2).request, target), sweep_of(6, 2).request)
    assert [cause.rule for cause in explanation.causes] == [()]


def test_a_parameter_that_does_not_exist_is_null_to_a_rule() -> None:
    """A rule can tell where a parameter exists; it names the one on which it depends, which stands before it."""
    request = partial_sweep().request

    def fit(kind: str, **own: float) -> float:
        if kind == "svm" or own["depth"] == 8:
            raise ValueError(kind)
        return 1.5

    explanation, _ = explained(objects_of(request, fit), request)
    rules = {cause.first.message: cause.rule for cause in explanation.causes}
    assert rules == {"svm": (Condition("kind", ("svm",)),), "tree": (Condition("depth", (8,)),)}
