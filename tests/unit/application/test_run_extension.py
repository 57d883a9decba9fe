"""Running an extension on this machine, and submitting one: when it is refused, and how it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from application.describe_sweep import Description
from application.ports.engine import EngineCounts, OnCounts
from application.ports.runs import Run
from application.run_sweep import Beginning
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep
from domain.progress import State
from domain.request import SweepRequest
from domain.standing import Redo
from domain.sweep import Sweep
from domain.target_sources import TargetSources
from tests.fakes.desk import Desk, Laptop
from tests.fakes.engine import SOURCES
from tests.fakes.result_store import MemoryResults
from tests.fakes.sweeps import sweep_of

SIX, NINE = sweep_of(6, 3).request, sweep_of(9, 3).request


class ExtendingLaptop(Laptop):
    """A laptop with a sweep over `0..5` that is done; its target raises for each x in `broken`."""

    def __init__(self) -> None:
        """Run the earlier sweep."""
        super().__init__(self.square, SOURCES)
        self.broken: set[int] = set()
        self.calls: list[int] = []
        self.counts = EngineCounts()
        self.beginning: Beginning | None = None
        self.earlier = self.run(SIX).head.id
        self.calls = []

    def square(self, x: int) -> int:
        """Return the square, unless it is broken."""
        self.calls.append(x)
        if x in self.broken:
            raise ValueError(x)
        return x * x

    def run(self, request: SweepRequest, redo: Redo = Redo.SHARDS, key: str | None = None) -> Description:
        """Run a request."""
        return self.run_sweep(request, self.watch, redo, key)

    def extend(self, request: SweepRequest = NINE) -> Description:
        """Run an extension of the earlier sweep."""
        return self.run(replace(request, extends=self.earlier))

    @contextmanager
    def watch(self, beginning: Beginning) -> Iterator[OnCounts]:
        """Note how the run begins, and what it counts."""
        self.beginning, self.counts = beginning, EngineCounts()

        def show(counts: EngineCounts) -> None:
            self.counts = counts

        yield show


def test_only_what_the_earlier_sweep_lacks_is_evaluated() -> None:
    """The run tells which sweep it extends, and counts what it takes from there."""
    laptop = ExtendingLaptop()
    described = laptop.extend()
    assert (described.progress.state, described.progress.done) == (State.DONE, 9)
    assert (laptop.calls, laptop.counts.reused, laptop.counts.done) == ([6, 7, 8], 6, 9)
    assert laptop.beginning
    assert laptop.beginning.extends == laptop.earlier
    assert laptop.ledger.sweep(described.head.id).request.extends == laptop.earlier


def test_the_same_command_goes_on_with_the_extension() -> None:
    """A finished one is not run again, and of an interrupted one the rest is run, also once the earlier one is gone."""
    laptop = ExtendingLaptop()
    laptop.engine.dying = {1}
    first = laptop.extend()
    assert first.progress.state is State.FAILED
    laptop.engine.dying = set()
    _remove(laptop)
    assert laptop.extend().head == first.head
    assert laptop.extend().progress.state is State.DONE
    assert laptop.calls == [6, 7, 8, 3, 4, 5]


def _remove(laptop: ExtendingLaptop) -> None:
    assert isinstance(laptop.results, MemoryResults)
    for shard in range(3):
        laptop.results.objects.pop((laptop.earlier, shard))
    laptop.ledger.forget(laptop.earlier)


def test_what_changed_code_has_run_again_since_is_not_taken() -> None:
    """The extension goes on without it: values of two functions are not mixed."""
    laptop = ExtendingLaptop()
    laptop.broken = {2}
    other = laptop.run(replace(SIX, name="other")).head.id
    laptop.engine.dying = {0, 1, 2}
    extending = replace(NINE, extends=other)
    first = laptop.run(extending)
    laptop.engine.dying, laptop.broken, laptop.engine.sources = set(), set(), {"model.py": "edited"}
    laptop.run_sweep.again(other, laptop.watch)
    laptop.engine.sources, laptop.calls = SOURCES, []
    assert laptop.run(extending).head == first.head
    assert laptop.calls == list(range(9))


def test_the_extension_itself_may_be_meant_by_the_name_of_the_earlier_sweep() -> None:
    """The same command, typed again after an interruption, says the latest: it goes on with what it has begun."""
    laptop = ExtendingLaptop()
    laptop.engine.dying = {0, 1, 2}
    first = laptop.extend()
    laptop.engine.dying = set()
    assert laptop.run(replace(NINE, extends=laptop.runs.latest())).head == first.head
    assert (laptop.calls, laptop.counts.reused) == ([6, 7, 8], 6)


def test_without_the_option_an_interrupted_extension_goes_on_as_one() -> None:
    """The extension decides no result: the request is that of the same sweep, which the ledger knows."""
    laptop = ExtendingLaptop()
    laptop.engine.dying = {0, 1, 2}
    first = laptop.extend()
    laptop.engine.dying = set()
    assert laptop.run(NINE).head == first.head
    assert (laptop.calls, laptop.counts.reused) == ([6, 7, 8], 6)


def test_a_sweep_that_was_begun_without_it_may_go_on_as_an_extension() -> None:
    """What is left of it takes the earlier values."""
    laptop = ExtendingLaptop()
    laptop.engine.dying = {0, 1, 2}
    first = laptop.run(NINE)
    laptop.engine.dying = set()
    assert laptop.extend().head == first.head
    assert laptop.calls == [6, 7, 8]


def test_the_same_request_is_the_earlier_sweep_itself() -> None:
    """It goes on, and does not extend itself; a cancelled one is extended by a new sweep."""
    laptop = ExtendingLaptop()
    assert laptop.extend(SIX).head.id == laptop.earlier
    assert laptop.beginning
    assert laptop.beginning.extends is None
    laptop.engine.dying = {1}
    part = laptop.run(NINE).head.id
    laptop.ledger.cancel(part)
    laptop.engine.dying, laptop.calls = set(), []
    again = laptop.run(replace(NINE, extends=part))
    assert again.head.id != part
    assert (again.progress.done, laptop.calls) == (9, [3, 4, 5])


def test_points_that_failed_are_evaluated_again() -> None:
    """In the extension, and by a retry of it, which takes what the earlier sweep has got since."""
    laptop = ExtendingLaptop()
    laptop.broken = {2, 7}
    assert laptop.extend().progress.failed == 1
    laptop.broken, laptop.calls = set(), []
    retried = laptop.run_sweep.again(laptop.runs.latest() or "", laptop.watch)
    assert (retried.progress.done, laptop.calls) == (9, [7])


def test_another_function_is_refused_and_nothing_is_written() -> None:
    """The sources that have changed are named; so are those of a sweep that was run by several."""
    laptop = ExtendingLaptop()
    heads = laptop.ledger.heads(9).heads
    changes: list[tuple[TargetSources, str]] = [
        ({"model.py": "edited"}, "model.py has changed since"),
        ({f"{name}.py": "new" for name in "abcdefg"}, r"a.py, b.py, c.py, d.py, e.py, ... have changed since"),
    ]
    for sources, message in changes:
        laptop.engine.sources = sources
        with pytest.raises(InvalidSweep, match=f"extends: {message} {laptop.earlier}"):
            laptop.extend()
    laptop.engine.sources = SOURCES
    laptop.runs.begin(Run(laptop.earlier, "digest", {"model.py": ""}))
    with pytest.raises(InvalidSweep, match=f"model.py has changed since {laptop.earlier}"):
        laptop.extend()
    assert laptop.ledger.heads(9).heads == heads


def test_a_sweep_of_unknown_sources_is_refused() -> None:
    """Its values may be those of any function."""
    laptop = ExtendingLaptop()
    laptop.ledger.open(Sweep("old-000000000001", "old", "digest", SIX, 0.0))
    with pytest.raises(InvalidSweep, match="extends: it is not known from which sources the values of old-00000000000"):
        laptop.run(replace(NINE, extends="old-000000000001"))


Submit = Callable[[Desk, SweepRequest], object]
WAYS: dict[str, Submit] = {
    "submission": lambda desk, request: desk.sweeps.submit(request, "key", no_deadline),
    "dry run": lambda desk, request: desk.sweeps.plan(request),
}


@pytest.mark.parametrize("ask", WAYS.values(), ids=WAYS)
def test_a_submission_and_its_dry_run_check_the_earlier_sweep(ask: Submit) -> None:
    """It must be there, and its values those of the same calls; the message has its id."""
    desk = Desk()
    earlier = desk.sweeps.submit(SIX, None, no_deadline).sweep.id
    with pytest.raises(InvalidSweep, match="extends: no sweep has the id 'lab-000000000009'; the earlier sweep must"):
        ask(desk, replace(NINE, extends="lab-000000000009"))
    with pytest.raises(InvalidSweep, match=f"extends: {earlier} has other constants"):
        ask(desk, replace(NINE, extends=earlier, constants={"c": 1}))
    assert len(desk.ledger.heads(9).heads) == 1
    ask(desk, replace(NINE, extends=earlier))


@pytest.mark.parametrize("ask", WAYS.values(), ids=WAYS)
def test_values_of_code_that_is_deployed_no_more_are_refused(ask: Submit) -> None:
    """The sweep remembers the code; once that is deployed again, its values may be taken."""
    desk, other = Desk(code="one"), Desk(code="other")
    other.ledger = desk.ledger
    other.submit = replace(other.submit, ledger=desk.ledger)
    other.sweeps = replace(other.sweeps, submit=other.submit, plan=other.submit.checked)
    earlier = desk.sweeps.submit(SIX, None, no_deadline).sweep
    assert earlier.code == "one"
    extending = replace(NINE, extends=earlier.id)
    with pytest.raises(InvalidSweep, match=f"extends: {earlier.id} was submitted when other code was deployed"):
        ask(other, extending)
    ask(desk, extending)
    old = desk.ledger.open(replace(earlier, id="old-000000000001", key="old", code=""))
    with pytest.raises(
        InvalidSweep, match=f"extends: {old.id} was submitted before its code was known; its values may"
    ):
        ask(desk, replace(NINE, extends=old.id))


def test_the_extension_decides_no_digest() -> None:
    """A key that was used without it belongs to the same request."""
    desk = Desk()
    earlier = desk.sweeps.submit(SIX, None, no_deadline).sweep.id
    first = desk.sweeps.submit(NINE, "key", no_deadline)
    again = desk.sweeps.submit(replace(NINE, extends=earlier), "key", no_deadline)
    assert (again.replayed, again.sweep) == (True, first.sweep)
