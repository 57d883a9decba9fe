"""Executing one shard for the first time, and evaluating its points."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given

from application.documents.result_lines import pack
from application.execute_shard import evaluate
from application.meter import Meter
from domain.designs.design import Design
from domain.errors import DependencyUnavailable
from domain.limits import Limits
from domain.plan import Shard
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed
from domain.task import ShardTask
from tests.fakes.forks import HasLeft, NoForks
from tests.fakes.result_store import MemoryResults
from tests.fakes.spaces import designs
from tests.fakes.sweeps import sweep_of, task_of
from tests.fakes.worker_desk import WorkerDesk


def test_a_shards_object_has_one_line_a_point_in_order() -> None:
    """The worker stores index, point and value of each point, and the ledger marks the shard done."""
    desk = WorkerDesk()
    assert desk.run(1) == ShardDone(1, 3)
    assert desk.lines(1) == [{"index": i, "point": {"x": i}, "value": i * i} for i in (3, 4, 5)]
    assert desk.block.done == 0b10


def test_executing_a_shard_twice_changes_nothing() -> None:
    """The worker does not evaluate a shard that is done."""
    desk = WorkerDesk()
    first = desk.run(0)
    stored, known = desk.stored(0), desk.block
    assert desk.run(0) == first
    assert desk.calls == [0, 1, 2]
    assert (desk.stored(0), desk.block) == (stored, known)


def test_a_damaged_end_has_no_negative_count() -> None:
    """A ledger may have more errors of a shard than it has points: none of them has a value then."""
    desk = WorkerDesk()
    desk.ledger.mark_done(desk.sweep.id, ShardDone(0, 0, 99))
    desk.results.put(desk.sweep.id, 0, b"damaged")
    assert desk.run(0) == ShardDone(0, 0, 3)
    assert desk.calls == []


def test_a_failed_shard_may_still_become_done() -> None:
    """A late result is still a result, and no failure replaces it."""
    desk = WorkerDesk()
    desk.lose(0)
    assert desk.state(0) == "failed"
    assert desk.run(0) == ShardDone(0, 3)
    desk.lose(0)
    assert desk.state(0) == "done"


def test_a_shard_of_a_cancelled_sweep_is_not_executed() -> None:
    """The worker evaluates no point, stores no object and marks no end."""
    desk = WorkerDesk()
    desk.ledger.cancel(desk.sweep.id)
    assert desk.run(0) is None
    assert desk.calls == []
    assert desk.stored(0) is None
    assert desk.state(0) == "undispatched"


def test_an_exception_is_its_points_result() -> None:
    """A target that raises, exits or returns a value that JSON cannot hold does not fail the shard."""

    def target(x: int) -> object:
        if x == 3:
            return 1 / 0
        return sys.exit(3) if x == 4 else object()

    desk = WorkerDesk(target)
    end = desk.run(1)
    assert isinstance(end, ShardDone)
    assert (end.values, end.errors) == (0, 3)
    kinds = [(kind.first.index, kind.first.type, kind.points) for kind in end.kinds]
    assert kinds == [(3, "ZeroDivisionError", 1), (4, "SystemExit", 1), (5, "TypeError", 1)]
    errors = [line["error"] for line in desk.lines(1)]
    assert [error["type"] for error in errors if isinstance(error, dict)] == [kind for _, kind, _ in kinds]
    assert list(desk.ledger.ends(desk.sweep.id, [1])) == [end]


def test_results_never_contain_the_places() -> None:
    """An error's line has its type and its message; where it was raised is in the ledger alone."""

    def target(x: int) -> object:
        raise ValueError("no root")

    desk = WorkerDesk(target)
    end = desk.run(0)
    assert isinstance(end, ShardDone)
    (kind,) = end.kinds
    (place,) = kind.first.places
    assert place.startswith("application/test_execute_shard.py:")
    assert kind == ErrorKind(PointError(0, "ValueError", "no root", (place,)), 3)
    assert [line["error"] for line in desk.lines(0)] == [{"type": "ValueError", "message": "no root"}] * 3


def test_an_interrupted_shard_is_neither_stored_nor_marked() -> None:
    """`KeyboardInterrupt` is not the error of a point: the worker stops without a trace of the shard."""

    def target(x: int) -> object:
        raise KeyboardInterrupt

    desk = WorkerDesk(target)
    with pytest.raises(KeyboardInterrupt):
        desk.run(0)
    assert desk.stored(0) is None
    assert desk.state(0) == "undispatched"


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        pytest.param(Limits(9, 9999, frozenset({"toy:g"})), "is not one that this deployment allows", id="not allowed"),
        pytest.param(Limits(9, 9999, frozenset({"toy:g", "toy:f"})), "there is no toy:f", id="not there"),
    ],
)
def test_a_shard_whose_target_is_unavailable_has_failed(limits: Limits, message: str) -> None:
    """No second attempt would mend it, so the ledger knows at once, in which generation, and nothing is stored."""
    desk = WorkerDesk(limits=limits, is_known=False)
    failed = desk.run(2, generation=1)
    assert isinstance(failed, ShardFailed)
    assert (failed.number, failed.reason, failed.generation) == (2, Reason.TARGET_UNAVAILABLE, 1)
    assert message in failed.message
    assert list(desk.ledger.ends(desk.sweep.id, [2])) == [failed]
    assert desk.stored(2) is None


def test_the_ledger_marks_the_object_that_is_stored() -> None:
    """If another worker stored the shard's object first, the ledger counts the lines of that object."""
    desk = WorkerDesk()
    error = {"type": "ValueError", "message": "of the other worker"}
    stored = pack(
        ['{"index":0,"value":1}\n', json.dumps({"index": 1, "error": error}) + "\n", '{"index":2,"value":1}\n']
    )
    desk.results.put(desk.sweep.id, 0, stored)
    kind = ErrorKind(PointError(1, "ValueError", "of the other worker"), 1)
    assert desk.run(0) == ShardDone(0, 2, 1, (kind,))
    assert desk.stored(0) == stored
    assert desk.state(0) == "partial"


def test_a_second_attempt_tells_where_its_errors_were_raised() -> None:
    """If an attempt stored the same object and died before it marked the end, nothing is lost to the ledger."""

    def target(x: int) -> object:
        raise ValueError("no root")

    desk, other = WorkerDesk(target), WorkerDesk(target)
    end = other.run(0)
    desk.results.put(desk.sweep.id, 0, other.stored(0) or b"")
    assert desk.run(0) == end
    assert isinstance(end, ShardDone)
    assert end.kinds[0].first.places != ()


def test_an_object_that_exists_and_cannot_be_read_is_an_error() -> None:
    """If the store refuses an object as present and then returns none, the worker marks no end and raises."""

    class Forgetful(MemoryResults):
        def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
            return False

    desk = WorkerDesk(results=Forgetful())
    with pytest.raises(DependencyUnavailable, match="shard 0 of demo-000000000001, and neither returns nor replaces"):
        desk.run(0)
    assert desk.state(0) == "undispatched"


def test_a_target_cannot_change_the_constants_of_the_next_point() -> None:
    """The worker passes a new copy of the constants for each point."""

    def target(x: int, seen: list[int]) -> int:
        seen.append(x)
        return len(seen)

    sweep = sweep_of(3, 1, {"seen": []})
    lines = [json.loads(line) for line in evaluate(task_of(sweep, 0), target, Meter(), NoForks())]
    assert [line["value"] for line in lines] == [1, 1, 1]
    assert sweep.request.constants == {"seen": []}


def test_the_meter_counts_while_the_shard_runs() -> None:
    """The meter holds the number of points and errors after each line."""
    meter = Meter()
    lines = evaluate(task_of(sweep_of(3, 1), 0), lambda x: 1 / x, meter, NoForks())
    next(lines)
    assert (meter.points, meter.errors) == (1, 1)
    list(lines)
    assert (meter.points, meter.errors) == (3, 1)


@pytest.mark.parametrize("raised", [None, ValueError, SystemExit, KeyboardInterrupt], ids=str)
def test_a_process_that_the_target_forks_ends_where_it_returns(raised: type[BaseException] | None) -> None:
    """It ends by a value as by an exception: there is no line of that point, and no other point is evaluated."""
    forks, received = NoForks(), []

    def target(x: int) -> int:
        received.append(x)
        forks.is_fork = x == 1
        if raised and forks.is_fork:
            raise raised
        return x

    lines = evaluate(task_of(sweep_of(3, 1), 0), target, Meter(), forks)
    next(lines)
    with pytest.raises(HasLeft):
        next(lines)
    assert received == [0, 1]


@given(designs())
def test_every_point_reaches_the_target_and_its_line(design: Design) -> None:
    """For any design, the target receives each point in order, and its line holds the same point.

    The number of a replicate stands in the line alone, as the signature does not name it.
    """
    received: list[dict[str, object]] = []

    def target(**point: object) -> None:
        received.append(point)

    task = ShardTask("s", Shard(0, 0, design.size), design, {}, "m:f")
    lines = [json.loads(line) for line in evaluate(task, target, Meter(), NoForks())]
    points = [design.point(index) for index in range(design.size)]
    assert received == [{name: point[name] for name in task.keywords if name in point} for point in points]
    assert [(line["index"], line["point"]) for line in lines] == list(enumerate(points))
