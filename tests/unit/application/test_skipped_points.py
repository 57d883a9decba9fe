"""The points that do not satisfy a sweep's condition are skipped: these, no others, and in every run."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from adapters.documents.payload import read_payload
from application.compare_sample import CompareSample
from application.documents.payload import Payloads, own_task
from application.documents.result_lines import pack, read_end
from application.evaluate_point import EvaluatePoint
from application.execute_shard import evaluate
from application.explain_failures import ExplainFailures
from application.meter import Meter
from application.verify_sweep import VerifySweep
from domain.condition_share import ConditionShare
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated
from domain.dispatch_policy import no_deadline
from domain.plan import ShardCount
from domain.progress import State
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.values import Values
from domain.space.when import When
from domain.sweep import ErrorKind, PointError, ShardDone, Sweep
from tests.fakes.constrained import Constrained, constrained
from tests.fakes.desk import Desk
from tests.fakes.forks import NoForks
from tests.fakes.result_objects import MemoryObjects, path_of
from tests.fakes.sweeps import sweep_of
from tests.fakes.target_loader import KnownTargets

UNDECIDED = "where: at character 1, '6 // x' divides by zero"


def point_target(**point: object) -> object:
    """Return the point."""
    return point


def run(request: SweepRequest, generation: int = 0) -> list[str]:
    """Return the lines of all shards, as workers of both kinds make them of their payloads."""
    sweep = Sweep("toy-000000000001", "key", "digest", request, 0.0)
    lines = []
    for shard in sweep.plan:
        payload = Payloads(sweep).of(replace(shard, generation=generation))
        tasks = read_payload(json.loads(payload)), own_task(payload)
        ours, theirs = (list(evaluate(task, point_target, Meter(), NoForks())) for task in tasks)
        assert ours == theirs
        end = read_end(shard, pack(ours))
        assert end
        assert end.values + end.errors + end.skipped == shard.size
        lines += ours
    return lines


@settings(max_examples=40)
@given(constrained())
def test_exactly_the_points_that_the_condition_excludes_are_skipped(one: Constrained) -> None:
    """Python's own evaluation excludes the same; a point without an answer is an error, in any number of shards."""
    lines = run(one.request)
    assert run(one.in_shards(7), generation=1) == lines
    assert len(lines) == one.request.plan.size
    for index, text in enumerate(lines):
        line = json.loads(text)
        point = one.request.design.point(index)
        assert line["index"] == index
        assert ("skipped" in line) or line["point"] == json.loads(json.dumps(point))
        if "error" in line:
            assert line["error"]["type"] == "ConditionUndecided"
        else:
            assert ("value" in line) == one.keeps(point)
            assert ("skipped" in line) == (not one.keeps(point))


@settings(max_examples=20)
@given(constrained())
def test_an_audit_knows_which_points_are_skipped(one: Constrained) -> None:
    """What workers store is whole, and the counts are those of the lines."""
    request = one.in_shards(3)
    lines = run(request)
    bodies = {path_of(shard.number): pack(lines[shard.start : shard.stop]) for shard in request.plan}
    audit = VerifySweep(MemoryObjects(bodies))(request, sorted(bodies), lambda _: None, lambda *_: None)
    assert audit.is_whole
    assert audit.skipped == sum('"skipped":true' in line for line in lines)
    assert audit.errors == sum('"ConditionUndecided"' in line for line in lines)


def test_a_condition_may_tell_replicates_apart() -> None:
    """In any number of shards, also where one begins among the replicates of a point that a worker has of its own."""
    points = PointList(("x", "name"), ((0, "a"), (1, None), (2, "a")))
    plain = SweepRequest("toy", "m:f", Replicated(points, 3), {})
    where = "replicate < 2 and x > 0 and name == 'a' or replicate == 2 and x == 1"
    expected = [index for index in range(9) if index not in {5, 6, 7}]
    for shards in range(1, 10):
        lines = map(json.loads, run(replace(plain, sharding=ShardCount(shards)).constrained(where)))
        assert [line["index"] for line in lines if "skipped" in line] == expected


def test_to_a_condition_a_parameter_that_does_not_exist_is_null() -> None:
    """So that one condition can be about the points of each of two models."""
    kind = Parameter("kind", Values(("svm", "tree")))
    design = Grid((kind, Parameter("c", Values((1, 20)), When.of({"kind": "svm"}))))
    lines = [json.loads(line) for line in run(SweepRequest("toy", "m:f", design).constrained("c == null or c > 5"))]
    assert ["skipped" in line for line in lines] == [True, False, False]
    assert [line["point"] for line in lines[1:]] == [{"kind": "svm", "c": 20}, {"kind": "tree"}]
    share = ConditionShare.of(SweepRequest("toy", "m:f", design).constrained("c == null or c > 5"))
    assert share == ConditionShare(3, 2, 0, 3)


class Worker(Desk):
    """A worker, and a sweep of two shards over `0..11`, of which every third point is skipped, and 0 undecided."""

    def __init__(self, where: str = "6 // x != 2 and x % 3 != 1") -> None:
        """Open the sweep."""
        super().__init__(targets=KnownTargets(f=self.target))
        self.calls: list[int] = []
        self.raising: set[int] = set()
        plain = sweep_of(12, 2)
        self.sweep = self.ledger.open(replace(plain, request=plain.request.constrained(where)))

    def target(self, x: int) -> int:
        """Return x, or raise."""
        self.calls.append(x)
        if x in self.raising:
            raise ValueError("no root")
        return x

    def run(self, number: int, generation: int = 0) -> Any:  # noqa: ANN401 - an end, or none
        """Execute one shard by its payload."""
        shard = replace(self.sweep.plan.shard(number), generation=generation)
        return self.execute(own_task(Payloads(self.sweep).of(shard)), Meter(), no_deadline)

    def stored(self, number: int) -> bytes:
        """Return a shard's object."""
        stored = self.results.get(self.sweep.id, number)
        assert stored
        return stored.body


def test_the_target_is_not_called_at_a_skipped_point() -> None:
    """It is called at the others alone; where the condition has no answer, the point has its error."""
    worker = Worker()
    end = worker.run(0)
    assert worker.calls == [2, 5]
    kinds = (ErrorKind(PointError(0, "ConditionUndecided", UNDECIDED), 1),)
    assert end == ShardDone(0, 2, 1, kinds, skipped=3)
    assert worker.run(1) == ShardDone(1, 4, skipped=2)
    progress = worker.sweeps.describe(worker.sweep.id, no_deadline).progress
    assert (progress.done, progress.failed, progress.skipped, progress.settled) == (6, 1, 5, 12)
    assert progress.state is State.DONE_WITH_ERRORS


def test_a_worker_that_runs_twice_changes_nothing() -> None:
    """The second delivery of the event finds the shard done, or its results stored, and ends alike."""
    worker = Worker("x % 3 != 1")
    first, body = worker.run(1), worker.stored(1)
    assert worker.run(1) == first == ShardDone(1, 4, skipped=2)
    assert worker.stored(1) == body
    assert len(worker.calls) == 4


def test_a_later_run_evaluates_no_skipped_point() -> None:
    """A retry calls the target only where there is an error, and counts the skipped points anew, once."""
    worker = Worker("x % 3 != 1")
    worker.raising = {8, 9}
    first, again = worker.run(1), worker.run(1)
    assert again == replace(first, kinds=())
    assert (first.values, first.errors, first.skipped) == (2, 2, 2)
    worker.calls.clear()
    worker.raising = {9}
    end = worker.run(1, generation=1)
    assert worker.calls == [8, 9]
    assert (end.values, end.errors, end.skipped) == (3, 1, 2)
    progress = worker.sweeps.describe(worker.sweep.id, no_deadline).progress
    assert (progress.done, progress.failed, progress.skipped) == (3, 1, 2)


def test_two_runs_at_once_keep_the_values_of_both() -> None:
    """Where both skip a point, the merged object has it skipped once."""
    worker = Worker("x % 3 != 1")
    worker.raising = {8, 9}
    worker.run(1)
    stored = worker.stored(1)
    worker.raising = set()
    assert worker.run(1, generation=1).errors == 0
    assert worker.stored(1) != stored
    assert read_end(worker.sweep.plan.shard(1), worker.stored(1)) == ShardDone(1, 4, skipped=2)


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        pytest.param('{"index":7,"point":{"x":7},"value":7}\n', "misjudged_points", id="a value at a skipped point"),
        pytest.param('{"index":8,"skipped":true}\n', "misjudged_points", id="another point skipped"),
        pytest.param('{"index":8,"skipped":false}\n', "damaged_points", id="skipped, and not"),
        pytest.param('{"index":7,"skipped": true}\n', "damaged_points", id="with a blank"),
        pytest.param('{"index":7,"point":{"x":7},"skipped":true}\n', "damaged_points", id="with a point"),
    ],
)
def test_an_audit_finds_a_line_that_the_condition_forbids(line: str, finding: str) -> None:
    """A point that the condition skips has no value, and one that it keeps is not skipped."""
    worker = Worker("x % 3 != 1")
    worker.run(1)
    plan = worker.sweep.plan
    own = list(evaluate(own_task(Payloads(worker.sweep).of(plan.shard(1))), worker.target, Meter(), NoForks()))
    index = json.loads(line)["index"]
    own[index - 6] = line
    bodies = {path_of(1): pack(own)}
    audit = VerifySweep(MemoryObjects(bodies))(worker.sweep.request, [path_of(1)], lambda _: None, lambda *_: None)
    assert {flaw.value: list(ranges.first) for flaw, ranges in audit.flaws.items()} == {
        "missing_objects": [range(1)],
        finding: [range(index, index + 1)],
    }
    assert audit.skipped == 2 - (index == 7)


def test_an_audit_knows_the_error_of_an_undecided_point() -> None:
    """Another error, or a skip, is not what the condition leads to there."""
    worker = Worker()
    lines = list(
        evaluate(own_task(Payloads(worker.sweep).of(worker.sweep.plan.shard(0))), worker.target, Meter(), NoForks())
    )
    point = '"point":{"x":0},'
    for other in (
        f'{point}"error":{{"type":"ConditionUndecided","message":"?"}}',
        '"skipped":true',
        f'{point}"value":1',
    ):
        changed = [f'{{"index":0,{other}}}\n', *lines[1:]]
        bodies = {path_of(0): pack(changed)}
        audit = VerifySweep(MemoryObjects(bodies))(worker.sweep.request, [*bodies], lambda _: None, lambda *_: None)
        assert "misjudged_points" in {flaw.value for flaw in audit.flaws}


@pytest.mark.parametrize(
    ("index", "outcome"),
    [
        pytest.param(0, "ConditionUndecided", id="undecided"),
        pytest.param(1, "skipped", id="skipped"),
        pytest.param(2, "2", id="kept"),
    ],
)
def test_a_point_by_hand_is_judged_as_by_a_worker(index: int, outcome: str) -> None:
    """The target is called only if the condition is satisfied."""
    worker = Worker()
    evaluate_point = EvaluatePoint(KnownTargets(f=worker.target), NoForks(), iter(range(9)).__next__)
    found = evaluate_point(worker.sweep.request, index)
    assert worker.calls == ([2] if outcome == "2" else [])
    assert found.is_skipped == (outcome == "skipped")
    assert (found.value or (found.error and type(found.error).__name__) or "skipped") == outcome


def test_failures_are_explained_by_evaluated_points_alone() -> None:
    """A rule need not exclude a point that was skipped, which might have failed as well."""
    worker = Worker("x < 10")
    worker.raising = {8, 9}
    bodies = {}
    for shard in range(2):
        worker.run(shard)
        bodies[path_of(shard)] = worker.stored(shard)
    explanation = ExplainFailures(MemoryObjects(bodies))(worker.sweep.request, sorted(bodies), lambda: None)
    assert (explanation.points, explanation.failed) == (10, 2)
    (cause,) = explanation.causes
    assert cause.rule is not None
    assert [(one.name, one.low, one.high, one.values) for one in cause.rule] == [("x", 8, None, ())]


def test_a_sample_of_skipped_points_is_compared_without_a_call() -> None:
    """The line of a skipped point is made anew by the condition alone."""
    worker = Worker()
    worker.run(0)
    worker.calls.clear()
    compare = CompareSample(MemoryObjects({path_of(0): worker.stored(0)}), KnownTargets(f=worker.target), NoForks())
    sample = compare(worker.sweep.request, [path_of(0)], range(6), lambda: None)
    assert (sample.compared, sample.different, worker.calls) == (6, 0, [2, 5])
