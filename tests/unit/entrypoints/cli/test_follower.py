"""A sweep is followed to its end, whatever happens to the connection."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from application.describe_sweep import Description
from application.follow_sweep import Following
from application.sweeps import Sweeps
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import DependencyUnavailable, InvalidSweep, SweepNotFound
from domain.progress import State
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed, Sweep
from entrypoints.cli.follower import Follower
from tests.fakes.desk import Desk
from tests.fakes.display import RecordingDisplay
from tests.fakes.stopwatch import Stopwatch
from tests.fakes.sweeps import sweep_of


class Watched:
    """A sweep of 8 points in 4 shards, one of which ends before each answer; and its follower."""

    def __init__(self) -> None:
        """Submit the sweep."""
        self.desk = Desk()
        self.sweep: Sweep = self.desk.submit(sweep_of(8, 4).request, "key", no_deadline).sweep
        self.clock, self.display = Stopwatch(), RecordingDisplay()
        self.answers = 0
        self.ends: list[Callable[[], None]] = [self._done(shard) for shard in range(4)]

    def follow(self, sweep_id: str, cells: int, deadline: Deadline) -> Following:
        """Answer after a moment, in which a shard has ended."""
        if self.answers:
            self.ends[self.answers - 1]()
        self.answers += 1
        self.clock.now += 0.01
        return self.desk.sweeps.follow(sweep_id, cells, deadline)

    def to_the_end(self, sweeps: Sweeps | None = None) -> Description:
        """Follow the sweep by these use cases, or by its own."""
        sweeps = sweeps or replace(self.desk.sweeps, follow=self.follow)
        return Follower(sweeps, self.sweep.id, self.display, self.clock, self.clock.sleep).to_the_end()

    def losing(self, *errors: Exception | None) -> Sweeps:
        """Return use cases whose answers are lost for these causes; where it is None, the answer arrives."""
        left = list(errors)

        def follow(sweep_id: str, cells: int, deadline: Deadline) -> Following:
            error = left.pop(0) if left else None
            if error:
                raise error
            return self.follow(sweep_id, cells, deadline)

        return replace(self.desk.sweeps, follow=follow)

    def _done(self, shard: int) -> Callable[[], None]:
        return lambda: self.desk.ledger.mark_done(self.sweep.id, ShardDone(shard, 2))


def test_a_sweep_is_followed_to_its_end() -> None:
    """Each answer is shown, with the rate and the time left; the description is that of the end."""
    watched = Watched()
    assert watched.to_the_end().progress.state is State.DONE
    shown = watched.display.shown
    assert [one.points for one in shown] == [0, 2, 4, 6, 8]
    assert [one.map and one.map.cells for one in shown] == ["RRRR", "DRRR", "DDRR", "DDDR", "DDDD"]
    assert shown[0].rate is None
    assert [one.rate for one in shown[1:]] == pytest.approx([2 / 0.51] * 4)
    assert [one.left for one in shown[1:]] == pytest.approx([0.51 * left for left in (3, 2, 1, 0)])


def test_the_display_adapts_between_two_answers() -> None:
    """A terminal that is resized need not wait for the next answer."""
    watched = Watched()
    watched.to_the_end()
    assert max(watched.clock.slept) <= 0.1
    assert watched.display.adapted == len(watched.clock.slept)


@pytest.mark.parametrize(("took", "pause"), [(0.01, 0.5), (0.5, 10.0), (60.0, 30.0)])
def test_a_slow_answer_is_asked_for_less_often(took: float, pause: float) -> None:
    """What a question costs the other side is known by the time that the answer takes."""
    watched = Watched()
    asked: list[float] = []

    def follow(sweep_id: str, cells: int, deadline: Deadline) -> Following:
        asked.append(watched.clock.now)
        watched.clock.now += took - 0.01
        return watched.follow(sweep_id, cells, deadline)

    watched.to_the_end(replace(watched.desk.sweeps, follow=follow))
    assert asked[1] - asked[0] == pytest.approx(took + pause)


def test_failures_are_read_when_their_number_has_changed() -> None:
    """The causes are shown, and not asked for again while nothing fails."""
    watched = Watched()
    described: list[str] = []
    watched.ends[0] = lambda: watched.desk.ledger.mark_failed(
        watched.sweep.id, ShardFailed(0, Reason.WORKER_DIED, "killed")
    )

    def describe(sweep_id: str, deadline: Deadline) -> Description:
        described.append(sweep_id)
        return watched.desk.sweeps.describe(sweep_id, deadline)

    watched.to_the_end(replace(watched.desk.sweeps, follow=watched.follow, describe=describe))
    assert [[group.example.message for group in one.groups] for one in watched.display.shown] == [[], *4 * [["killed"]]]
    assert len(described) == 2  # with that of the end


def test_a_lost_connection_keeps_the_last_picture() -> None:
    """It says since when, and why; the next answer goes on from there."""
    watched = Watched()
    lost = DependencyUnavailable("the stack's API did not answer")
    watched.to_the_end(watched.losing(None, None, lost, lost))
    notes = [one.note for one in watched.display.shown]
    assert [one.points for one in watched.display.shown] == [0, 2, 2, 2, 4, 6, 8]
    assert re.fullmatch(r"connection lost, trying again since \d\d:\d\d:\d\d: the stack's API did not answer", notes[2])
    assert notes == ["", "", notes[2], notes[2], "", "", ""]


def test_a_connection_that_is_lost_from_the_start_is_waited_for() -> None:
    """There is no picture yet, only the cause."""
    watched = Watched()
    watched.to_the_end(watched.losing(DependencyUnavailable("no answer")))
    first = watched.display.shown[0]
    assert (first.progress, first.map, first.note[:15]) == (None, None, "connection lost")


def test_the_waits_grow_up_to_some_seconds() -> None:
    """A service that comes back is found soon, however long it was away; a long loss does not slow the questions."""
    watched = Watched()
    moments: list[float] = []
    errors = [DependencyUnavailable("no answer") for _ in range(100)]

    def follow(sweep_id: str, cells: int, deadline: Deadline) -> Following:
        moments.append(watched.clock.now)
        if errors:
            raise errors.pop()
        return watched.follow(sweep_id, cells, deadline)

    watched.to_the_end(replace(watched.desk.sweeps, follow=follow))
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits[:6] == pytest.approx([1, 2, 4, 8, 8, 8])
    assert waits[99] == pytest.approx(8)
    assert waits[100] == pytest.approx(0.51)


def test_the_status_at_the_end_is_waited_for_too() -> None:
    """A connection that is lost after the last point ends nothing."""
    watched = Watched()
    errors = [DependencyUnavailable("no answer")]

    def describe(sweep_id: str, deadline: Deadline) -> Description:
        if errors:
            raise errors.pop()
        return watched.desk.sweeps.describe(sweep_id, deadline)

    description = watched.to_the_end(replace(watched.desk.sweeps, follow=watched.follow, describe=describe))
    assert description.progress.state is State.DONE


@pytest.mark.parametrize("error", [SweepNotFound("demo-x"), InvalidSweep.at("--stack", "is gone")])
def test_what_a_caller_must_correct_ends_it(error: Exception) -> None:
    """No wait would help."""
    watched = Watched()
    with pytest.raises(type(error)):
        watched.to_the_end(watched.losing(None, error))
    assert len(watched.display.shown) == 1
