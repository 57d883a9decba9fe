"""Dispatching in spread order: the blocks of a round alternate, and the ledger is called as often as without."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from application.dispatch_span import SpanEnd
from application.foreground import Foreground
from application.ports.background import Background
from domain.block import Block
from domain.dispatch import OutcomeKind, Tally
from domain.errors import DependencyUnavailable
from domain.places import BLOCK_SHARDS
from domain.progress import State
from domain.spans import SPAN_SHARDS
from domain.spread import Spread
from domain.sweep import Sweep
from tests.fakes.claimed_ledger import THREADS, ClaimedLedger, dispatch
from tests.fakes.ledger import MemoryLedger
from tests.fakes.shard_invoker import RecordingInvoker, outcome_of
from tests.fakes.sweeps import spread_sweep_of
from tests.fakes.two_levels import TwoLevels

# Three blocks; the last has two shards.
SHARDS = 2 * BLOCK_SHARDS + 2


def spread(shards: int = SHARDS) -> tuple[ClaimedLedger, Sweep]:
    """Return a ledger with a sweep of one point a shard that starts in spread order."""
    ledger = ClaimedLedger()
    return ledger, ledger.open(spread_sweep_of(shards, shards))


def two_levels(shards: int) -> TwoLevels:
    """Return a parent and dispatchers with a sweep in spread order."""
    return TwoLevels(shards, sweep=spread_sweep_of(shards, shards))


def spread_order(shards: int = SHARDS) -> list[int]:
    """Return the numbers of so many shards in spread order."""
    return list(map(Spread(shards).number, range(shards)))


@pytest.mark.parametrize("background", [THREADS, Foreground])
def test_a_sweep_in_spread_order_costs_no_further_call_of_the_ledger(background: Callable[[], Background]) -> None:
    """Each shard is dispatched once, and each block claimed and recorded once, while the blocks alternate."""
    (ledger, sweep), invoker = spread(), RecordingInvoker()
    dispatched = dispatch(ledger, sweep, invoker, background=background)
    assert invoker.dispatched == spread_order()
    assert sorted(number for number, _ in ledger.claimed) == sorted(ledger.recorded) == [0, 1, 2]
    assert dispatched.attempted == dispatched.progress.tally == Tally(accepted=SHARDS)
    assert not any(block.claimed for block in ledger.history(sweep.id))


def test_a_large_sweep_in_spread_order_goes_out_in_rounds() -> None:
    """Never more than 32 blocks wait for outcomes: the next ones are claimed when these are sent."""
    ledger, sweep = spread(40 * BLOCK_SHARDS)
    invoker = RecordingInvoker()
    dispatch(ledger, sweep, invoker, background=Foreground)
    first, second = invoker.dispatched[: 32 * BLOCK_SHARDS], invoker.dispatched[32 * BLOCK_SHARDS :]
    blocks = [number for number, _ in ledger.claimed]
    assert blocks == list(map(Spread(40).number, range(40)))
    assert {shard // BLOCK_SHARDS for shard in first} == set(blocks[:32])
    assert {shard // BLOCK_SHARDS for shard in second} == set(blocks[32:])
    assert ledger.accepted(sweep) == [BLOCK_SHARDS] * 40


def test_an_interrupted_dispatch_in_spread_order_goes_on_in_it() -> None:
    """What was sent is recorded in each block that had begun, and the next dispatch sends the rest in its order."""
    (ledger, sweep), invoker = spread(), RecordingInvoker(breaks_after=100)
    with pytest.raises(KeyboardInterrupt):
        dispatch(ledger, sweep, invoker)
    assert sum(ledger.accepted(sweep)) == 100
    assert min(ledger.accepted(sweep)[:2]) > 40
    assert not any(block.claimed for block in ledger.history(sweep.id))
    invoker.breaks_after = None
    dispatch(ledger, sweep, invoker)
    assert invoker.dispatched == spread_order()


def test_in_spread_order_a_claim_that_fails_lets_the_blocks_before_it_be_sent() -> None:
    """As in the order of the plan: the caller hears of it once their outcomes are in the ledger."""
    (ledger, sweep), invoker = spread(), RecordingInvoker()
    ledger.unclaimable = {2}
    claimed = list(map(Spread(3).number, range(3)))
    before = set(claimed[: claimed.index(2)])
    with pytest.raises(DependencyUnavailable, match="claim 2"):
        dispatch(ledger, sweep, invoker)
    assert invoker.dispatched == [shard for shard in spread_order() if shard // BLOCK_SHARDS in before]
    assert ledger.accepted(sweep) == [BLOCK_SHARDS if block in before else 0 for block in range(3)]


def test_in_spread_order_a_block_that_cannot_be_released_lets_the_others_be_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another dispatcher has sent its shards since the history was read: its claim runs out."""
    (ledger, sweep), invoker = spread(), RecordingInvoker()
    ledger.stale = ledger.history(sweep.id)
    last = Spread(3).number(2)
    MemoryLedger.claim(ledger, sweep.id, last, "another", 60)
    numbers = Block(last).shards(sweep.plan)
    block = Block(last).after((outcome_of(shard, OutcomeKind.ACCEPTED) for shard in numbers), ledger.clock.now())
    ledger.record(sweep.id, block, "another")

    def release(*_: object) -> None:
        raise DependencyUnavailable("release")

    monkeypatch.setattr(ledger, "release", release)
    with pytest.raises(DependencyUnavailable, match="release"):
        dispatch(ledger, sweep, invoker, background=Foreground)
    assert invoker.dispatched == [shard for shard in spread_order() if shard not in numbers]
    ledger.stale = None
    assert [one.claimed for one in ledger.history(sweep.id)] == [one == last for one in range(3)]


def test_in_spread_order_a_block_of_another_dispatcher_is_left_to_it() -> None:
    """The shards of the others keep their order."""
    (ledger, sweep), invoker = spread(), RecordingInvoker()
    ledger.stale = ledger.history(sweep.id)
    MemoryLedger.claim(ledger, sweep.id, 1, "another", 60)
    dispatch(ledger, sweep, invoker)
    assert invoker.dispatched == [shard for shard in spread_order() if shard // BLOCK_SHARDS != 1]


def test_a_round_that_finds_the_sweep_cancelled_is_not_sent() -> None:
    """Of its blocks that were claimed before, the claims end."""
    sweep, last = spread()[1], Spread(3).number(2)

    class Cancelling(ClaimedLedger):
        def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
            if number == last:
                self.cancel(sweep_id)
            return super().claim(sweep_id, number, owner, seconds)

    ledger = Cancelling()
    ledger.open(sweep)
    invoker = RecordingInvoker()
    dispatched = dispatch(ledger, sweep, invoker, background=Foreground)
    assert (invoker.dispatched, dispatched.attempted) == ([], Tally())
    assert dispatched.progress.state is State.CANCELLED
    assert not any(block.claimed for block in ledger.history(sweep.id))


def test_spans_are_assigned_in_spread_order() -> None:
    """Where few dispatchers run at once, those that do are spread over the sweep."""
    system = two_levels(12 * SPAN_SHARDS)
    dispatched = system.submit()
    assert [task.span.number for task in system.dispatchers.tasks] == list(map(Spread(12).number, range(12)))
    assert dispatched.attempted == Tally(waiting=12 * SPAN_SHARDS)


def test_a_dispatcher_sends_its_span_in_spread_order() -> None:
    """It reads the order with the sweep; its blocks alternate, and each is recorded once."""
    system = two_levels(SPAN_SHARDS + 300)
    system.submit()
    last = next(task for task in system.dispatchers.tasks if task.span.number == 1)
    invoker = RecordingInvoker()
    assert system.run(last, invoker).end is SpanEnd.DISPATCHED
    order = map(Spread(SPAN_SHARDS + 300).number, range(SPAN_SHARDS + 300))
    assert invoker.dispatched == [shard for shard in order if shard >= SPAN_SHARDS]
    assert sorted(system.ledger.recorded) == [32, 33, 34]
