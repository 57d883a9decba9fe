"""A sweep that extends an earlier one has the results of a sweep from nothing, and calls the target where it must."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.documents.result_lines import pack
from application.earlier_lines import EarlierLines, EarlierSweep, earlier_lines
from application.meter import Meter
from application.ports.result_store import StoredObject
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable
from domain.plan import ShardCount
from domain.space.linspace import Linspace
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.values import Values
from domain.sweep import ShardDone, Sweep
from tests.fakes.extensions import EARLIER, LATER, Pair, Worker, extensions
from tests.fakes.result_store import MemoryResults

NINE = Grid((Parameter("x", Range(0, 9)),))
TWELVE = Grid((Parameter("x", Range(0, 12)),))


@settings(max_examples=100, deadline=None)
@given(extensions(), st.tuples(st.integers(1, 7), st.integers(1, 7)))
def test_the_target_is_called_exactly_where_the_earlier_sweep_has_no_value(pair: Pair, shards: tuple[int, int]) -> None:
    """The results are those of a sweep from nothing, byte for byte; so they are whatever shards both have."""
    worker = Worker(*pair, shards)
    expected = worker.from_nothing()
    worker.run_earlier()
    lines = worker.run_later()
    assert {key: body for key, body in worker.results.objects.items() if key[0] == LATER} == expected
    known, points = worker.valued(), [json.dumps(json.loads(line)["point"]) for line in lines]
    assert [json.dumps(json.loads(text)) for text in worker.calls] == [point for point in points if point not in known]
    assert worker.meter.reused == sum(point in known for point in points)
    assert worker.meter.points == len(points)


@settings(max_examples=30, deadline=None)
@given(extensions(), st.data())
def test_a_running_sweep_is_extended_as_far_as_it_is(pair: Pair, data: st.DataObject) -> None:
    """The shards that have no object yet have no values."""
    worker = Worker(*pair, (5, 3))
    worker.run_earlier(data.draw(st.lists(st.sampled_from(range(5)), unique=True)))
    lines = worker.run_later()
    known = worker.valued()
    assert len(worker.calls) == sum(json.dumps(json.loads(line)["point"]) not in known for line in lines)


def test_of_a_longer_axis_the_old_levels_are_kept() -> None:
    """Also where they stand between new ones, and where levels of a formula are among those of another."""
    axis = Parameter("y", Values(("a", "b")))
    worker = Worker(Grid((Parameter("x", Linspace(0, 1, 5)), axis)), Grid((Parameter("x", Linspace(0, 1, 9)), axis)))
    worker.run_earlier(broken=0)
    worker.run_later()
    assert [json.loads(text)["x"] for text in worker.calls] == [x for x in (0.125, 0.375, 0.625, 0.875) for _ in "ab"]


def test_a_point_that_is_there_in_other_words_is_another_point() -> None:
    """One and 1.0 are two values in a result, and so they are here."""
    worker = Worker(PointList(("x",), ((1,), (True,), (0.0,))), PointList(("x",), ((1.0,), (1,), (-0.0,))))
    worker.run_earlier(broken=0)
    worker.run_later()
    assert worker.calls == ['{"x": 1.0}', '{"x": -0.0}']


def test_of_equal_points_one_with_a_value_is_enough() -> None:
    """The first of them failed, and both later ones have the value of the second."""

    class Mended(Worker):
        def target(self, replicate: int | None = None, **point: object) -> object:
            assert replicate is None
            self.calls.append(json.dumps(point))
            if len(self.calls) == 1:
                raise ValueError("no value at first")
            return 7

    worker = Mended(PointList(("x",), ((1,), (1,))), PointList(("x",), ((1,), (2,), (1,))))
    worker.run_earlier(broken=0)
    worker.run_later()
    assert worker.calls == ['{"x": 2}']


def test_of_equal_points_with_values_one_is_read() -> None:
    """The others would say the same."""
    worker = Worker(PointList(("x",), ((1,), (1,))), PointList(("x",), ((2,), (1,))))
    worker.run_earlier(broken=0)
    worker.run_later()
    assert worker.calls == ['{"x": 2}']


def test_points_that_are_skipped_stay_skipped_and_the_others_are_taken() -> None:
    """What the earlier condition excluded has no value there, whatever the condition is now."""
    worker = Worker(NINE, TWELVE, (2, 2))
    for name, where in (("earlier", "x < 4"), ("later", "x % 2 == 0")):
        sweep = getattr(worker, name)
        setattr(worker, name, replace(sweep, request=sweep.request.constrained(where)))
    worker.run_earlier(broken=0)
    lines = [json.loads(line) for line in worker.run_later()]
    assert [line["index"] for line in lines if "value" in line] == [0, 2, 4, 6, 8, 10]
    assert [line["index"] for line in lines if "skipped" in line] == [1, 3, 5, 7, 9, 11]
    assert worker.calls == [f'{{"x": {x}}}' for x in (4, 6, 8, 10)]
    assert (worker.meter.reused, worker.meter.skipped, worker.meter.points) == (2, 6, 12)


def test_more_replicates_keep_the_first_ones() -> None:
    """With their seeds, which follow from the point: no worker needs to know how many there were."""
    points = PointList(("x",), ((1,), (2,), (3,)))
    worker = Worker(Replicated(points, 2), Replicated(points, 3), (2, 4))
    worker.run_earlier(broken=0)
    worker.run_later()
    assert worker.meter.reused == 6
    assert len(worker.calls) == 3


def test_a_retry_keeps_its_own_values_and_then_those_of_the_earlier_sweep() -> None:
    """It takes values that the earlier sweep has got since, and evaluates what is left."""
    worker = Worker(NINE, TWELVE)
    worker.broken = 4
    worker.run_later()
    task = worker.task(worker.later, replace(worker.later.plan.shard(0), generation=1))
    own = '{"index":3,"point":{"x":3},"value":"its own"}\n'
    stored = [own if x == 3 else f'{{"index":{x},"point":{{"x":{x}}},{ERROR}}}\n' for x in range(12)]
    worker.results.objects[LATER, 0] = pack(stored)
    worker.run_earlier(broken=0)
    end = worker.execute(task, meter := Meter(), no_deadline)
    assert end == ShardDone(0, 12, generation=1)
    assert worker.lines(worker.later)[3] == own[:-1]
    assert worker.calls == [f'{{"x": {x}}}' for x in (9, 10, 11)]
    assert meter.reused == 8


ERROR = '"error":{"type":"ValueError","message":"none"}'
LINES = [f'{{"index":{x},"point":{{"x":{x}}},"value":{x}}}\n' for x in range(9)]
WHOLE = pack(LINES)
UNUSABLE: dict[str, bytes] = {
    "empty": b"",
    "not gzip": b'{"index":0,"point":{"x":0},"value":0}\n',
    "truncated by its end": WHOLE[:-1],
    "truncated in its middle": WHOLE[: len(WHOLE) // 2],
    "a wrong checksum": WHOLE[:-8] + bytes(8),
    "something behind its end": WHOLE + b"x",
    "no line": pack([]),
    "out of order": pack(LINES[::-1][:4]),
    "of other points": pack([line.replace('"x"', '"y"') for line in LINES]),
    "of another type": pack([f'{{"index":{x},"point":{{"x":{x}.0}},"value":{x}}}\n' for x in range(9)]),
    "errors alone": pack([f'{{"index":{x},"point":{{"x":{x}}},{ERROR}}}\n' for x in range(9)]),
    "skipped": pack([f'{{"index":{x},"skipped":true}}\n' for x in range(9)]),
    "a value and an error": pack([f"{line[:-2]},{ERROR}}}\n" for line in LINES]),
    "no JSON": pack([f"{line[:-2]}\n" for line in LINES]),
    "JSON that is too deep": pack([f"{line[:-2]}{'[' * 100_000}\n" for line in LINES]),
}


@pytest.mark.parametrize("body", UNUSABLE.values(), ids=UNUSABLE)
def test_what_cannot_be_used_is_evaluated(body: bytes) -> None:
    """An object of the earlier sweep that is damaged, or has no values, costs time alone."""
    worker = Worker(NINE, NINE)
    expected = worker.from_nothing()
    worker.results.objects[EARLIER, 0] = body
    worker.run_later()
    assert worker.results.objects[LATER, 0] == expected[LATER, 0]
    assert (len(worker.calls), worker.meter.reused) == (9, 0)


def test_lines_of_half_a_character_are_passed_over() -> None:
    """Each line is judged by itself: the others are taken."""
    worker = Worker(NINE, NINE)
    broken = b'{"index":4,"point":{"x":4},"value":"\xed\xa0\x80"}\n'
    whole = [broken if x == 4 else line.encode() for x, line in enumerate(LINES)]
    worker.results.objects[EARLIER, 0] = gzip.compress(b"".join(whole))
    worker.run_later()
    assert worker.calls == ['{"x": 4}']


def _gone(worker: Worker) -> None:
    worker.ledger.forget(EARLIER)


def _silent(worker: Worker) -> None:
    def sweep(_: str) -> None:
        raise DependencyUnavailable("the ledger does not answer")

    worker.ledger.sweep = sweep  # type: ignore[assignment,method-assign]  # a ledger that fails in this one call


def _another_target(worker: Worker) -> None:
    other = replace(worker.earlier, request=replace(worker.earlier.request, target="toy:g"))

    def sweep(sweep_id: str) -> Sweep:
        assert sweep_id == EARLIER
        return other

    worker.ledger.sweep = sweep  # type: ignore[method-assign]  # which has the earlier sweep as another one


@pytest.mark.parametrize("happens", [_gone, _silent, _another_target])
def test_an_earlier_sweep_that_may_not_be_used_has_no_values(happens: Callable[[Worker], None]) -> None:
    """It was removed since, or the ledger does not return it, or a payload names one that no submission may name."""
    worker = Worker(NINE, NINE)
    worker.run_earlier(broken=0)
    happens(worker)
    worker.run_later()
    assert (len(worker.calls), worker.meter.reused) == (9, 0)


def test_a_result_store_that_does_not_answer_has_no_values() -> None:
    """The points of its objects are evaluated, and those of others taken."""

    class Failing(MemoryResults):
        def get(self, sweep_id: str, shard: int) -> StoredObject | None:
            if (sweep_id, shard) == (EARLIER, 1):
                raise DependencyUnavailable("no answer")
            return super().get(sweep_id, shard)

    worker = Worker(NINE, NINE, (3, 1))
    worker.run_earlier(broken=0)
    failing = Failing()
    failing.objects = worker.results.objects
    worker.execute = replace(worker.execute, results=failing)
    worker.run_later()
    assert worker.calls == [f'{{"x": {x}}}' for x in (3, 4, 5)]


def test_a_store_that_does_not_answer_is_not_asked_for_long() -> None:
    """Each question takes a while, and the shard has its own points to evaluate."""
    asked: list[int] = []

    class Silent(MemoryResults):
        def get(self, sweep_id: str, shard: int) -> StoredObject | None:
            asked.append(shard)
            raise DependencyUnavailable("no answer")

    worker = Worker(NINE, NINE, (9, 1))
    worker.execute = replace(worker.execute, results=Silent())
    worker.run_later()
    assert (asked, len(worker.calls)) == ([0, 1, 2], 9)


def test_a_sweep_that_names_itself_extends_none() -> None:
    """No request can, as its id is new; a payload might, and its own objects are not there yet."""
    worker = Worker(NINE, NINE)
    task = replace(worker.task(worker.earlier, worker.earlier.plan.shard(0)), extends=EARLIER)
    assert earlier_lines(task, worker.ledger, worker.results, {}) is None
    assert earlier_lines(replace(task, extends=None), worker.ledger, worker.results, {}) is None


def test_a_process_reads_the_request_of_an_earlier_sweep_once() -> None:
    """It remembers a few, and forgets the one that it has known for longest."""
    worker = Worker(NINE, TWELVE, (1, 4))
    others = [replace(worker.earlier, id=f"other-00000000000{number}", key=str(number)) for number in range(3)]
    for other in others:
        worker.ledger.open(other)
    asked: list[str] = []
    sweep = worker.ledger.sweep

    def counted(sweep_id: str) -> object:
        asked.append(sweep_id)
        return sweep(sweep_id)

    worker.ledger.sweep = counted  # type: ignore[assignment,method-assign]  # to count its calls
    worker.run_earlier(broken=0)
    worker.run_later()
    assert asked == [EARLIER]
    known: dict[str, EarlierSweep] = {}
    task = worker.task(worker.later, worker.later.plan.shard(0))
    for other in others:
        assert earlier_lines(replace(task, extends=other.id), worker.ledger, worker.results, known)
    assert list(known) == [other.id for other in others[1:]]


class CountedResults(MemoryResults):
    """A result store that notes which objects are fetched."""

    def __init__(self, objects: dict[tuple[str, int], bytes]) -> None:
        """Have these objects."""
        super().__init__()
        self.objects = objects
        self.fetched: list[int] = []

    def get(self, sweep_id: str, shard: int) -> StoredObject | None:
        """Return an object."""
        self.fetched.append(shard)
        return super().get(sweep_id, shard)


def test_objects_are_fetched_once_where_points_are_met_in_order() -> None:
    """A grid with a longer outer axis, or more points of a sequence, meet them so."""
    many = Grid((Parameter("x", Range(0, 5000)),))
    worker = Worker(many, Grid((Parameter("x", Range(-1000, 9000, 1)),)), (7, 1))
    worker.run_earlier(broken=0)
    results = CountedResults(worker.results.objects)
    task = worker.task(worker.later, worker.later.plan.shard(0))
    lines = EarlierLines(EarlierSweep(worker.earlier), task, results).of(task, [None] * 10_000)
    assert sum(line is not None for line in lines) == 5000
    assert results.fetched == list(range(7))


@pytest.mark.parametrize(("shards", "most"), [(5, 5 * 4), (1, 1)])
def test_a_list_in_any_order_is_taken_and_each_window_fetches_an_object_once(shards: int, most: int) -> None:
    """The points of a window are looked for in the order in which the earlier sweep has them."""
    size = 2000
    worker = Worker(Grid((Parameter("x", Range(0, size)),)), _mixed(size), (shards, 1))
    worker.run_earlier(broken=0)
    results = CountedResults(worker.results.objects)
    task = worker.task(worker.later, worker.later.plan.shard(0))
    lines = list(EarlierLines(EarlierSweep(worker.earlier), task, results).of(task, [None] * size))
    assert all(lines)
    assert [json.loads(line or "")["point"]["x"] for line in lines] == [row[0] for row in _mixed(size).rows]
    assert len(results.fetched) <= most
    assert all(one != other for one, other in pairwise(results.fetched))


def _mixed(size: int) -> PointList:
    return PointList(("x",), tuple((number * 1201 % size,) for number in range(size)))


def test_memory_is_that_of_a_window_however_large_the_earlier_object_is() -> None:
    """An object of 20 MB is read as a stream; the lines of a window are a small part of it."""
    size = 2_000
    worker = Worker(Grid((Parameter("x", Range(0, size)),)), Grid((Parameter("x", Range(-5, size)),)))
    worker.results.objects[EARLIER, 0] = pack(
        f'{{"index":{x},"point":{{"x":{x}}},"value":"{"v" * 10_000}"}}\n' for x in range(size)
    )
    task = worker.task(worker.later, worker.later.plan.shard(0))
    lines = EarlierLines(EarlierSweep(worker.earlier), task, worker.results).of(task, [None] * (size + 5))
    tracemalloc.start()
    try:
        assert sum(line is not None for line in lines) == size
        assert tracemalloc.get_traced_memory()[1] < 16_000_000
    finally:
        tracemalloc.stop()


def test_a_shard_of_an_extension_may_end_in_its_own_window() -> None:
    """A shard that begins in the middle of both sweeps takes what belongs to it."""
    worker = Worker(NINE, TWELVE, (1, 5))
    request = replace(worker.later.request, sharding=ShardCount(5))
    worker.run_earlier(broken=0)
    shard = replace(worker.later, request=request).plan.shard(3)
    assert worker.execute(worker.task(worker.later, shard), worker.meter, no_deadline) == ShardDone(3, 2)
    assert worker.calls == []
