"""One level or two: what a parent sends itself, what it assigns, and what a caller learns of that."""

from __future__ import annotations

import pytest

from application.retry_sweep import RetrySweep
from domain.dispatch import OutcomeKind, Tally
from domain.errors import DependencyUnavailable, SweepConflict
from domain.progress import State
from domain.reasons import Reason
from domain.spans import SPAN_BLOCKS, SPAN_SHARDS, spans_of
from domain.standing import Redo
from domain.sweep import ShardFailed
from tests.fakes.shard_invoker import REASONS, RecordingInvoker
from tests.fakes.two_levels import ASSIGNMENT, DISPATCHER, PARENT, TwoLevels

# Three spans; the last has one block of five shards.
SHARDS = 2 * SPAN_SHARDS + 5


@pytest.mark.parametrize(("direct", "by_spans"), [(SHARDS, False), (SHARDS - 1, True)])
def test_the_policy_decides_by_the_number_of_shards(*, direct: int, by_spans: bool) -> None:
    """The parent sends as many shards as the policy allows, and no span beside them; else it assigns every span."""
    system = TwoLevels(SHARDS, direct)
    dispatched = system.submit()
    assert [task.span.number for task in system.dispatchers.tasks] == ([0, 1, 2] if by_spans else [])
    assert len(system.parents_invoker.dispatched) == (0 if by_spans else SHARDS)
    expected = Tally(waiting=SHARDS) if by_spans else Tally(accepted=SHARDS)
    assert dispatched.attempted == dispatched.progress.tally == expected
    assert dispatched.progress.state is (State.DISPATCHING if by_spans else State.RUNNING)
    assert dispatched.progress == system.progress


def test_the_tasks_cover_every_block_once() -> None:
    """Each task names its span's blocks, and all tasks of an assignment name it by the same id."""
    system = TwoLevels(SHARDS)
    system.submit(Redo.SHARDS)
    blocks = [block for task in system.dispatchers.tasks for block in task.span.blocks]
    assert blocks == list(range(2 * SPAN_BLOCKS + 1))
    assert {(task.sweep_id, task.redo) for task in system.dispatchers.tasks} == {(system.sweep.id, Redo.SHARDS)}
    assert len({task.assignment for task in system.dispatchers.tasks}) == 1


def test_a_span_that_is_with_a_dispatcher_is_not_assigned_again() -> None:
    """A replay of the request assigns nothing, writes nothing, and shows the sweep as dispatching."""
    system = TwoLevels(SHARDS)
    system.submit()
    before = system.history
    replayed = system.submit()
    assert len(system.dispatchers.tasks) == 3
    assert (replayed.attempted, replayed.progress.state) == (Tally(), State.DISPATCHING)
    assert system.history == before
    system.clock.time += ASSIGNMENT - 1
    assert system.submit().attempted == Tally()


def test_an_assignment_whose_time_has_passed_is_made_again() -> None:
    """Its shards are simply not dispatched: the sweep is incomplete, and the same request or a retry is the remedy."""
    system = TwoLevels(SHARDS)
    system.submit()
    lost = system.dispatchers.take()
    system.clock.time += ASSIGNMENT + 1
    assert (system.progress.state, system.progress.tally) == (State.INCOMPLETE, Tally(waiting=SHARDS))
    assert system.submit().attempted == Tally(waiting=SHARDS)
    again = system.dispatchers.tasks
    assert [task.span for task in again] == [task.span for task in lost]
    assert {task.assignment for task in again}.isdisjoint(task.assignment for task in lost)


@pytest.mark.parametrize("kind", [kind for kind in OutcomeKind if not kind.may_run])
def test_a_span_that_no_dispatcher_takes_is_not_dispatched_for_a_reason(kind: OutcomeKind) -> None:
    """The ledger knows it at once, the caller sees how many shards that are, and the next dispatch assigns it."""
    system = TwoLevels(SHARDS, direct=4)
    system.dispatchers.refused = {2: kind}
    dispatched = system.submit()
    assert dispatched.attempted == Tally.of(SHARDS, [(kind, REASONS[kind], 5)])
    reasons = {REASONS[kind]: 5}
    assert system.progress.tally == Tally(deferred=5, waiting=2 * SPAN_SHARDS, reasons=reasons)
    assert dispatched.progress == system.progress
    system.dispatchers.refused = {}
    system.dispatchers.take()
    assert system.submit().attempted == Tally(waiting=5)
    assert [task.span.number for task in system.dispatchers.tasks] == [2]
    assert system.progress.tally == Tally(waiting=SHARDS)


def test_if_no_dispatcher_takes_a_span_no_worker_has_a_shard() -> None:
    """The caller learns that nothing was dispatched, why, and that it can try again."""
    system = TwoLevels(SHARDS)
    system.dispatchers.refused = dict.fromkeys(range(3), OutcomeKind.REJECTED)
    dispatched = system.submit()
    assert (dispatched.attempted.may_run, dispatched.attempted.waiting) == (0, 0)
    assert dispatched.attempted.reasons == {Reason.ACCESS_DENIED: SHARDS}
    assert (dispatched.progress.state, system.progress.state) == (State.INCOMPLETE, State.INCOMPLETE)
    assert system.progress.can_retry


def test_a_span_whose_event_had_no_answer_counts_as_assigned() -> None:
    """A dispatcher may have it; if none has, its time passes."""
    system = TwoLevels(SHARDS)
    system.dispatchers.refused = {1: OutcomeKind.UNKNOWN}
    assert system.submit().attempted == Tally(waiting=SHARDS)
    assert system.history.assigned == {0, 1, 2}


@pytest.mark.parametrize("sent", [0, 1, 2])
def test_a_parent_that_dies_while_it_hands_over_delays_the_rest_no_longer_than_it_would_have_lived(sent: int) -> None:
    """Every span is with dispatchers until the parent's own end; then the next request assigns what is undone."""
    system = TwoLevels(SHARDS, direct=4)
    system.dispatchers.breaks_after = sent
    with pytest.raises(KeyboardInterrupt):
        system.submit()
    assert system.history.assigned == {0, 1, 2}
    for task in system.dispatchers.take():
        system.run(task, RecordingInvoker())
    system.dispatchers.breaks_after = None
    assert system.submit().attempted == Tally()
    system.clock.time += PARENT + 1
    assert system.progress.state is (State.RUNNING if sent else State.INCOMPLETE)
    system.submit()
    assert [task.span.number for task in system.dispatchers.tasks] == [0, 1, 2][sent:]


def test_a_dispatcher_that_comes_after_its_time_does_its_work() -> None:
    """As long as no other assignment has taken its place, it is the one that has the span."""
    system = TwoLevels(SHARDS)
    system.submit()
    system.clock.time += ASSIGNMENT + 1
    late = RecordingInvoker()
    system.run(system.dispatchers.tasks[0], late)
    assert len(late.dispatched) == SPAN_SHARDS


def test_of_a_cancelled_sweep_nothing_is_assigned() -> None:
    """Nothing is written, and nothing is sent."""
    system = TwoLevels(SHARDS)
    system.ledger.cancel(system.sweep.id)
    dispatched = system.submit()
    assert (dispatched.attempted, dispatched.progress.state) == (Tally(), State.CANCELLED)
    assert not system.dispatchers.tasks
    assert not system.history.assigned


def test_few_shards_that_are_left_go_out_from_the_parent() -> None:
    """The spans that are with dispatchers are left to them meanwhile."""
    system = TwoLevels(SHARDS, direct=5)
    system.submit()
    first, second, last = system.dispatchers.take()
    system.give_up(last, Reason.EVENT_AGE_EXCEEDED)
    assert system.progress.tally.reasons == {Reason.EVENT_AGE_EXCEEDED: 5}
    assert system.submit().attempted == Tally(accepted=5)
    assert system.parents_invoker.dispatched == list(range(2 * SPAN_SHARDS, SHARDS))
    assert not system.dispatchers.tasks
    for task in (first, second):
        system.run(task, RecordingInvoker())
    assert system.progress.tally == Tally(accepted=SHARDS)


def test_blocks_of_other_dispatchers_are_not_counted() -> None:
    """What another one has claimed is not dispatched by this one, at neither level."""
    system = TwoLevels(SHARDS, direct=5)
    for block in range(2 * SPAN_BLOCKS):
        system.ledger.claim(system.sweep.id, block, "another", DISPATCHER)
    system.submit()
    assert (len(system.parents_invoker.dispatched), system.dispatchers.tasks) == (5, [])


@pytest.mark.parametrize("call", ["assign", "prolong", "settle"])
def test_a_ledger_that_fails_is_heard_of(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Nothing is sent that the ledger does not know of; what was sent is with dispatchers all the same."""
    system = TwoLevels(SHARDS)
    system.dispatchers.refused = {2: OutcomeKind.EXHAUSTED}

    def fail(*_: object) -> None:
        raise DependencyUnavailable(call)

    monkeypatch.setattr(system.ledger, call, fail)
    with pytest.raises(DependencyUnavailable, match=call):
        system.submit()
    assert len(system.dispatchers.tasks) == (0 if call == "assign" else 2)


class TestRetry:
    """A retry goes by the same decision."""

    def test_failed_shards_beyond_the_threshold_are_assigned(self) -> None:
        """Only the spans that have some are, and their dispatchers know that failed shards run again."""
        system = self.failed(range(SPAN_SHARDS, SPAN_SHARDS + 11))
        submission = RetrySweep(system.ledger, system.dispatch, system.ids)(system.sweep.id, lambda: PARENT)
        assert submission.dispatched.attempted == Tally(waiting=11)
        (task,) = system.dispatchers.take()
        assert (task.span.number, task.redo) == (1, Redo.POINTS)
        again = RecordingInvoker()
        system.run(task, again)
        assert again.dispatched == list(range(SPAN_SHARDS, SPAN_SHARDS + 11))
        assert system.progress.state is State.RUNNING

    def test_it_is_a_conflict_while_dispatchers_have_all_of_them(self) -> None:
        """They send these shards right now: there is nothing for another call to do."""
        system = self.failed(range(SPAN_SHARDS, SPAN_SHARDS + 11))
        retry = RetrySweep(system.ledger, system.dispatch, system.ids)
        retry(system.sweep.id, lambda: PARENT)
        with pytest.raises(SweepConflict, match="being dispatched"):
            retry(system.sweep.id, lambda: PARENT)
        assert len(system.dispatchers.tasks) == 1

    def test_it_dispatches_what_was_not_delivered(self) -> None:
        """The reason goes with the assignment."""
        system = TwoLevels(SHARDS)
        system.submit()
        for task in system.dispatchers.take():
            system.give_up(task)
        assert system.progress.state is State.INCOMPLETE
        assert system.progress.tally.reasons == {Reason.RETRIES_EXHAUSTED: SHARDS}
        RetrySweep(system.ledger, system.dispatch, system.ids)(system.sweep.id, lambda: PARENT)
        for task in system.dispatchers.take():
            system.run(task, RecordingInvoker())
        assert system.progress.tally == Tally(accepted=SHARDS)
        assert system.history.undelivered == {}

    @staticmethod
    def failed(shards: range) -> TwoLevels:
        """Return a sweep of which all shards were dispatched by spans, and these failed."""
        system = TwoLevels(SHARDS)
        system.submit()
        for task in system.dispatchers.take():
            system.run(task, RecordingInvoker())
        for shard in shards:
            system.ledger.mark_failed(system.sweep.id, ShardFailed(shard, Reason.WORKER_DIED, "killed"))
        return system


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5], [0, 3, 1, 4, 2, 5], [5, 4, 3, 2, 1, 0]])
def test_two_parents_that_assign_at_the_same_moment_do_no_harm(order: list[int]) -> None:
    """Each span has two events, in whatever order: the first one dispatches it, and the second finds nothing to do."""
    system = TwoLevels(SHARDS)
    stale = system.history
    shards = {span.number: len(span.blocks) for span in spans_of(system.sweep.plan)}
    for _ in range(2):
        system.dispatch.by_spans(stale, shards, system.sweep, lambda: PARENT, Redo.NOTHING)
    tasks, sent = system.dispatchers.take(), RecordingInvoker()
    for place in order:
        system.run(tasks[place], sent)
    assert sorted(sent.dispatched) == list(range(SHARDS))
    assert not system.history.assigned
    assert system.progress.tally == Tally(accepted=SHARDS)
