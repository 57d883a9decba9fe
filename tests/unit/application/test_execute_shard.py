"""Executing one shard."""

from __future__ import annotations

import gzip
import json
import sys

import pytest
from hypothesis import given

from application.documents.result_lines import pack
from application.execute_shard import Meter, evaluate
from application.ports.result_store import ResultStore
from application.ports.target_loader import Target
from domain.designs.design import Design
from domain.errors import DependencyUnavailable
from domain.plan import Shard
from domain.reasons import Reason
from domain.sweep import PointError, ShardDone, ShardEnd, ShardFailed
from domain.task import ShardTask
from tests.fakes.desk import Desk
from tests.fakes.result_store import MemoryResults
from tests.fakes.spaces import grids, point_lists
from tests.fakes.sweeps import sweep_of, task_of
from tests.fakes.target_loader import KnownTargets


class WorkerDesk(Desk):
    """A worker with its ports in memory, and a sweep of three shards over `0..8`."""

    def __init__(self, target: Target | None = None, results: ResultStore | None = None) -> None:
        """Open the sweep. Without `target` the target is `square`."""
        super().__init__(targets=KnownTargets(f=target or self.square), results=results)
        self.sweep = self.ledger.open(sweep_of(9, 3))
        self.calls: list[int] = []

    def run(self, number: int) -> ShardEnd | None:
        """Execute one shard, and check that a done one has an object."""
        end = self.execute(task_of(self.sweep, number), Meter())
        assert not isinstance(end, ShardDone) or self.results.get(self.sweep.id, number) is not None
        return end

    def square(self, x: int) -> int:
        """Return the square of x, and note the call."""
        self.calls.append(x)
        return x * x

    def lines(self, number: int) -> list[dict[str, object]]:
        """Return the lines of a shard's object."""
        return [json.loads(line) for line in gzip.decompress(self.stored(number) or b"").splitlines()]

    def stored(self, number: int) -> bytes | None:
        """Return a shard's object, or None if there is none."""
        return self.results.get(self.sweep.id, number)


def test_a_shards_object_has_one_line_a_point_in_order() -> None:
    """The worker stores index, point and value of each point, and the ledger marks the shard done."""
    desk = WorkerDesk()
    assert desk.run(1) == ShardDone(1, 3)
    assert desk.lines(1) == [{"index": i, "point": {"x": i}, "value": i * i} for i in (3, 4, 5)]
    assert desk.ledger.end_of(desk.sweep.id, 1) == ShardDone(1, 3)


def test_executing_a_shard_twice_changes_nothing() -> None:
    """The worker does not evaluate a shard that is done."""
    desk = WorkerDesk()
    first = desk.run(0)
    stored = desk.stored(0)
    assert desk.run(0) == first
    assert desk.calls == [0, 1, 2]
    assert desk.stored(0) == stored


def test_a_failed_shard_may_still_become_done() -> None:
    """A success replaces a failure, and a failure never replaces a success."""
    desk = WorkerDesk()
    desk.fail(desk.sweep.id, ShardFailed(0, Reason.WORKER_DIED, "no memory"))
    assert desk.run(0) == ShardDone(0, 3)
    desk.fail(desk.sweep.id, ShardFailed(0, Reason.WORKER_DIED, "too late"))
    assert desk.ledger.end_of(desk.sweep.id, 0) == ShardDone(0, 3)


def test_a_shard_of_a_cancelled_sweep_is_not_executed() -> None:
    """The worker evaluates no point, stores no object and marks no end."""
    desk = WorkerDesk()
    desk.ledger.cancel(desk.sweep.id)
    assert desk.run(0) is None
    assert desk.calls == []
    assert desk.stored(0) is None
    assert desk.ledger.end_of(desk.sweep.id, 0) is None


def test_an_exception_is_its_points_result() -> None:
    """A target that raises, exits or returns a value that JSON cannot hold does not fail the shard."""

    def target(x: int) -> object:
        if x == 3:
            return 1 / 0
        return sys.exit(3) if x == 4 else object()

    desk = WorkerDesk(target)
    first = PointError(3, "ZeroDivisionError", "division by zero")
    assert desk.run(1) == ShardDone(1, 0, 3, first)
    errors = [line["error"] for line in desk.lines(1)]
    assert [error["type"] for error in errors if isinstance(error, dict)] == [
        "ZeroDivisionError",
        "SystemExit",
        "TypeError",
    ]


def test_an_interrupted_shard_is_neither_stored_nor_marked() -> None:
    """`KeyboardInterrupt` is not the error of a point: the worker stops without a trace of the shard."""

    def target(x: int) -> object:
        raise KeyboardInterrupt

    desk = WorkerDesk(target)
    with pytest.raises(KeyboardInterrupt):
        desk.run(0)
    assert desk.stored(0) is None
    assert desk.ledger.end_of(desk.sweep.id, 0) is None


def test_the_ledger_marks_the_object_that_is_stored() -> None:
    """If another worker stored the shard's object first, the ledger counts the lines of that object."""
    desk = WorkerDesk()
    error = {"type": "ValueError", "message": "of the other worker"}
    stored = pack(['{"index":0,"value":1}\n', json.dumps({"index": 1, "error": error}) + "\n", '{"index":2}\n'])
    desk.results.put(desk.sweep.id, 0, stored)
    expected = ShardDone(0, 2, 1, PointError(1, "ValueError", "of the other worker"))
    assert desk.run(0) == expected
    assert desk.ledger.end_of(desk.sweep.id, 0) == expected


def test_an_object_that_exists_and_cannot_be_read_is_an_error() -> None:
    """If the store refuses an object as present and then returns none, the worker marks no end and raises."""

    class Forgetful(MemoryResults):
        def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
            return False

    desk = WorkerDesk(results=Forgetful())
    with pytest.raises(DependencyUnavailable):
        desk.run(0)
    assert desk.ledger.end_of(desk.sweep.id, 0) is None


def test_a_target_cannot_change_the_constants_of_the_next_point() -> None:
    """The worker passes a new copy of the constants for each point."""

    def target(x: int, seen: list[int]) -> int:
        seen.append(x)
        return len(seen)

    sweep = sweep_of(3, 1, {"seen": []})
    lines = [json.loads(line) for line in evaluate(task_of(sweep, 0), target, Meter())]
    assert [line["value"] for line in lines] == [1, 1, 1]
    assert sweep.request.constants == {"seen": []}


def test_the_meter_counts_while_the_shard_runs() -> None:
    """The meter holds the number of points and errors after each line."""
    meter = Meter()
    lines = evaluate(task_of(sweep_of(3, 1), 0), lambda x: 1 / x, meter)
    next(lines)
    assert (meter.points, meter.errors) == (1, 1)
    list(lines)
    assert (meter.points, meter.errors) == (3, 1)


@given(grids() | point_lists())
def test_every_point_reaches_the_target_and_its_line(design: Design) -> None:
    """For any design, the target receives each point in order, and its line holds the same point."""
    received: list[dict[str, object]] = []

    def target(**point: object) -> None:
        received.append(point)

    task = ShardTask("s", Shard(0, 0, design.size), design, {}, "m:f")
    lines = [json.loads(line) for line in evaluate(task, target, Meter())]
    points = [design.point(index) for index in range(design.size)]
    assert received == points
    assert [(line["index"], line["point"]) for line in lines] == list(enumerate(points))
