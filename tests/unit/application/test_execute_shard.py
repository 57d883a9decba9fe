"""Running one shard."""

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


class Bench(Desk):
    """A worker with its ports in memory, and a sweep of three shards over `0..8`."""

    def __init__(self, target: Target | None = None, results: ResultStore | None = None) -> None:
        """Open the sweep; the target squares unless another one is given."""
        super().__init__(targets=KnownTargets(f=target or self.square), results=results)
        self.sweep = self.ledger.open(sweep_of(9, 3))
        self.calls: list[int] = []

    def run(self, number: int) -> ShardEnd | None:
        """Execute one shard."""
        end = self.execute(task_of(self.sweep, number), Meter())
        assert not isinstance(end, ShardDone) or self.results.get(self.sweep.id, number) is not None
        return end

    def square(self, x: int) -> int:
        """Be a target."""
        self.calls.append(x)
        return x * x

    def lines(self, number: int) -> list[dict[str, object]]:
        """Read what is stored."""
        return [json.loads(line) for line in gzip.decompress(self.stored(number) or b"").splitlines()]

    def stored(self, number: int) -> bytes | None:
        """Return a shard's object."""
        return self.results.get(self.sweep.id, number)


def test_a_shard_gives_one_line_a_point_in_order() -> None:
    """Index, point and value of each, stored under the shard's number and marked done."""
    bench = Bench()
    assert bench.run(1) == ShardDone(1, 3)
    assert bench.lines(1) == [{"index": i, "point": {"x": i}, "value": i * i} for i in (3, 4, 5)]
    assert bench.ledger.end_of(bench.sweep.id, 1) == ShardDone(1, 3)


def test_running_it_twice_changes_nothing() -> None:
    """A shard that is done is not evaluated again."""
    bench = Bench()
    first = bench.run(0)
    stored = bench.stored(0)
    assert bench.run(0) == first
    assert bench.calls == [0, 1, 2]
    assert bench.stored(0) == stored


def test_a_failed_shard_may_still_become_done() -> None:
    """A failure is not the last word, and never replaces a success."""
    bench = Bench()
    bench.fail(bench.sweep.id, ShardFailed(0, Reason.WORKER_DIED, "no memory"))
    assert bench.run(0) == ShardDone(0, 3)
    bench.fail(bench.sweep.id, ShardFailed(0, Reason.WORKER_DIED, "too late"))
    assert bench.ledger.end_of(bench.sweep.id, 0) == ShardDone(0, 3)


def test_a_cancelled_sweep_is_not_run() -> None:
    """Nothing is evaluated, stored or marked."""
    bench = Bench()
    bench.ledger.cancel(bench.sweep.id)
    assert bench.run(0) is None
    assert bench.calls == []
    assert bench.stored(0) is None
    assert bench.ledger.end_of(bench.sweep.id, 0) is None


def test_an_exception_is_its_points_result() -> None:
    """It does not fail the shard; sys.exit and values that JSON cannot hold are treated alike."""

    def target(x: int) -> object:
        if x == 3:
            return 1 / 0
        return sys.exit(3) if x == 4 else object()

    bench = Bench(target)
    first = PointError(3, "ZeroDivisionError", "division by zero")
    assert bench.run(1) == ShardDone(1, 0, 3, first)
    errors = [line["error"] for line in bench.lines(1)]
    assert [error["type"] for error in errors if isinstance(error, dict)] == [
        "ZeroDivisionError",
        "SystemExit",
        "TypeError",
    ]


def test_an_interruption_leaves_nothing_behind() -> None:
    """Ctrl-C is not a result: nothing is stored and nothing is marked."""

    def target(x: int) -> object:
        raise KeyboardInterrupt

    bench = Bench(target)
    with pytest.raises(KeyboardInterrupt):
        bench.run(0)
    assert bench.stored(0) is None
    assert bench.ledger.end_of(bench.sweep.id, 0) is None


def test_the_ledger_tells_of_the_object_that_is_stored() -> None:
    """Where another worker was first, its object counts, not ours."""
    bench = Bench()
    error = {"type": "ValueError", "message": "theirs"}
    theirs = pack(['{"index":0,"value":1}\n', json.dumps({"index": 1, "error": error}) + "\n", '{"index":2}\n'])
    bench.results.put(bench.sweep.id, 0, theirs)
    expected = ShardDone(0, 2, 1, PointError(1, "ValueError", "theirs"))
    assert bench.run(0) == expected
    assert bench.ledger.end_of(bench.sweep.id, 0) == expected


def test_a_store_that_contradicts_itself_is_not_believed() -> None:
    """An object that is there already and yet cannot be read leaves the shard unfinished, to be run again."""

    class Forgetful(MemoryResults):
        def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
            return False

    bench = Bench(results=Forgetful())
    with pytest.raises(DependencyUnavailable):
        bench.run(0)
    assert bench.ledger.end_of(bench.sweep.id, 0) is None


def test_a_target_cannot_change_the_constants_of_the_next_point() -> None:
    """Lists and dicts are given anew each time."""

    def target(x: int, seen: list[int]) -> int:
        seen.append(x)
        return len(seen)

    sweep = sweep_of(3, 1, {"seen": []})
    lines = [json.loads(line) for line in evaluate(task_of(sweep, 0), target, Meter())]
    assert [line["value"] for line in lines] == [1, 1, 1]
    assert sweep.request.constants == {"seen": []}


def test_the_meter_counts_along() -> None:
    """Points and errors are there to be read while the shard runs."""
    meter = Meter()
    lines = evaluate(task_of(sweep_of(3, 1), 0), lambda x: 1 / x, meter)
    next(lines)
    assert (meter.points, meter.errors) == (1, 1)
    list(lines)
    assert (meter.points, meter.errors) == (3, 1)


@given(grids() | point_lists())
def test_every_point_reaches_the_target_and_its_line(design: Design) -> None:
    """For any design, what the target got and what the line says is the point itself, in order."""
    got: list[dict[str, object]] = []

    def target(**point: object) -> None:
        got.append(point)

    task = ShardTask("s", Shard(0, 0, design.size), design, {}, "m:f")
    lines = [json.loads(line) for line in evaluate(task, target, Meter())]
    points = [design.point(index) for index in range(design.size)]
    assert got == points
    assert [(line["index"], line["point"]) for line in lines] == list(enumerate(points))
