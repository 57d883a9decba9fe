"""Running a sweep on this machine: what is done stays, and what is not done runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from application.describe_sweep import DescribeSweep, Description
from application.dispatch_shards import DispatchShards
from application.plan_sweep import PlanSweep
from application.ports.engine import EngineCounts, OnCounts
from application.run_sweep import RunSweep
from application.submit_sweep import SubmitSweep
from domain.designs.point_list import PointList
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, TargetUnavailable
from domain.limits import Limits
from domain.progress import State
from domain.request import SweepRequest
from tests.fakes.desk import Desk
from tests.fakes.engine import InlineEngine
from tests.fakes.id_source import CountingIds
from tests.fakes.sweeps import sweep_of
from tests.fakes.target_loader import KnownTargets

REQUEST = sweep_of(6, 3).request


class Laptop(Desk):
    """A desk with an engine that executes shards by the desk's own use case."""

    def __init__(self, source: str | None = "digest") -> None:
        """Evaluate `x * x`."""
        super().__init__(targets=KnownTargets(f=lambda x: x * x))
        self.engine = InlineEngine(source)
        self.engine.execute = self.execute
        self.shown: list[tuple[State, int]] = []
        plan = PlanSweep(Limits(100, 1_000_000))
        dispatch = DispatchShards(self.ledger, self.engine)
        submit = SubmitSweep(plan, self.ledger, dispatch, self.clock, CountingIds())
        self.run_sweep = RunSweep(plan, submit, DescribeSweep(self.ledger, self.results), self.fail, self.engine)

    def run(self, request: SweepRequest = REQUEST) -> Description:
        """Run a request."""
        return self.run_sweep(request, self.watch)

    @contextmanager
    def watch(self, before: Description) -> Iterator[OnCounts]:
        """Note the state before the run, and the points done after each step."""

        def show(counts: EngineCounts) -> None:
            self.shown.append((before.progress.state, counts.done))

        yield show


def test_a_run_ends_with_every_shard_done() -> None:
    """The target is checked first, every shard is executed once, and the watcher sees the points add up."""
    laptop = Laptop()
    description = laptop.run()
    assert (description.progress.state, description.progress.done) == (State.DONE, 6)
    assert laptop.engine.executed == [0, 1, 2]
    assert laptop.engine.steps == ["enter", "start", f"run {description.sweep.id}", "exit"]
    assert [done for _, done in laptop.shown] == [2, 4, 6]


def test_a_finished_run_is_not_run_again() -> None:
    """The same request with the same source is the same sweep; nothing is executed and nothing is shown."""
    laptop = Laptop()
    first = laptop.run()
    laptop.shown = []
    assert laptop.run() == first
    assert laptop.engine.executed == [0, 1, 2]
    assert laptop.shown == []


def test_failed_shards_run_again() -> None:
    """The same command executes the shards that failed, and no other."""
    laptop = Laptop()
    laptop.engine.dying = {1}
    assert laptop.run().progress.state is State.FAILED
    laptop.engine.dying, laptop.engine.executed = set(), []
    assert laptop.run().progress.state is State.DONE
    assert laptop.engine.executed == [1]


def test_another_source_is_another_sweep() -> None:
    """A changed function must not have its results mixed with old ones."""
    laptop = Laptop()
    first = laptop.run()
    laptop.engine.source = "another digest"
    assert laptop.run().sweep.id != first.sweep.id


def test_what_another_process_runs_is_left_to_it() -> None:
    """While its claim lasts, nothing is dispatched here, and the state is that of its run."""
    laptop = Laptop()
    laptop.engine.dying = {0, 1, 2}
    sweep = laptop.run().sweep
    assert laptop.ledger.claim_dispatch(sweep.id, "another", 60)
    laptop.engine.executed = []
    assert laptop.run().sweep == sweep
    assert laptop.engine.executed == []


@pytest.mark.parametrize(
    ("request_", "source", "path", "error"),
    [
        pytest.param(REQUEST, None, "target", TargetUnavailable, id="a target that cannot be evaluated"),
        pytest.param(
            SweepRequest("demo", None, PointList(("x",), ((1,),))), "digest", "target", InvalidSweep, id="no target"
        ),
        pytest.param(sweep_of(600, 200).request, "digest", "sharding", InvalidSweep, id="too many shards"),
    ],
)
def test_what_cannot_be_run_writes_nothing(
    request_: SweepRequest, source: str | None, path: str, error: type[InvalidSweep]
) -> None:
    """It is refused with its place, before the ledger knows of it."""
    laptop = Laptop(source)
    with pytest.raises(error) as raised:
        laptop.run(request_)
    assert raised.value.problems[0].path == path
    assert laptop.sweeps.list_sweeps(1, None).sweeps == ()


def test_a_run_has_no_deadline() -> None:
    """A laptop has all the time that the user has."""
    assert no_deadline() == float("inf")
