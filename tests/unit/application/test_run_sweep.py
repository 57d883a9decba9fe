"""Running a sweep on this machine: what is done stays, and what is not done runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from application.describe_sweep import Description
from application.ports.engine import EngineCounts, OnCounts
from application.run_sweep import Beginning
from domain.designs.point_list import PointList
from domain.dispatch_order import DispatchOrder
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, TargetUnavailable
from domain.progress import State
from domain.request import SweepRequest
from domain.spread import Spread
from domain.standing import Redo
from domain.target_sources import TargetSources
from tests.fakes.desk import Laptop
from tests.fakes.engine import SOURCES
from tests.fakes.sweeps import sweep_of

REQUEST = sweep_of(6, 3).request


class WatchedLaptop(Laptop):
    """A laptop on which a target returns `x * x`, or raises for each x in `broken`."""

    def __init__(self, sources: TargetSources | None = SOURCES) -> None:
        """Start with a target that raises nowhere."""
        super().__init__(self.square, sources)
        self.broken: set[int] = set()
        self.calls: list[int] = []
        self.shown: list[tuple[State, int]] = []
        self.beginnings: list[Beginning] = []

    def square(self, x: int) -> int:
        """Return the square, unless it is broken."""
        self.calls.append(x)
        if x in self.broken:
            raise ValueError(x)
        return x * x

    def run(self, request: SweepRequest = REQUEST, redo: Redo = Redo.SHARDS) -> Description:
        """Run a request."""
        return self.run_sweep(request, self.watch, redo)

    @contextmanager
    def watch(self, beginning: Beginning) -> Iterator[OnCounts]:
        """Note how the run begins, the state before it, and the points done after each step."""
        self.beginnings.append(beginning)

        def show(counts: EngineCounts) -> None:
            self.shown.append((beginning.before.progress.state, counts.done))

        yield show


def test_a_run_ends_with_every_shard_done() -> None:
    """The target is checked first, every shard is executed once, and the watcher sees the points add up."""
    laptop = WatchedLaptop()
    description = laptop.run()
    assert (description.progress.state, description.progress.done) == (State.DONE, 6)
    assert laptop.engine.executed == [0, 1, 2]
    assert laptop.engine.steps == ["enter", "start", f"run {description.head.id}", "exit"]
    assert laptop.shown == [(State.RUNNING, done) for done in (2, 4, 6)]


def test_a_finished_run_is_not_run_again() -> None:
    """The same request with the same sources is the same sweep; nothing is executed and nothing is shown."""
    laptop = WatchedLaptop()
    first = laptop.run()
    laptop.shown = []
    assert laptop.run() == first
    assert laptop.engine.executed == [0, 1, 2]
    assert laptop.shown == []


@pytest.mark.parametrize(("first", "then"), [("plan", "spread"), ("spread", "plan"), ("spread", "spread")])
def test_what_is_left_of_a_sweep_starts_in_the_order_that_is_asked_for(first: str, then: str) -> None:
    """It is the same sweep: what is done stays, whatever the order in which it was begun."""
    laptop, request = WatchedLaptop(), sweep_of(60, 60).request
    expected = {"plan": list(range(60)), "spread": list(map(Spread(60).number, range(60)))}
    laptop.engine.dying = set(range(0, 60, 2))
    begun = laptop.run(replace(request, order=DispatchOrder(first)))
    assert laptop.engine.executed == expected[first]
    laptop.engine.executed = []
    assert laptop.run(replace(request, order=DispatchOrder(then))).head == begun.head
    assert laptop.engine.executed == [shard for shard in expected[then] if shard % 2 == 0]


def test_a_retry_keeps_the_order_of_the_sweep() -> None:
    """The ledger knows it: a retry names no request."""
    laptop, request = WatchedLaptop(), replace(sweep_of(60, 60).request, order=DispatchOrder.SPREAD)
    laptop.engine.dying = set(range(20, 40))
    failed = laptop.run(request)
    laptop.engine.executed = []
    laptop.run_sweep.again(failed.head.id, laptop.watch)
    order = map(Spread(60).number, range(60))
    assert laptop.engine.executed == [shard for shard in order if 20 <= shard < 40]


def test_failed_shards_run_again() -> None:
    """The same command executes the shards that failed, and no other."""
    laptop = WatchedLaptop()
    laptop.engine.dying = {1}
    assert laptop.run().progress.state is State.FAILED
    laptop.engine.dying, laptop.engine.executed = set(), []
    assert laptop.run().progress.state is State.DONE
    assert laptop.engine.executed == [1]


def test_points_that_raised_are_evaluated_again_on_request_alone() -> None:
    """The same command leaves them, and with the points redone evaluates exactly them."""
    laptop = WatchedLaptop()
    laptop.broken = {2, 5}
    assert laptop.run().progress.state is State.DONE_WITH_ERRORS
    laptop.broken, laptop.calls = set(), []
    assert laptop.run().progress.state is State.DONE_WITH_ERRORS
    assert laptop.calls == []
    assert laptop.run(redo=Redo.POINTS).progress.state is State.DONE
    assert laptop.calls == [2, 5]


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param({"model.py": "another digest"}, id="a source has changed"),
        pytest.param({"other.py": "digest"}, id="a source has another name"),
        pytest.param({"model.py": "digest", "part.py": "digest"}, id="there is one more"),
        pytest.param({}, id="there is none"),
    ],
)
def test_other_sources_are_another_sweep(sources: TargetSources) -> None:
    """A changed function must not have its results mixed with old ones."""
    laptop = WatchedLaptop()
    first = laptop.run()
    laptop.engine.sources = sources
    assert laptop.run().head.id != first.head.id


def test_the_order_of_the_sources_makes_no_other_sweep() -> None:
    """It is the order in which modules were imported, which may differ between processes."""
    laptop = WatchedLaptop({"a.py": "1", "b.py": "2"})
    first = laptop.run()
    laptop.engine.sources = {"b.py": "2", "a.py": "1"}
    assert laptop.run().head.id == first.head.id


def test_a_run_tells_how_it_begins() -> None:
    """It tells a new sweep from one that goes on and from one of which nothing is left to run."""
    laptop = WatchedLaptop()
    laptop.engine.dying = {1}
    for _ in range(3):
        laptop.run()
        laptop.engine.dying = set()
    told = [(one.is_new, one.queued, one.before.progress.done) for one in laptop.beginnings]
    assert told == [(True, 3, 0), (False, 1, 4), (False, 0, 6)]
    assert {one.before.head.id for one in laptop.beginnings} == {laptop.runs.latest()}


def test_a_run_tells_what_has_changed() -> None:
    """A new sweep of the same request names the sources that differ from those of its last run."""
    laptop = WatchedLaptop({"model.py": "1", "part.py": "1"})
    first = laptop.run()
    laptop.engine.sources = {"model.py": "2", "part.py": "1"}
    laptop.run()
    laptop.engine.sources = {"model.py": "1", "part.py": "1"}
    laptop.run()
    begun, edited, back = laptop.beginnings
    assert (begun.earlier, begun.changed) == (None, ())
    assert (edited.earlier and edited.earlier.sweep_id, edited.changed) == (first.head.id, ["model.py"])
    assert (back.is_new, back.before.head.id, back.changed) == (False, first.head.id, ["model.py"])


def test_another_request_has_no_earlier_run() -> None:
    """Sources are compared with those of the same request alone."""
    laptop = WatchedLaptop()
    laptop.run()
    laptop.run(sweep_of(4, 2).request)
    assert laptop.beginnings[1].earlier is None


def test_what_another_process_runs_is_left_to_it() -> None:
    """While its claim lasts, nothing is dispatched here, and the state is that of its run."""
    laptop = WatchedLaptop()
    laptop.engine.dying = {0, 1, 2}
    head = laptop.run().head
    assert laptop.ledger.claim(head.id, 0, "another", 60)
    laptop.engine.executed = []
    assert (laptop.run().head, laptop.engine.executed) == (head, [])


@pytest.mark.parametrize(
    ("request_", "sources", "path", "error"),
    [
        pytest.param(REQUEST, None, "target", TargetUnavailable, id="a target that cannot be evaluated"),
        pytest.param(
            SweepRequest("demo", None, PointList(("x",), ((1,),))), SOURCES, "target", InvalidSweep, id="no target"
        ),
        pytest.param(sweep_of(600, 200).request, SOURCES, "sharding", InvalidSweep, id="too many shards"),
    ],
)
def test_what_cannot_be_run_writes_nothing(
    request_: SweepRequest, sources: TargetSources | None, path: str, error: type[InvalidSweep]
) -> None:
    """It is refused with its place, before the ledger knows of it."""
    laptop = WatchedLaptop(sources)
    with pytest.raises(error) as raised:
        laptop.run(request_)
    assert raised.value.problems[0].path == path
    assert laptop.ledger.heads(1).heads == ()


def test_the_same_command_goes_on_with_a_submitted_sweep() -> None:
    """A sweep of the same request and the same sources is the same sweep, whatever key it was submitted under."""
    laptop = WatchedLaptop()
    laptop.engine.dying = {1}
    submitted = laptop.run_sweep(REQUEST, laptop.watch, key="another")
    laptop.engine.dying = set()
    again = laptop.run()
    assert (again.head, again.progress.state) == (submitted.head, State.DONE)


def test_a_cancelled_sweep_is_not_gone_on_with() -> None:
    """Its command starts another sweep, and goes on with that one from then on."""
    laptop = WatchedLaptop()
    laptop.engine.dying = {1}
    first = laptop.run().head
    laptop.ledger.cancel(first.id)
    second = laptop.run().head
    laptop.engine.dying = set()
    third = laptop.run()
    assert second.id != first.id
    assert (third.head, third.progress.state) == (second, State.DONE)
    assert laptop.sweeps.describe(first.id, no_deadline).progress.state is State.CANCELLED


def test_results_of_changed_sources_are_not_mixed_with_others() -> None:
    """A sweep that was run again by a changed target is that of neither, and is not gone on with by a command."""
    laptop = WatchedLaptop()
    laptop.broken = {2}
    first = laptop.run().head
    laptop.broken, laptop.engine.sources = set(), {"model.py": "changed"}
    assert laptop.run_sweep.again(first.id, laptop.watch).progress.state is State.DONE
    changed = laptop.run()
    laptop.engine.sources = SOURCES
    original = laptop.run()
    assert len({first.id, changed.head.id, original.head.id}) == 3
    assert (changed.progress.done, original.progress.done) == (6, 6)


def test_a_run_that_evaluates_nothing_mixes_nothing() -> None:
    """A sweep of which all is done stays that of its sources."""
    laptop = WatchedLaptop()
    first = laptop.run().head
    laptop.engine.sources = {"model.py": "changed"}
    laptop.run_sweep.again(first.id, laptop.watch)
    laptop.engine.sources = SOURCES
    assert laptop.run().head == first


def test_a_run_remembers_where_its_target_is() -> None:
    """So that a retry finds it from any folder."""
    laptop = WatchedLaptop()
    run_sweep = replace(laptop.run_sweep, import_paths=("/home/models",), started_in="/home")
    head = run_sweep(REQUEST, laptop.watch).head
    run = laptop.runs.of(head.id)
    assert run
    assert (run.import_paths, run.started_in) == (("/home/models",), "/home")
