"""What a run shows: points as the engine counts them, and shards as the ledger has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from application.follow_sweep import Following
from application.ports.engine import EngineCounts
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import DependencyUnavailable, SweepNotFound
from domain.reasons import Reason
from domain.shard_map import ShardMap
from domain.sweep import ShardDone, ShardFailed, Sweep
from entrypoints.cli.looks import Looks
from entrypoints.cli.run_view import RunView
from tests.fakes.desk import Desk
from tests.fakes.display import RecordingDisplay
from tests.fakes.stopwatch import Stopwatch
from tests.fakes.sweeps import sweep_of


class Laptop:
    """A sweep of 8 points in 4 shards, the first of which is done; and the ledger's answers."""

    def __init__(self) -> None:
        """Submit the sweep."""
        self.desk = Desk()
        self.sweep: Sweep = self.desk.submit(sweep_of(8, 4).request, "key", no_deadline).sweep
        self.clock, self.display = Stopwatch(), RecordingDisplay()
        self.looked: list[float] = []
        self.desk.ledger.mark_done(self.sweep.id, ShardDone(0, 2))

    def view(self, took: float = 0.0, error: Exception | None = None) -> RunView:
        """Return the view of a run that goes on with the sweep; the ledger takes so many seconds to answer."""

        def follow(sweep_id: str, cells: int, deadline: Deadline) -> Following:
            self.looked.append(self.clock.now)
            self.clock.now += took
            if error:
                raise error
            return self.desk.sweeps.follow(sweep_id, cells, deadline)

        before = self.desk.sweeps.describe(self.sweep.id, no_deadline)
        looks = Looks(replace(self.desk.sweeps, follow=follow), self.sweep.id)
        return RunView(before, looks, self.display, self.clock)

    def run(self, view: Callable[[EngineCounts], None], seconds: float, step: float = 0.05) -> None:
        """Call the view at every step, as an engine does that evaluates a point a second."""
        begun = self.clock.now
        while self.clock.now < begun + seconds:
            view(EngineCounts(done=int(self.clock.now - begun)))
            self.clock.now += step


def test_a_run_begins_with_what_was_done_before() -> None:
    """Without a reading of the ledger, as the run has just described the sweep."""
    laptop = Laptop()
    laptop.view()
    (first,) = laptop.display.shown
    assert (first.points, first.failed, first.size, first.state, first.map) == (2, 0, 8, "running", None)
    assert laptop.looked == []


def test_points_are_those_of_the_engine() -> None:
    """They come between two readings of the ledger, and in shards that have not ended."""
    laptop = Laptop()
    laptop.run(laptop.view(), 4)
    last = laptop.display.shown[-1]
    assert (last.points, last.progress and last.progress.settled) == (5, 2)
    assert last.rate == pytest.approx(3 / 3.8, rel=0.1)


def test_shards_and_causes_are_those_of_the_ledger() -> None:
    """They are read now and then."""
    laptop = Laptop()
    view = laptop.view()
    laptop.run(view, 0.6)
    assert laptop.display.shown[-1].map is not None
    laptop.desk.ledger.mark_failed(laptop.sweep.id, ShardFailed(1, Reason.WORKER_DIED, "killed"))
    laptop.run(view, 0.6)
    last = laptop.display.shown[-1]
    assert last.map == ShardMap(1, "DFRR")
    assert [group.example.message for group in last.groups] == ["killed"]


def test_a_few_pictures_a_second_are_drawn() -> None:
    """However often the engine counts."""
    laptop = Laptop()
    laptop.run(laptop.view(), 10, 0.001)
    assert 35 <= len(laptop.display.shown) <= 42


@pytest.mark.parametrize(("took", "most"), [(0.0, 19), (0.05, 3), (2.0, 1)])
def test_the_ledger_has_a_hundredth_of_the_time(took: float, most: int) -> None:
    """It is read twice a second where that is cheap, and less often where it is not: no worker gets a shard then."""
    laptop = Laptop()
    laptop.run(laptop.view(took), 10, 0.01)
    assert most - 1 <= len(laptop.looked) <= most


@pytest.mark.parametrize("error", [DependencyUnavailable("locked"), SweepNotFound("demo-x")])
def test_a_run_does_not_end_because_of_its_picture(error: Exception) -> None:
    """Where the ledger does not answer, the points are shown all the same."""
    laptop = Laptop()
    laptop.run(laptop.view(error=error), 4)
    assert len(laptop.looked) > 1
    assert (laptop.display.shown[-1].points, laptop.display.shown[-1].map) == (5, None)


def test_the_last_counts_are_shown() -> None:
    """At the end, however short ago the picture before was drawn."""
    laptop = Laptop()
    view = laptop.view()
    view(EngineCounts(done=5, failed=1))
    view.show()
    assert (laptop.display.shown[-1].points, laptop.display.shown[-1].failed) == (8, 1)
