"""Dispatching block by block: which blocks are claimed, what is recorded, and what an interruption leaves."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial
from threading import Event

import pytest

from application.foreground import Foreground
from domain.block import Block
from domain.dispatch import Outcome, OutcomeKind, Tally
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable
from domain.places import BLOCK_SHARDS
from domain.plan import Shard
from domain.progress import State
from domain.reasons import Reason
from domain.spans import SPAN_SHARDS
from domain.standing import Redo
from domain.sweep import ShardDone, ShardFailed, Sweep
from tests.fakes.at_once import at_once
from tests.fakes.claimed_ledger import AHEAD, ClaimedLedger, dispatch
from tests.fakes.ledger import MemoryLedger
from tests.fakes.shard_invoker import REASONS, RecordingInvoker, outcome_of
from tests.fakes.sweeps import sweep_of

# In seconds, for what never comes.
LIMIT = 20

# Three blocks; the last has two shards.
SHARDS = 2 * BLOCK_SHARDS + 2
LAST = SHARDS - 1


class EagerInvoker(RecordingInvoker):
    """An invoker with every shard under way before the first outcome arrives, like one with many threads."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        """Take all shards, and then yield their outcomes from the last to the first."""
        yield from reversed(list(super().dispatch(sweep, shards, deadline)))


def opened(shards: int = SHARDS) -> tuple[ClaimedLedger, Sweep]:
    """Return a ledger with a sweep of one point a shard."""
    ledger = ClaimedLedger()
    return ledger, ledger.open(sweep_of(shards, shards))


@pytest.mark.parametrize("kind", [RecordingInvoker, EagerInvoker])
def test_every_shard_is_dispatched_once_and_each_block_recorded_once(kind: type[RecordingInvoker]) -> None:
    """A block is recorded when the outcomes of all its shards are known, and then nothing is claimed any more."""
    (ledger, sweep), invoker = opened(), kind()
    dispatched = dispatch(ledger, sweep, invoker)
    assert invoker.dispatched == list(range(SHARDS))
    assert sorted(ledger.recorded) == [0, 1, 2]
    assert dispatched.attempted == dispatched.progress.tally == Tally(accepted=SHARDS)
    assert dispatched.progress.state is State.RUNNING
    assert not any(block.claimed for block in ledger.history(sweep.id))


def test_only_blocks_with_something_to_do_are_claimed() -> None:
    """A claim is a write: a block of which every shard runs or has ended has none."""
    ledger, sweep = opened()
    dispatch(ledger, sweep, RecordingInvoker({BLOCK_SHARDS: OutcomeKind.UNKNOWN}))
    for shard in range(BLOCK_SHARDS):
        ledger.mark_done(sweep.id, ShardDone(shard, 1))
    ledger.mark_failed(sweep.id, ShardFailed(LAST, Reason.WORKER_DIED, "killed"))
    ledger.claimed.clear()
    again = RecordingInvoker()
    attempted = dispatch(ledger, sweep, again, Redo.SHARDS).attempted
    assert sorted(number for number, _ in ledger.claimed) == [1, 2]
    assert again.dispatched == [BLOCK_SHARDS, LAST]
    assert attempted == Tally(accepted=2)


@pytest.mark.parametrize(
    ("deadline", "seconds"), [pytest.param(29.0, 29.0, id="29 seconds"), pytest.param(1e9, 900.0, id="no end")]
)
def test_a_claim_lasts_as_long_as_its_dispatcher(deadline: float, seconds: float) -> None:
    """At most 900 seconds, which is as long as a Lambda can run."""
    ledger, sweep = opened()
    dispatch(ledger, sweep, RecordingInvoker(), deadline=lambda: deadline)
    assert {claim[1] for claim in ledger.claimed} == {seconds}


def test_a_block_of_another_dispatcher_is_left_to_it() -> None:
    """Its shards are not sent, and the sweep shows as dispatching until the claim is over."""
    ledger, sweep = opened()
    ledger.claim(sweep.id, 1, "another", 60)
    invoker = RecordingInvoker()
    dispatched = dispatch(ledger, sweep, invoker)
    assert invoker.dispatched == [*range(BLOCK_SHARDS), *range(2 * BLOCK_SHARDS, SHARDS)]
    assert dispatched.attempted == Tally(accepted=BLOCK_SHARDS + 2)
    assert (dispatched.progress.state, dispatched.progress.undispatched) == (State.DISPATCHING, BLOCK_SHARDS)
    ledger.clock.time += 61
    assert dispatch(ledger, sweep, invoker).progress.state is State.RUNNING
    assert sorted(invoker.dispatched) == list(range(SHARDS))


def test_a_block_that_another_dispatcher_claimed_since_shows_as_claimed() -> None:
    """The claim tells what the history, which is older, did not: the sweep is being dispatched."""
    ledger, sweep = opened(3)
    ledger.stale = ledger.history(sweep.id)
    MemoryLedger.claim(ledger, sweep.id, 0, "another", 60)
    dispatched = dispatch(ledger, sweep, RecordingInvoker())
    assert (dispatched.progress.state, dispatched.attempted) == (State.DISPATCHING, Tally())


def test_what_another_dispatcher_sent_since_is_not_sent_again() -> None:
    """The claim tells what the history, which is older, did not: the block is released, and counts as it is."""
    ledger, sweep = opened(3)
    ledger.stale = ledger.history(sweep.id)
    MemoryLedger.claim(ledger, sweep.id, 0, "another", 60)
    block = Block(0).after((outcome_of(shard, OutcomeKind.ACCEPTED) for shard in range(3)), ledger.clock.now())
    ledger.record(sweep.id, block, "another")
    invoker = RecordingInvoker()
    dispatched = dispatch(ledger, sweep, invoker)
    assert (invoker.dispatched, dispatched.attempted, len(ledger.claimed)) == ([], Tally(), 1)
    assert (dispatched.progress.state, dispatched.progress.running) == (State.RUNNING, 3)
    ledger.stale = None
    assert not ledger.history(sweep.id).blocks[0].claimed


@pytest.mark.parametrize("kind", [RecordingInvoker, EagerInvoker])
def test_a_claim_that_fails_lets_what_is_under_way_be_recorded(kind: type[RecordingInvoker]) -> None:
    """The caller hears of it after every shard that was sent has its outcome in the ledger."""
    (ledger, sweep), invoker = opened(), kind()
    ledger.unclaimable = {1}
    with pytest.raises(DependencyUnavailable, match="claim 1"):
        dispatch(ledger, sweep, invoker)
    assert invoker.dispatched == list(range(BLOCK_SHARDS))
    assert ledger.accepted(sweep) == [BLOCK_SHARDS, 0, 0]


@pytest.mark.parametrize("kind", [RecordingInvoker, EagerInvoker])
def test_a_record_that_fails_lets_the_other_blocks_be_recorded(kind: type[RecordingInvoker]) -> None:
    """What was sent of them is in the ledger, and the caller hears of the failure."""
    ledger, sweep = opened()
    ledger.unrecordable = {1}
    with pytest.raises(DependencyUnavailable, match="record 1"):
        dispatch(ledger, sweep, invoker := kind())
    assert ledger.accepted(sweep) == [BLOCK_SHARDS, 0, 2 if LAST in invoker.dispatched else 0]
    assert [block.claimed for block in ledger.history(sweep.id)] == [False, True, False]


def test_after_a_record_that_fails_few_further_blocks_are_sent() -> None:
    """Those that were claimed by then are: the ledger is likely to lose the others' records too."""
    ledger, sweep = opened(40 * BLOCK_SHARDS)
    ledger.unrecordable = set(range(40))

    class Waiting(RecordingInvoker):
        def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
            for outcome in super().dispatch(sweep, shards, deadline):
                time.sleep(0.01 if outcome.shard % BLOCK_SHARDS == 0 else 0)
                yield outcome

    invoker = Waiting()
    with pytest.raises(DependencyUnavailable, match="record"):
        dispatch(ledger, sweep, invoker)
    assert len(invoker.dispatched) <= 3 * BLOCK_SHARDS


def test_an_interruption_records_what_was_dispatched() -> None:
    """The claims end, and the next dispatch sends the rest alone."""
    ledger, sweep = opened()
    invoker = RecordingInvoker(breaks_after=BLOCK_SHARDS + 3)
    with pytest.raises(KeyboardInterrupt):
        dispatch(ledger, sweep, invoker)
    assert ledger.accepted(sweep) == [BLOCK_SHARDS, 3, 0]
    assert not any(block.claimed for block in ledger.history(sweep.id))
    invoker.breaks_after = None
    dispatch(ledger, sweep, invoker)
    assert invoker.dispatched == list(range(SHARDS))


def test_a_deferred_outcome_stops_further_claims() -> None:
    """Time ran out: the block's other shards get their outcomes, and claims made ahead of their use are released."""
    ledger, sweep = opened()
    dispatched = dispatch(ledger, sweep, RecordingInvoker({5: OutcomeKind.DEFERRED}))
    assert not any(block.claimed for block in ledger.history(sweep.id))
    reasons = {Reason.OUT_OF_TIME: 1}
    assert dispatched.attempted == Tally(accepted=BLOCK_SHARDS - 1, deferred=1, reasons=reasons)
    assert dispatched.progress.tally == Tally(
        accepted=BLOCK_SHARDS - 1, deferred=1, waiting=SHARDS - BLOCK_SHARDS, reasons=reasons
    )


def test_a_block_of_another_dispatcher_is_not_released_by_what_looked_ahead() -> None:
    """Time ran out before it was its turn: the other dispatcher keeps its claim."""
    ledger, sweep = opened()
    ledger.claim(sweep.id, 1, "another", 60)
    dispatch(ledger, sweep, RecordingInvoker({5: OutcomeKind.DEFERRED}))
    assert [block.claimed for block in ledger.history(sweep.id)] == [False, True, False]


@pytest.mark.parametrize("redo", Redo)
def test_of_a_cancelled_sweep_nothing_is_dispatched(redo: Redo) -> None:
    """Nothing is claimed either, and failures stay."""
    ledger, sweep = opened(3)
    ledger.mark_failed(sweep.id, ShardFailed(0, Reason.WORKER_DIED, "killed"))
    ledger.cancel(sweep.id)
    dispatched = dispatch(ledger, sweep, RecordingInvoker(), redo)
    assert (dispatched.attempted, dispatched.progress.state) == (Tally(), State.CANCELLED)
    assert (dispatched.progress.shards_failed, ledger.claimed) == (1, [])


@pytest.mark.parametrize("shard", [0, 5, BLOCK_SHARDS - 1])
def test_a_cancellation_during_a_dispatch_stops_it_within_a_few_blocks(shard: int) -> None:
    """Blocks that were claimed before are sent whole and recorded; the others stay untouched, and none claimed."""
    ledger, sweep = opened(20 * BLOCK_SHARDS)

    class Cancelling(RecordingInvoker):
        def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
            for outcome in super().dispatch(sweep, shards, deadline):
                if outcome.shard == shard:
                    ledger.cancel(sweep.id)
                yield outcome

    invoker = Cancelling()
    dispatched = dispatch(ledger, sweep, invoker)
    blocks = len(invoker.dispatched) // BLOCK_SHARDS
    assert 1 <= blocks <= AHEAD + 1
    assert invoker.dispatched == list(range(blocks * BLOCK_SHARDS))
    assert dispatched.progress.state is State.CANCELLED
    assert dispatched.attempted == Tally(accepted=blocks * BLOCK_SHARDS)
    assert ledger.accepted(sweep) == [BLOCK_SHARDS] * blocks + [0] * (20 - blocks)
    assert not any(block.claimed for block in ledger.history(sweep.id))


class GatedLedger(ClaimedLedger):
    """A ledger that records a block only once a shard of the next one is sent, and tells which blocks are claimed."""

    def __init__(self, blocks: int) -> None:
        """Close every gate."""
        super().__init__()
        self.known = [Event() for _ in range(blocks)]
        self.sent = [Event() for _ in range(blocks)]

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        """Tell that the block is claimed."""
        block = super().claim(sweep_id, number, owner, seconds)
        self.known[number].set()
        return block

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        """Wait for the next block, but for the last one."""
        assert self.sent[min(block.number + 1, len(self.sent) - 1)].wait(LIMIT)
        super().record(sweep_id, block, owner)


def test_calls_of_the_ledger_go_on_while_shards_are_sent() -> None:
    """While the shards of a block are sent, the next block is claimed, and the one before is recorded."""
    ledger = GatedLedger(32)
    sweep = ledger.open(sweep_of(32 * BLOCK_SHARDS, 32 * BLOCK_SHARDS))

    class Sending(RecordingInvoker):
        def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
            for outcome in super().dispatch(sweep, shards, deadline):
                block = outcome.shard // BLOCK_SHARDS
                ledger.sent[block].set()
                assert ledger.known[min(block + 1, 31)].wait(LIMIT)
                yield outcome

    dispatch(ledger, sweep, Sending())
    assert ledger.accepted(sweep) == [BLOCK_SHARDS] * 32


def test_a_dispatch_of_one_block_starts_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most sweeps of one machine, and most retries, are small."""
    monkeypatch.setattr("adapters.machine.background.Thread", None)
    ledger, sweep = opened(BLOCK_SHARDS)
    assert dispatch(ledger, sweep, RecordingInvoker()).attempted == Tally(accepted=BLOCK_SHARDS)
    assert dispatch(ledger, sweep, RecordingInvoker()).attempted == Tally()


def test_a_claim_ahead_that_cannot_be_released_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dispatch ends as it would have, and the next one comes after the time of the claim."""
    ledger, sweep = opened(20 * BLOCK_SHARDS)

    def release(*_: object) -> None:
        raise DependencyUnavailable("release")

    monkeypatch.setattr(ledger, "release", release)
    attempted = dispatch(ledger, sweep, RecordingInvoker({5: OutcomeKind.DEFERRED}), deadline=lambda: 60.0).attempted
    assert (attempted.accepted, attempted.deferred) == (BLOCK_SHARDS - 1, 1)
    ledger.clock.time += 61
    assert dispatch(ledger, sweep, RecordingInvoker()).progress.undispatched == 0


def test_without_a_background_nothing_is_claimed_ahead() -> None:
    """Each block is claimed when the one before it is sent, so that a cancellation stops the next one."""
    ledger, sweep = opened(20 * BLOCK_SHARDS)

    class Cancelling(RecordingInvoker):
        def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
            for outcome in super().dispatch(sweep, shards, deadline):
                if outcome.shard == 5:
                    ledger.cancel(sweep.id)
                yield outcome

    invoker = Cancelling()
    dispatched = dispatch(ledger, sweep, invoker, background=Foreground)
    assert invoker.dispatched == list(range(BLOCK_SHARDS))
    assert [number for number, _ in ledger.claimed] == [0, 1]
    assert (dispatched.progress.state, dispatched.attempted) == (State.CANCELLED, Tally(accepted=BLOCK_SHARDS))
    assert not any(block.claimed for block in ledger.history(sweep.id))


@pytest.mark.parametrize("call", ["claim", "look", "record"])
def test_without_a_background_a_ledger_that_fails_is_heard_of(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """What was sent by then is recorded, where that is possible."""
    ledger, sweep = opened()
    working = getattr(ledger, call)
    calls = iter([working, None, working, working])

    def fail(*arguments: object) -> object:
        now = next(calls)
        if now is None:
            raise DependencyUnavailable(call)
        return now(*arguments)

    monkeypatch.setattr(ledger, call, fail)
    with pytest.raises(DependencyUnavailable, match=call):
        dispatch(ledger, sweep, RecordingInvoker(), background=Foreground)
    assert ledger.accepted(sweep)[0] == BLOCK_SHARDS


def test_blocks_of_spans_that_are_with_dispatchers_are_left_to_them() -> None:
    """They are neither claimed nor sent, and the sweep shows as dispatching."""
    ledger, sweep = opened(SPAN_SHARDS + 2)
    ledger.assign(sweep.id, [0], "one", 60)
    invoker = RecordingInvoker()
    dispatched = dispatch(ledger, sweep, invoker)
    assert invoker.dispatched == [SPAN_SHARDS, SPAN_SHARDS + 1]
    assert (dispatched.progress.state, dispatched.attempted) == (State.DISPATCHING, Tally(accepted=2))


@pytest.mark.parametrize("kind", [kind for kind in OutcomeKind if kind is not OutcomeKind.ACCEPTED])
def test_the_attempted_shards_are_counted_apart(kind: OutcomeKind) -> None:
    """What this dispatch met with is not what the ledger keeps: an unknown shard stays one."""
    ledger, sweep = opened(2)
    dispatch(ledger, sweep, RecordingInvoker({0: OutcomeKind.UNKNOWN}))
    dispatched = dispatch(ledger, sweep, RecordingInvoker({0: kind}))
    assert dispatched.attempted == Tally.of(1, [(kind, REASONS[kind], 1)])
    assert dispatched.progress.tally == Tally(accepted=1, unknown=1, reasons={REASONS[kind]: 1})


def test_dispatchers_side_by_side_send_every_shard_once() -> None:
    """However their claims interleave, no two of them have one block."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(5):
            ledger, sweep = opened(8 * BLOCK_SHARDS)
            invokers = [RecordingInvoker() for _ in range(4)]
            calls = [
                partial(dispatch, ledger, sweep, invoker, owner=f"owner {number}")
                for number, invoker in enumerate(invokers)
            ]
            answers = at_once(calls)
            sent = [shard for invoker in invokers for shard in invoker.dispatched]
            assert sorted(sent) == list(range(8 * BLOCK_SHARDS))
            assert sorted(ledger.recorded) == list(range(8))
            assert sum(answer.attempted.accepted for answer in answers) == 8 * BLOCK_SHARDS
            assert ledger.accepted(sweep) == [BLOCK_SHARDS] * 8
    finally:
        sys.setswitchinterval(interval)
