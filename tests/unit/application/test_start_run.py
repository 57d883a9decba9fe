"""Submitting and retrying where no platform has workers: a runner is started, and what it reports is the answer."""

from __future__ import annotations

import pytest

from application.start_run import StartRun
from domain.designs.point_list import PointList
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, SweepConflict, SweepNotFound, TargetUnavailable
from domain.progress import State
from domain.request import SweepRequest
from domain.target_sources import TargetSources
from tests.fakes.desk import Laptop
from tests.fakes.engine import SOURCES
from tests.fakes.id_source import CountingIds
from tests.fakes.runner import InlineRunner
from tests.fakes.sweeps import sweep_of

REQUEST = sweep_of(6, 3).request


class BackgroundLaptop(Laptop):
    """A laptop whose orders start a runner. The target returns x, or raises for each x in `broken`."""

    def __init__(self, sources: TargetSources | None = SOURCES) -> None:
        """Start with a target that raises nowhere."""
        super().__init__(self.target, sources)
        self.broken: set[int] = set()
        runner = InlineRunner(self.run_sweep)
        self.start = StartRun(self.run_sweep.plan, self.ledger, self.survey, CountingIds(), runner, self.tables)

    def target(self, x: int) -> int:
        """Return x, unless it is broken."""
        if x in self.broken:
            raise ValueError(x)
        return x


def test_a_submission_is_the_sweep_and_what_was_dispatched() -> None:
    """The answer is that of a deployed system: the sweep, that it is new, and the outcome of every shard."""
    laptop = BackgroundLaptop()
    submission = laptop.start.submit(REQUEST, "key", no_deadline)
    assert (submission.sweep.key, submission.sweep.request, submission.replayed) == ("key", REQUEST, False)
    assert submission.dispatched.attempted.accepted == submission.dispatched.attempted.shards == 3
    assert submission.dispatched.progress.state is State.DONE


def test_the_same_key_goes_on_with_the_same_sweep() -> None:
    """What a runner left that was killed is dispatched; what has ended is not, and a changed target is no new sweep."""
    laptop = BackgroundLaptop()
    laptop.engine.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        laptop.start.submit(REQUEST, "key", no_deadline)
    laptop.engine.interrupted = False
    second = laptop.start.submit(REQUEST, "key", no_deadline)
    laptop.engine.sources = {"model.py": "changed"}
    third = laptop.start.submit(REQUEST, "key", no_deadline)
    assert third.sweep == second.sweep
    assert [(one.replayed, one.dispatched.attempted.accepted) for one in (second, third)] == [(True, 3), (True, 0)]


def test_another_key_is_another_sweep_and_so_is_none() -> None:
    """Each submission is a sweep of its own, unless a caller says that it is the same one."""
    laptop = BackgroundLaptop()
    found = {laptop.start.submit(REQUEST, key, no_deadline).sweep.id for key in ("key", "another", None, None)}
    assert len(found) == 4


def test_a_key_of_another_request_is_a_conflict() -> None:
    """The key names one request for good."""
    laptop = BackgroundLaptop()
    laptop.start.submit(REQUEST, "key", no_deadline)
    with pytest.raises(SweepConflict):
        laptop.start.submit(sweep_of(4, 2).request, "key", no_deadline)


def test_a_retry_evaluates_what_has_no_value() -> None:
    """It dispatches the shards in which points lack one, by the target as it is now."""
    laptop = BackgroundLaptop()
    laptop.broken = {2}
    submitted = laptop.start.submit(REQUEST, "key", no_deadline)
    assert submitted.dispatched.progress.state is State.DONE_WITH_ERRORS
    laptop.broken, laptop.engine.sources = set(), {"model.py": "mended"}
    retried = laptop.start.retry(submitted.sweep.id, no_deadline)
    assert (retried.sweep, retried.replayed) == (submitted.sweep, True)
    assert retried.dispatched.attempted.accepted == 1
    assert retried.dispatched.progress.state is State.DONE


def test_a_cancelled_sweep_is_not_retried() -> None:
    """It is a conflict, as in a deployed system."""
    laptop = BackgroundLaptop()
    laptop.engine.dying = {0}
    sweep = laptop.start.submit(REQUEST, "key", no_deadline).sweep
    laptop.ledger.cancel(sweep.id)
    with pytest.raises(SweepConflict):
        laptop.start.retry(sweep.id, no_deadline)


def test_what_is_no_sweep_starts_no_runner() -> None:
    """An unknown id, a request without a target and one beyond the limits are refused at once."""
    laptop = BackgroundLaptop()
    with pytest.raises(SweepNotFound):
        laptop.start.retry("toy-0", no_deadline)
    for request in (SweepRequest("demo", None, PointList(("x",), ((1,),))), sweep_of(600, 200).request):
        with pytest.raises(InvalidSweep):
            laptop.start.submit(request, "key", no_deadline)
    assert laptop.engine.steps == []


def test_a_target_that_cannot_be_evaluated_leaves_no_sweep() -> None:
    """It is refused before the ledger knows of the sweep."""
    laptop = BackgroundLaptop(sources=None)
    with pytest.raises(TargetUnavailable):
        laptop.start.submit(REQUEST, "key", no_deadline)
    assert laptop.ledger.heads(1).heads == ()
