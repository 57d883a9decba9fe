"""The rules that every `Sweeps` keeps. A subclass of `SweepsContract` with its fixtures tests an implementation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from application.describe_sweep import Description
from application.ports.ledger import Ledger
from application.submit_sweep import Submission
from application.sweeps import Sweeps
from domain.designs.grid import Grid
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, SweepConflict, SweepNotFound
from domain.plan import Plan, ShardCount
from domain.progress import State
from domain.reasons import Reason
from domain.request import SweepRequest
from domain.space.linspace import Linspace
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.values import Values
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed

Tick = Callable[[], None]
SHARDS = 6
_PLACES = ("lab/model.py:7 solve", "lab/model.py:12 simulate")
# 12 points, two a shard.
REQUEST = SweepRequest(
    "toy",
    "toy:f",
    Grid((Parameter("x", Range(0, 3)), Parameter("odd", Values((0.1, None, "ü \"'\\", True))))),
    {"deep": {"list": [1, 2.5, None, "ß"]}, "gravity": 9.81},
    ShardCount(SHARDS),
)
OTHER = replace(REQUEST, name="other", design=Grid((Parameter("y", Linspace(0, 1, 6)),)))
# More points in one shard than any place evaluates.
TOO_LARGE = replace(REQUEST, design=Grid((Parameter("x", Range(0, 2 * 10**8)),)), sharding=ShardCount(1))
ABSENT = "toy-0123456789ab"
QUESTIONS: dict[str, Callable[[Sweeps, str], object]] = {
    "describe": lambda sweeps, sweep_id: sweeps.describe(sweep_id, no_deadline),
    "follow": lambda sweeps, sweep_id: sweeps.follow(sweep_id, 1, no_deadline),
    "request": lambda sweeps, sweep_id: sweeps.request(sweep_id, no_deadline),
    "list_results": lambda sweeps, sweep_id: sweeps.list_results(sweep_id, 10, None, no_deadline),
    "list_failures": lambda sweeps, sweep_id: sweeps.list_failures(sweep_id, 10, None, no_deadline),
    "retry": lambda sweeps, sweep_id: sweeps.retry(sweep_id, no_deadline),
    "cancel": lambda sweeps, sweep_id: sweeps.cancel(sweep_id, no_deadline),
}


def submit(sweeps: Sweeps, request: SweepRequest = REQUEST, key: str | None = None) -> Submission:
    """Submit a request without a deadline."""
    return sweeps.submit(request, key, no_deadline)


def errors_of(shard: int, points: int = 1) -> ShardDone:
    """Return the end of a shard of two points, of which so many have an error."""
    first = PointError(2 * shard, "ValueError", "no root", _PLACES)
    return ShardDone(shard, 2 - points, points, (ErrorKind(first, points),))


def listed(sweeps: Sweeps) -> list[str]:
    """Return the ids of all sweeps, by pages of two."""

    def pages() -> Iterator[str]:
        after = None
        while True:
            page = sweeps.list_sweeps(2, after, no_deadline)
            assert len(page.heads) <= 2
            yield from (head.id for head in page.heads)
            after = page.next
            if after is None:
                return

    return list(pages())


class SweepsContract:
    """The rules, one a test. `ledger` is where the workers of these sweeps record their shards' ends."""

    @pytest.fixture
    def sweeps(self) -> Sweeps:
        """Return sweeps, of which there are none yet; `toy:f` may be evaluated."""
        raise NotImplementedError

    @pytest.fixture
    def ledger(self) -> Ledger:
        """Return the ledger of these sweeps."""
        raise NotImplementedError

    @pytest.fixture
    def tick(self) -> Tick:
        """Return what lets a moment pass between two submissions."""
        return lambda: None

    @pytest.fixture
    def failing(self, sweeps: Sweeps, ledger: Ledger) -> str:
        """Return a sweep of which shards 1 and 4 have errors, shard 5 has failed, and 2 and 3 have not ended."""
        sweep_id = submit(sweeps).sweep.id
        ledger.mark_done(sweep_id, ShardDone(0, 2))
        for end in (errors_of(1, 2), errors_of(4)):
            ledger.mark_done(sweep_id, end)
        ledger.mark_failed(sweep_id, ShardFailed(5, Reason.RETRIES_EXHAUSTED, "Task timed out", 3))
        return sweep_id

    def test_planning_records_nothing(self, sweeps: Sweeps) -> None:
        """A plan is of the request as it is, and no sweep comes of it."""
        assert sweeps.plan(REQUEST).request.plan == Plan(12, SHARDS)
        assert listed(sweeps) == []

    @pytest.mark.parametrize("order", ["plan", "submit"])
    def test_what_cannot_be_carried_out_is_refused_with_its_place(self, sweeps: Sweeps, order: str) -> None:
        """The error names the part of the request, and nothing is recorded."""
        with pytest.raises(InvalidSweep) as refused:
            sweeps.plan(TOO_LARGE) if order == "plan" else submit(sweeps, TOO_LARGE)
        assert [problem.path for problem in refused.value.problems] == ["sharding"]
        assert "are allowed here" in refused.value.problems[0].message
        assert listed(sweeps) == []

    @pytest.mark.parametrize("order", ["plan", "submit"])
    def test_an_extension_of_no_sweep_is_refused_with_its_place(self, sweeps: Sweeps, order: str) -> None:
        """So is one of a sweep whose values are others; nothing is recorded."""
        earlier = submit(sweeps).sweep.id
        for extends, message in ((ABSENT, "no sweep has the id"), (earlier, f"{earlier} has other constants")):
            request = replace(REQUEST, extends=extends, constants={"other": 1})
            with pytest.raises(InvalidSweep) as refused:
                sweeps.plan(request) if order == "plan" else submit(sweeps, request)
            assert [problem.path for problem in refused.value.problems] == ["extends"]
            assert message in refused.value.problems[0].message
        assert listed(sweeps) == [earlier]

    def test_an_extension_is_a_sweep_that_knows_the_earlier_one(self, sweeps: Sweeps) -> None:
        """Also later, when its shards are retried; its key is that of the same request without it."""
        earlier = submit(sweeps).sweep.id
        extending = replace(REQUEST, extends=earlier)
        answer = submit(sweeps, extending, key="k")
        assert (answer.sweep.request, sweeps.request(answer.sweep.id, no_deadline)) == (extending, extending)
        assert answer.sweep.id != earlier
        assert submit(sweeps, REQUEST, key="k").sweep.id == answer.sweep.id

    def test_a_submission_answers_with_the_sweep(self, sweeps: Sweeps) -> None:
        """The answer has the sweep as it was asked for and what became of its shards; a worker may have each."""
        answer = submit(sweeps)
        assert answer.sweep.id.startswith("toy-")
        assert (answer.sweep.request, answer.sweep.plan) == (REQUEST, Plan(12, SHARDS))
        assert not answer.replayed
        progress = answer.dispatched.progress
        assert (progress.state, progress.running, progress.tally.accepted) == (State.RUNNING, SHARDS, SHARDS)
        assert sweeps.describe(answer.sweep.id, no_deadline).head.id == answer.sweep.id

    def test_the_same_key_is_the_same_sweep(self, sweeps: Sweeps) -> None:
        """A second submission under one key is answered with the first one's sweep, and dispatches nothing."""
        first, second = submit(sweeps, key="k"), submit(sweeps, key="k")
        assert (second.sweep.id, second.sweep.created_at) == (first.sweep.id, first.sweep.created_at)
        assert (first.replayed, second.replayed) == (False, True)
        assert second.dispatched.progress == first.dispatched.progress
        assert listed(sweeps) == [first.sweep.id]

    def test_without_a_key_each_submission_is_a_sweep(self, sweeps: Sweeps) -> None:
        """Two submissions of one request are two sweeps."""
        assert submit(sweeps).sweep.id != submit(sweeps).sweep.id
        assert len(listed(sweeps)) == 2

    def test_a_key_is_of_one_request(self, sweeps: Sweeps) -> None:
        """Another request under a known key is a conflict, and is not recorded."""
        first = submit(sweeps, key="k")
        with pytest.raises(SweepConflict):
            submit(sweeps, OTHER, key="k")
        assert listed(sweeps) == [first.sweep.id]

    @pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
    def test_an_absent_sweep_is_not_found(self, sweeps: Sweeps, ask: Callable[[Sweeps, str], object]) -> None:
        """Every question and order says which sweep it did not find, also for what can be no id."""
        for sweep_id in (ABSENT, "../x", "toy?limit=1", "", "ü"):
            with pytest.raises(SweepNotFound) as absent:
                ask(sweeps, sweep_id)
            assert absent.value.sweep_id == sweep_id

    def test_a_description_adds_up(self, sweeps: Sweeps, failing: str) -> None:
        """It has the counts of points and shards, and says where the results are."""
        description = sweeps.describe(failing, no_deadline)
        assert (description.head.id, description.head.plan) == (failing, Plan(12, SHARDS))
        progress = description.progress
        assert (progress.state, progress.done, progress.failed, progress.settled) == (State.RUNNING, 3, 5, 8)
        assert (progress.shards_done, progress.shards_partial, progress.shards_failed) == (3, 2, 1)
        assert (progress.running, progress.overdue, progress.undispatched, progress.unknown) == (2, 0, 0, 0)
        assert [one.shard for one in progress.oldest] == [2, 3]
        assert failing in description.results

    def test_failures_are_grouped_with_an_example(self, sweeps: Sweeps, failing: str) -> None:
        """Each cause has its counts, its first failure, and the point of it."""
        description = sweeps.describe(failing, no_deadline)
        assert description.shards_grouped == 3
        assert [(group.example.reason, group.shards, group.points) for group in description.groups] == [
            ("ValueError", 2, 3),
            ("RetriesExhausted", 1, 2),
        ]
        example = description.groups[0].example
        assert (example.shard, example.points, example.index, example.places) == (1, 2, 2, _PLACES)
        assert description.points == {2: REQUEST.design.point(2)}

    def test_following_is_describing_without_failures(self, sweeps: Sweeps, failing: str) -> None:
        """Both tell the same progress of the same sweep."""
        described, followed = sweeps.describe(failing, no_deadline), sweeps.follow(failing, 6, no_deadline)
        assert (followed.head, followed.progress) == (described.head, described.progress)

    def test_the_map_has_a_cell_for_each_shard_or_for_several(self, sweeps: Sweeps, failing: str) -> None:
        """The map has at most so many cells, and a cell shows the worst that one of its shards is."""
        assert sweeps.follow(failing, 6, no_deadline).map.cells == "DERREF"
        few = sweeps.follow(failing, 2, no_deadline).map
        assert (few.shards_per_cell, few.cells) == (3, "EF")
        with pytest.raises(InvalidSweep):
            sweeps.follow(failing, 0, no_deadline)

    def test_the_request_is_the_one_that_was_submitted(self, sweeps: Sweeps) -> None:
        """Its numbers keep their types, its texts their characters, its design its points."""
        for request in (REQUEST, OTHER):
            assert sweeps.request(submit(sweeps, request).sweep.id, no_deadline) == request

    def test_sweeps_are_listed_newest_first(self, sweeps: Sweeps, tick: Tick) -> None:
        """Pages follow one another without a gap, each with heads that a description repeats."""
        made = []
        for request in (REQUEST, OTHER, REQUEST, OTHER, REQUEST):
            made.append(submit(sweeps, request).sweep.id)
            tick()
        assert listed(sweeps) == made[::-1]
        head = sweeps.list_sweeps(1, None, no_deadline).heads[0]
        assert head == sweeps.describe(made[-1], no_deadline).head
        with pytest.raises(InvalidSweep):
            sweeps.list_sweeps(0, None, no_deadline)

    def test_results_are_linked_shard_by_shard(self, sweeps: Sweeps, failing: str) -> None:
        """Only shards with results have a link, in order, and pages follow one another without a gap."""
        first = sweeps.list_results(failing, 2, None, no_deadline)
        assert (list(first.links), first.next) == ([0, 1], 1)
        rest = sweeps.list_results(failing, 2, first.next, no_deadline)
        assert (list(rest.links), rest.next) == ([4], None)
        assert all(first.links.values())
        with pytest.raises(InvalidSweep):
            sweeps.list_results(failing, 0, None, no_deadline)

    def test_failures_are_listed_shard_by_shard(self, sweeps: Sweeps, failing: str) -> None:
        """Each names its cause, its points and where it was raised; pages follow one another without a gap."""
        first = sweeps.list_failures(failing, 2, None, no_deadline)
        assert [(one.shard, one.points, one.reason, one.index) for one in first.failures] == [
            (1, 2, "ValueError", 2),
            (4, 1, "ValueError", 8),
        ]
        assert {one.places for one in first.failures} == {_PLACES}
        assert first.points == {index: REQUEST.design.point(index) for index in (2, 8)}
        rest = sweeps.list_failures(failing, 2, first.next, no_deadline)
        assert [(one.shard, one.reason, one.message, one.attempts) for one in rest.failures] == [
            (5, "RetriesExhausted", "Task timed out", 3)
        ]
        assert (first.next, rest.next) == (4, None)

    def test_a_retry_dispatches_what_has_no_value(self, sweeps: Sweeps, failing: str) -> None:
        """Shards that failed or have errors run again; the others are left alone."""
        answer = sweeps.retry(failing, no_deadline)
        assert (answer.sweep.id, answer.sweep.request) == (failing, REQUEST)
        assert (answer.dispatched.progress.running, answer.dispatched.progress.shards_failed) == (5, 0)

    def test_a_cancellation_stops_once(self, sweeps: Sweeps, failing: str) -> None:
        """The first call stops the sweep, a second one says that there was nothing to stop, and no retry follows."""
        first, second = sweeps.cancel(failing, no_deadline), sweeps.cancel(failing, no_deadline)
        assert (first.stopped, second.stopped) == (True, False)
        assert _told(first.description) == _told(second.description) == (failing, State.CANCELLED)
        assert sweeps.follow(failing, 1, no_deadline).progress.state is State.CANCELLED
        with pytest.raises(SweepConflict):
            sweeps.retry(failing, no_deadline)


def _told(description: Description) -> tuple[str, State]:
    return description.head.id, description.progress.state
