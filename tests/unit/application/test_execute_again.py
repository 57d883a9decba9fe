"""Executing a shard again: it evaluates what has no value, keeps every value, and replaces the object once."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable
from functools import partial

import pytest

from application.documents.result_lines import pack, read_end
from domain.errors import DependencyUnavailable
from domain.sweep import ShardDone
from tests.fakes.at_once import at_once
from tests.fakes.result_store import MemoryResults
from tests.fakes.worker_desk import WorkerDesk

LINES = [f'{{"index":{index},"point":{{"x":{index}}},"value":{index * index}}}\n' for index in range(9)]
WHOLE = pack(LINES[:3])


class CountedResults(MemoryResults):
    """A result store that counts how often it replaced an object."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.replaced = 0

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        """Replace and count."""
        is_replaced = super().replace(sweep_id, shard, body, version)
        self.replaced += is_replaced
        return is_replaced


class BrokenDesk(WorkerDesk):
    """A worker whose target raises for some x, and returns for the others what `value` returns."""

    def __init__(self, *broken: int, results: MemoryResults | None = None) -> None:
        """Raise for these x."""
        super().__init__(self.evaluate, results or CountedResults())
        self.broken = set(broken)
        self.value: Callable[[int], object] = lambda x: x * x

    def evaluate(self, x: int) -> object:
        """Return a value, or raise."""
        self.calls.append(x)
        if x in self.broken:
            raise ValueError(f"no value at {x}")
        return self.value(x)

    def mend(self) -> None:
        """Mend what made the target raise, and send shard 0 anew."""
        self.broken, self.calls = set(), []
        self.send(0, generation=1)


def kept(desk: WorkerDesk) -> list[bytes]:
    """Return the lines of shard 0."""
    return gzip.decompress(desk.stored(0) or b"").splitlines()


def test_exactly_the_points_without_a_value_are_evaluated_again() -> None:
    """The merged object replaces the old one, and each value that there was is in it byte for byte."""
    desk = BrokenDesk(1)
    desk.run(0)
    before = kept(desk)
    assert desk.state(0) == "partial"
    desk.mend()
    assert desk.run(0, generation=1) == ShardDone(0, 3, generation=1)
    assert desk.calls == [1]
    assert [line for line in kept(desk) if b'"index":1' not in line] == [before[0], before[2]]
    assert desk.stored(0) == WHOLE
    assert desk.state(0) == "done"


def test_a_point_that_raises_again_keeps_its_shard_partial() -> None:
    """The object and the ledger have the new error, and the values of the others."""
    desk = BrokenDesk(0, 1)
    desk.run(0)
    desk.mend()
    desk.broken = {1}
    end = desk.run(0, generation=1)
    assert isinstance(end, ShardDone)
    assert (end.values, end.errors, end.generation, desk.calls) == (2, 1, 1, [0, 1])
    assert ["value" in line for line in desk.lines(0)] == [True, False, True]
    assert desk.state(0) == "partial"
    assert list(desk.ledger.ends(desk.sweep.id, [0])) == [end]


def test_the_same_run_delivered_twice_evaluates_once() -> None:
    """The second worker of one generation finds the end of the first, also where points have no value."""
    desk = BrokenDesk(1)
    desk.run(0)
    desk.send(0, generation=1)
    desk.run(0, generation=1)
    desk.calls = []
    end = desk.run(0, generation=1)
    assert isinstance(end, ShardDone)
    assert (end.values, end.errors, desk.calls) == (2, 1, [])


def test_a_run_that_finds_every_value_stored_evaluates_nothing() -> None:
    """A worker that stored its object and died before it marked the end has left nothing to evaluate."""
    desk = BrokenDesk()
    desk.results.put(desk.sweep.id, 0, WHOLE)
    assert desk.run(0, generation=2) == ShardDone(0, 3, generation=2)
    assert (desk.calls, desk.state(0)) == ([], "done")


def test_a_run_that_finds_no_results_evaluates_every_point() -> None:
    """The earlier run failed."""
    desk = BrokenDesk()
    desk.lose(0)
    desk.send(0, generation=1)
    assert desk.run(0, generation=1) == ShardDone(0, 3, generation=1)
    assert desk.calls == [0, 1, 2]


def test_a_run_that_fails_leaves_the_results_and_the_counts() -> None:
    """The values of the earlier run are there, and the next run evaluates what these lack."""
    desk = BrokenDesk(1)
    desk.run(0)
    before = desk.stored(0)
    desk.mend()
    desk.lose(0, generation=1)
    progress = desk.sweeps.describe(desk.sweep.id, lambda: 1.0).progress
    assert (desk.state(0), desk.stored(0), progress.done, progress.failed) == ("failed", before, 2, 1)
    desk.send(0, generation=2)
    assert desk.run(0, generation=2) == ShardDone(0, 3, generation=2)
    assert desk.calls == [1]


@pytest.mark.parametrize("generations", [(1, 1), (1, 2)], ids=["of one run", "of two runs"])
def test_two_workers_at_once_replace_the_object_once(generations: tuple[int, int]) -> None:
    """Each has evaluated the same point before one of them stores; both count the object that is stored."""
    results = CountedResults()
    desk = BrokenDesk(1, results=results)
    desk.run(0)
    before = kept(desk)
    desk.mend()
    barrier = threading.Barrier(2)

    def value(x: int) -> object:
        barrier.wait(30)
        return threading.get_ident()

    desk.value = value
    ends = at_once([partial(desk.run, 0, generation) for generation in generations])
    assert [(end.values, end.errors) for end in ends if isinstance(end, ShardDone)] == [(3, 0)] * 2
    assert (results.replaced, desk.calls) == (1, [1, 1])
    after = kept(desk)
    assert [after[0], after[2]] == [before[0], before[2]]
    assert "value" in json.loads(after[1])
    assert desk.state(0) == "done"


def test_a_value_that_another_worker_stored_first_stays() -> None:
    """Both have a value of the point: the object is not replaced, and what this worker evaluated is dropped."""
    results = CountedResults()
    desk = BrokenDesk(1, results=results)
    desk.run(0)
    desk.mend()
    others = pack([LINES[0], '{"index":1,"point":{"x":1},"value":"of another worker"}\n', LINES[2]])

    def value(x: int) -> object:
        results.objects[desk.sweep.id, 0] = others
        return x

    desk.value = value
    assert desk.run(0, generation=1) == ShardDone(0, 3, generation=1)
    assert (desk.stored(0), results.replaced, desk.state(0)) == (others, 0, "done")


@pytest.mark.parametrize("becomes", [None, b"damaged"], ids=["gone", "damaged"])
def test_an_object_that_cannot_be_replaced_is_an_error(becomes: bytes | None) -> None:
    """The shard has not ended, and another attempt may succeed."""

    class Stubborn(MemoryResults):
        def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
            self.objects.pop((sweep_id, shard))
            if becomes:
                self.objects[sweep_id, shard] = becomes
            return False

    desk = BrokenDesk(1, results=Stubborn())
    desk.run(0)
    desk.mend()
    with pytest.raises(DependencyUnavailable, match="neither returns nor replaces it"):
        desk.run(0, generation=1)
    assert desk.state(0) == "accepted"


DAMAGED = {
    "empty": b"",
    "not gzip": b'{"index":0}\n',
    "truncated by its end": WHOLE[:-1],
    "truncated in its middle": WHOLE[: len(WHOLE) // 2],
    "a wrong checksum": WHOLE[:-8] + bytes(8),
    "something behind its end": WHOLE + b"x",
    "no line": pack([]),
    "the last line missing": pack(LINES[:2]),
    "the first line missing": pack(LINES[1:3]),
    "a line doubled": pack([*LINES[:2], *LINES[1:3]]),
    "a line too many": pack(LINES[:4]),
    "a line without an index too many": pack([*LINES[:3], '{"index":null,"value":1}\n']),
    "out of order": pack([LINES[1], LINES[0], LINES[2]]),
    "of another shard": pack(LINES[3:6]),
    "no JSON": pack([*LINES[:2], "nothing\n"]),
    "JSON that is no object": pack([*LINES[:2], "[2]\n"]),
    "JSON that is too deep": pack([*LINES[:2], "[" * 100_000 + "\n"]),
    "no UTF-8": gzip.compress("".join(LINES[:3]).encode("utf-16")),
    "half a character": gzip.compress("".join(LINES[:2]).encode() + b'{"index":2,"value":"\xed\xa0\x80"}\n'),
    "neither value nor error": pack([*LINES[:2], '{"index":2}\n']),
    "value and error": pack([*LINES[:2], '{"index":2,"value":1,"error":{"type":"E","message":""}}\n']),
    "an error without a message": pack([*LINES[:2], '{"index":2,"error":{"type":"E"}}\n']),
    "an error that is a text": pack([*LINES[:2], '{"index":2,"error":"E"}\n']),
    "an error whose type is a number": pack([*LINES[:2], '{"index":2,"error":{"type":1,"message":""}}\n']),
}


@pytest.mark.parametrize("generation", [0, 1])
@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_object_is_replaced(body: bytes, generation: int) -> None:
    """It does not count as done and does not stop the worker, whose own object takes its place."""
    desk = BrokenDesk()
    desk.results.put(desk.sweep.id, 0, body)
    assert read_end(desk.sweep.plan.shard(0), body) is None
    assert desk.run(0, generation) == ShardDone(0, 3, generation=generation)
    assert (desk.stored(0), desk.calls) == (WHOLE, [0, 1, 2])
