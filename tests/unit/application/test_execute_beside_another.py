"""Two generations at work on one shard at the same moment: no value that either of them has is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from application.documents.result_lines import pack
from domain.errors import DependencyUnavailable
from domain.sweep import ShardDone, ShardEnd
from tests.fakes.result_store import MemoryResults
from tests.fakes.worker_desk import WorkerDesk

LINES = [f'{{"index":{index},"point":{{"x":{index}}},"value":{index * index}}}\n' for index in range(3)]
WHOLE = pack(LINES)


class BusyDesk(WorkerDesk):
    """A worker whose target raises for some x, and that may be overtaken: `meanwhile` is called in its last point."""

    def __init__(self, *broken: int, results: MemoryResults | None = None) -> None:
        """Raise for these x."""
        super().__init__(self.evaluate, results)
        self.broken = set(broken)
        self.meanwhile: list[Callable[[], object]] = []

    def evaluate(self, x: int) -> int:
        """Return a value, or raise, after what another worker did meanwhile."""
        broken = x in self.broken
        while self.meanwhile:
            self.meanwhile.pop()()
        if broken:
            raise ValueError(f"no value at {x}")
        return x * x

    def run_with(self, generation: int, *broken: int) -> ShardEnd | None:
        """Execute shard 0 in this generation, while the target raises for these x alone."""
        before, self.broken = self.broken, set(broken)
        end = self.run(0, generation)
        self.broken = before
        return end

    def overtaken(self, generation: int, *broken: int, by: int, which: tuple[int, ...] = ()) -> list[ShardEnd | None]:
        """Execute shard 0, and meanwhile in generation `by` raising for `which`; return the ends in that order."""
        ends: list[ShardEnd | None] = []
        self.meanwhile = [lambda: ends.append(self.run_with(by, *which))]
        end = self.run_with(generation, *broken)
        return [end, *ends]

    def values(self) -> list[int]:
        """Return the indices of the points of shard 0 that have a value."""
        return [index for index, line in enumerate(self.lines(0)) if "value" in line]


def counts(end: ShardEnd | None) -> tuple[int, int, int]:
    """Return the generation of an end with results, how many values it has, and how many errors."""
    assert isinstance(end, ShardDone)
    return end.generation, end.values, end.errors


def test_a_late_first_run_that_stores_an_error_first_loses_no_value_of_the_second() -> None:
    """The second run, which found no results, has every value: it replaces the lines that have none."""
    desk = BusyDesk()
    desk.send(0, generation=1)
    second, first = desk.overtaken(1, by=0, which=(1,))
    assert (counts(first), counts(second)) == ((0, 2, 1), (1, 3, 0))
    assert (desk.stored(0), desk.state(0)) == (WHOLE, "done")


def test_a_late_first_run_that_stores_an_error_last_loses_no_value_of_the_second() -> None:
    """Its own results are dropped, and its end is that of what is stored."""
    desk = BusyDesk()
    desk.send(0, generation=1)
    first, second = desk.overtaken(0, 1, by=1)
    assert (counts(first), counts(second)) == ((0, 3, 0), (1, 3, 0))
    assert (desk.stored(0), desk.state(0)) == (WHOLE, "done")


@pytest.mark.parametrize(("own", "other"), [(1, 2), (2, 1)], ids=["the later stores first", "the later stores last"])
def test_two_runs_that_mend_different_points_mend_both(own: int, other: int) -> None:
    """Both read the same object; the one that stores last adds its value to those of the first."""
    desk = BusyDesk(0, 1)
    desk.run(0)
    desk.send(0, generation=2)
    mine, others = desk.overtaken(own, 0, by=other, which=(1,))
    assert (counts(others), counts(mine)) == ((other, 2, 1), (own, 3, 0))
    assert (desk.stored(0), desk.state(0)) == (WHOLE, "done")


@pytest.mark.parametrize(("own", "other"), [(1, 2), (2, 1)], ids=["the later stores first", "the later stores last"])
def test_two_runs_that_leave_a_point_without_a_value_keep_their_other_values(own: int, other: int) -> None:
    """The shard stays partial, and the end of the one that stores last is that of the merged object."""
    desk = BusyDesk(0, 1, 2)
    desk.run(0)
    desk.send(0, generation=2)
    mine, others = desk.overtaken(own, 0, 2, by=other, which=(1, 2))
    assert (counts(others), counts(mine)) == ((other, 1, 2), (own, 2, 1))
    assert (desk.values(), desk.state(0)) == ([0, 1], "partial")
    assert desk.run_with(3) == ShardDone(0, 3, generation=3)


class Contended(MemoryResults):
    """A result store in which another worker stores results before each of the first replacements."""

    def __init__(self, conflicts: int) -> None:
        """Let so many replacements come too late."""
        super().__init__()
        self.conflicts = conflicts
        self.tried = 0

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        """Replace the object unless another worker was first."""
        self.tried += 1
        if self.tried <= self.conflicts:
            error = f'{{"index":1,"point":{{"x":1}},"error":{{"type":"E","message":"{self.tried}"}}}}\n'
            self.objects[sweep_id, shard] = pack([LINES[0], error, LINES[2]])
        return super().replace(sweep_id, shard, body, version)


@pytest.mark.parametrize("conflicts", range(6))
def test_a_worker_tries_again_after_up_to_five_conflicts(conflicts: int) -> None:
    """Each time it merges its values into what is stored by then."""
    results = Contended(conflicts)
    desk = BusyDesk(1, results=results)
    desk.run(0)
    desk.send(0, generation=1)
    assert desk.run_with(1) == ShardDone(0, 3, generation=1)
    assert (desk.stored(0), desk.state(0), results.tried) == (WHOLE, "done", conflicts + 1)


def test_five_conflicts_in_a_row_are_an_error() -> None:
    """After the first, that is: the shard has not ended, and another attempt may succeed."""
    results = Contended(6)
    desk = BusyDesk(1, results=results)
    desk.run(0)
    desk.send(0, generation=1)
    with pytest.raises(DependencyUnavailable, match="neither returns nor replaces it"):
        desk.run_with(1)
    assert (desk.state(0), desk.values(), results.tried) == ("accepted", [0, 2], 6)
    assert desk.run_with(1) == ShardDone(0, 3, generation=1)
