"""Dispatching one span: twice, side by side, killed in the middle, cancelled, and without time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.dispatch_span import SpanEnd
from domain.dispatch import Outcome, OutcomeKind, Tally
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable
from domain.places import BLOCK_SHARDS
from domain.plan import Shard
from domain.progress import State
from domain.reasons import Reason
from domain.span_task import SpanTask
from domain.spans import Span
from domain.standing import Redo
from domain.sweep import ShardDone, ShardFailed, Sweep
from tests.fakes.at_once import at_once
from tests.fakes.ledger import MemoryLedger
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.two_levels import AHEAD, ASSIGNMENT, DISPATCHER, TwoLevels

# Three blocks, the last of 30 shards, and small spans: one of the first two and one of the last.
SMALL = 2 * BLOCK_SHARDS
SHARDS = SMALL + 30
FIRST, SECOND = Span(0, range(2)), Span(1, range(2, 3))


def assigned(redo: Redo = Redo.NOTHING, shards: int = SHARDS) -> tuple[TwoLevels, list[SpanTask]]:
    """Return a system whose spans were assigned, and their tasks."""
    system = TwoLevels(shards)
    spans = (FIRST, SECOND) if shards > SMALL else (FIRST,)
    system.ledger.assign(system.sweep.id, [span.number for span in spans], "one", ASSIGNMENT)
    return system, [SpanTask(system.sweep.id, span, "one", redo) for span in spans]


def test_every_shard_of_the_span_is_dispatched_once_and_the_span_settled() -> None:
    """No shard of another span is, and nothing stays claimed."""
    system, (task, _) = assigned()
    invoker = RecordingInvoker()
    done = system.run(task, invoker)
    assert (done.end, done.attempted) == (SpanEnd.DISPATCHED, Tally(accepted=SMALL))
    assert invoker.dispatched == list(range(SMALL))
    assert (set(system.history.assigned), dict(system.history.undelivered)) == ({1}, {})
    assert not any(block.claimed for block in system.history)
    assert system.progress.state is State.DISPATCHING


def test_a_second_delivery_of_an_event_does_nothing() -> None:
    """Not even the failed shards that a retry has run again are sent once more."""
    system, (task, _) = assigned(Redo.POINTS)
    system.run(task, RecordingInvoker())
    system.ledger.mark_failed(system.sweep.id, ShardFailed(5, Reason.WORKER_DIED, "killed"))
    again = RecordingInvoker()
    assert system.run(task, again).end is SpanEnd.NOTHING
    assert again.dispatched == []


def test_an_event_of_a_sweep_that_has_expired_does_nothing() -> None:
    """The platform need not deliver it again."""
    system, (task, _) = assigned()
    gone = replace(task, sweep_id="gone-000000000001")
    assert system.run(gone, RecordingInvoker()).end is SpanEnd.NOTHING


def test_a_retry_runs_again_what_failed() -> None:
    """And leaves what is done, and what runs."""
    system, (task, _) = assigned(Redo.POINTS)
    system.run(replace(task, redo=Redo.NOTHING), RecordingInvoker())
    system.ledger.assign(system.sweep.id, [0], "two", ASSIGNMENT)
    for shard in range(3):
        system.ledger.mark_done(system.sweep.id, ShardDone(shard, 1))
    system.ledger.mark_failed(system.sweep.id, ShardFailed(130, Reason.WORKER_DIED, "killed"))
    again = RecordingInvoker()
    system.run(replace(task, assignment="two"), again)
    assert again.dispatched == [130]


def test_a_cancelled_sweep_stops_its_dispatchers() -> None:
    """One that has not begun sends nothing; the span is settled, without a reason."""
    system, (task, other) = assigned()
    system.ledger.cancel(system.sweep.id)
    invoker = RecordingInvoker()
    assert [system.run(one, invoker).end for one in (task, other)] == [SpanEnd.CANCELLED] * 2
    assert invoker.dispatched == []
    assert not system.history.assigned
    assert not any(block.claimed for block in system.history)
    assert system.progress.tally == Tally(waiting=SHARDS)


def test_a_dispatcher_that_has_begun_stops_within_a_few_blocks() -> None:
    """It sends what it has claimed, and settles the span."""
    system = TwoLevels(20 * BLOCK_SHARDS)
    system.ledger.assign(system.sweep.id, [0], "one", ASSIGNMENT)

    class Cancelling(RecordingInvoker):
        def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
            for outcome in super().dispatch(sweep, shards, deadline):
                if outcome.shard == BLOCK_SHARDS // 2:
                    system.ledger.cancel(sweep.id)
                yield outcome

    invoker = Cancelling()
    done = system.run(SpanTask(system.sweep.id, Span(0, range(20)), "one", Redo.NOTHING), invoker)
    assert done.end is SpanEnd.CANCELLED
    assert len(invoker.dispatched) <= (AHEAD + 1) * BLOCK_SHARDS
    assert not system.history.assigned
    assert system.progress.state is State.CANCELLED


def test_a_span_without_enough_time_is_run_again() -> None:
    """What was deferred goes out with the next attempt, and the span stays with dispatchers until then."""
    system, (task, _) = assigned()
    late = RecordingInvoker(dict.fromkeys(range(5, SMALL), OutcomeKind.DEFERRED))
    assert system.run(task, late).end is SpanEnd.UNFINISHED
    assert system.history.assigned == {0, 1}
    again = RecordingInvoker()
    assert system.run(task, again).end is SpanEnd.DISPATCHED
    assert again.dispatched == list(range(5, SMALL))


def test_what_stops_a_dispatch_is_the_reason_of_the_rest() -> None:
    """No attempt would do better: the span is settled, and its shards count as not dispatched for that reason."""
    system, (task,) = assigned(shards=SMALL)

    class Stopped(RecordingInvoker):
        def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
            for shard in shards:
                kind = OutcomeKind.DEFERRED if shard.number else OutcomeKind.REJECTED
                yield Outcome.of(shard, kind, Reason.FUNCTION_NOT_FOUND)

    assert system.run(task, Stopped()).end is SpanEnd.DISPATCHED
    assert system.history.undelivered == {0: Reason.FUNCTION_NOT_FOUND}
    tally = system.progress.tally
    assert (tally.rejected, tally.deferred, tally.waiting) == (1, SMALL - 1, 0)
    assert tally.reasons == {Reason.FUNCTION_NOT_FOUND: SMALL}


def test_a_block_of_another_dispatcher_leaves_the_span_unfinished() -> None:
    """Should that one die, the next attempt sends its block: it comes after the time of the claim."""
    system, (task, _) = assigned()
    system.ledger.claim(system.sweep.id, 1, "another", DISPATCHER)
    invoker = RecordingInvoker()
    assert system.run(task, invoker).end is SpanEnd.UNFINISHED
    system.clock.time += DISPATCHER + 1
    assert system.run(task, invoker).end is SpanEnd.DISPATCHED
    assert invoker.dispatched == list(range(SMALL))


@pytest.mark.parametrize("call", ["claim", "record", "settle", "is_assigned", "sweep", "blocks"])
def test_a_ledger_that_fails_lets_the_platform_run_the_event_again(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """The span stays with dispatchers, and the next attempt ends it."""
    system, (task, _) = assigned()

    def fail(*_: object) -> None:
        raise DependencyUnavailable(call)

    with monkeypatch.context() as broken:
        broken.setattr(system.ledger, call, fail)
        with pytest.raises(DependencyUnavailable, match=call):
            system.run(task, RecordingInvoker())
    assert system.history.assigned == {0, 1}
    system.clock.time += DISPATCHER + 1
    assert system.run(task, RecordingInvoker()).end is SpanEnd.DISPATCHED
    assert system.progress.tally == Tally(accepted=SMALL, waiting=30)


def test_two_deliveries_at_the_same_moment_send_every_shard_once() -> None:
    """Each block goes to one of them, and the span is settled by the later attempt of whichever left one."""
    for _ in range(5):
        system, (task, _) = assigned()
        invokers = [RecordingInvoker(), RecordingInvoker()]
        ends = [done.end for done in at_once([partial(system.run, task, invoker) for invoker in invokers])]
        assert set(ends) <= {SpanEnd.DISPATCHED, SpanEnd.UNFINISHED, SpanEnd.NOTHING}
        sent = [shard for invoker in invokers for shard in invoker.dispatched]
        assert sorted(sent) == list(range(SMALL))
        system.run(task, RecordingInvoker())
        assert system.history.assigned == {1}


class Killed(BaseException):
    """A dispatcher's process ends where it stands."""


class MortalLedger(MemoryLedger):
    """A ledger that answers no call of a dispatcher that was killed."""

    is_dead = False

    def __init__(self, living: MemoryLedger) -> None:
        """Share everything with the ledger of those that live."""
        self.__dict__ = living.__dict__

    def __getattribute__(self, name: str) -> object:
        """Return a method, unless the dispatcher is dead."""
        if not name.startswith("_") and name != "is_dead" and object.__getattribute__(self, "is_dead"):
            raise Killed
        return object.__getattribute__(self, name)


Step = tuple[int, str]
# After how many shards something happens to a dispatcher: it is killed, it runs out of time, the sweep's clock passes
# the time of its claims, a second delivery of its event runs now to the end, or a worker has the shard and fails it.
EVENTS = ("killed", "out of time", "a minute passes", "delivered again", "a shard fails")
steps = st.lists(st.tuples(st.integers(0, SMALL), st.sampled_from(EVENTS)), max_size=3)
kinds = st.dictionaries(st.integers(0, SMALL - 1), st.sampled_from(OutcomeKind), max_size=4)


class ScriptedInvoker(RecordingInvoker):
    """An invoker to which things happen after so many shards."""

    def __init__(self, script: dict[int, list[Callable[[], None]]], refused: dict[int, OutcomeKind]) -> None:
        """Set what happens, and the outcomes of some shards."""
        super().__init__(refused)
        self.script = script
        self.is_late = False

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        """Let things happen, and then send a shard."""
        for count, shard in enumerate(shards):
            for happening in self.script.pop(count, []):
                happening()
            if self.is_late:
                yield Outcome.of(shard, OutcomeKind.DEFERRED, Reason.OUT_OF_TIME)
                continue
            yield from super().dispatch(sweep, [shard], deadline)


class Platform:
    """Runs the event of a span as Lambda does: again after an error, three times in all, and reports what is left."""

    def __init__(self, refused: dict[int, OutcomeKind]) -> None:
        """Assign one span."""
        self.system, (self.task,) = assigned(shards=SMALL)
        self.refused = refused
        self.sent: list[int] = []

    def run(self, attempts: list[list[Step]]) -> None:
        """Run the event; each attempt has a script."""
        for steps in [*attempts, [], []][:3]:
            if self.attempt(steps):
                return
            self.system.clock.time += DISPATCHER + 1
        self.system.give_up(self.task)

    def attempt(self, steps: list[Step]) -> bool:
        """Return whether an attempt ends without an error."""
        ledger = MortalLedger(self.system.ledger)
        script: dict[int, list[Callable[[], None]]] = {}
        invoker = ScriptedInvoker(script, self.refused)
        for count, event in steps:
            script.setdefault(count, []).append(partial(self.happen, event, ledger, invoker))
        try:
            end = self.system.run(self.task, invoker, ledger).end
        except Killed:
            return False
        finally:
            self.sent += invoker.dispatched
        return end is not SpanEnd.UNFINISHED

    def happen(self, event: str, ledger: MortalLedger, invoker: ScriptedInvoker) -> None:
        """Let one thing happen to a dispatcher."""
        match event:
            case "killed":
                ledger.is_dead = True
                raise Killed
            case "out of time":
                invoker.is_late = True
            case "a minute passes":
                self.system.clock.time += DISPATCHER + 1
            case "delivered again":
                self.attempt([])
            case _:
                failed = ShardFailed(invoker.dispatched[-1] if invoker.dispatched else 0, Reason.WORKER_DIED, "")
                self.system.ledger.mark_failed(self.system.sweep.id, failed)


@given(st.lists(steps, max_size=3), kinds)
def test_whatever_happens_every_shard_has_one_recorded_outcome_or_is_not_dispatched_for_a_reason(
    attempts: list[list[Step]], refused: dict[int, OutcomeKind]
) -> None:
    """Dispatchers side by side, killed and run again: every shard is sent at least once, or a retry sends it."""
    platform = Platform(refused)
    platform.run(attempts)
    system = platform.system
    assert not system.history.assigned
    for block in system.history:
        chosen = list(block.dispatches.values())
        assert sum(places.bit_count() for places in chosen) == sum(chosen).bit_count()
    assert system.progress.tally.waiting == 0
    recorded = {
        shard
        for block in system.history
        for dispatch, places in block.dispatches.items()
        if dispatch.may_run
        for shard in range(block.number * BLOCK_SHARDS, (block.number + 1) * BLOCK_SHARDS)
        if places >> shard % BLOCK_SHARDS & 1
    }
    assert recorded <= set(platform.sent)
    system.clock.time += DISPATCHER + 1
    retry = RecordingInvoker()
    system.ledger.assign(system.sweep.id, [0], "two", ASSIGNMENT)
    assert system.run(replace(platform.task, assignment="two", redo=Redo.POINTS), retry).end is SpanEnd.DISPATCHED
    assert recorded | set(retry.dispatched) == set(range(SMALL))
    assert system.progress.tally == Tally(accepted=SMALL)
