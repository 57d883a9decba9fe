"""The ledger in a file reads like the one in memory, which is simple enough to be believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.local.sqlite_ledger import SqliteLedger
from application.ports.ledger import Ledger
from domain.block import Block, Dispatch
from domain.dispatch import OutcomeKind
from domain.places import block_of
from domain.progress import Progress
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed
from tests.fakes.clock import HandClock
from tests.fakes.ledger import MemoryLedger
from tests.fakes.sweeps import make_sweep

# Two blocks, the second one of 72 shards, and a third one that the sweep does not have.
_SWEEP = make_sweep(size=200, shards=200)
_BLOCKS, _SHARDS = (0, 1, 2), (0, 1, 127, 128, 199, 200, 300)
_SINCE = 5e8
# Each course is of a new sweep.
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class _Step:
    """One call, which `client` makes; the clock moves on by so many seconds first."""

    client: int
    seconds: int
    call: Callable[[Ledger, str], object]


def _partial(shard: int, generation: int) -> ShardDone:
    kinds = (ErrorKind(PointError(shard, "ValueError", f"in {generation}", ("a.py:1 f",)), 1),)
    return ShardDone(shard, 4 - generation, generation + 2, kinds, generation)


def _failed(shard: int, generation: int) -> ShardFailed:
    return ShardFailed(shard, Reason.WORKER_DIED, f"in {generation}", generation + 1, generation)


def _mark_done(
    make: Callable[[int, int], ShardDone], shard: int, generation: int, ledger: Ledger, sweep_id: str
) -> None:
    ledger.mark_done(sweep_id, make(shard, generation))


def _mark_failed(shard: int, generation: int, ledger: Ledger, sweep_id: str) -> None:
    ledger.mark_failed(sweep_id, _failed(shard, generation))


def _claim(number: int, owner: str, ledger: Ledger, sweep_id: str) -> tuple[object, ...] | None:
    block = ledger.claim(sweep_id, number, owner, 60)
    return _read(block) if block else None


def _record(number: int, owner: str, dispatches: dict[Dispatch, int], ledger: Ledger, sweep_id: str) -> None:
    ledger.record(sweep_id, Block(number, dispatches), owner)


def _release(number: int, owner: str, ledger: Ledger, sweep_id: str) -> None:
    ledger.release(sweep_id, number, owner)


def _cancel(ledger: Ledger, sweep_id: str) -> None:
    ledger.cancel(sweep_id)


def _dispatches() -> st.SearchStrategy[dict[Dispatch, int]]:
    """Return a strategy for dispatches that have no place in common."""
    kinds = st.sampled_from(
        [(OutcomeKind.ACCEPTED, None), (OutcomeKind.UNKNOWN, Reason.NO_ANSWER), (OutcomeKind.REJECTED, Reason.OTHER)]
    )
    dispatch = st.builds(lambda kind, *more: Dispatch(*kind, *more), kinds, st.integers(0, 2), st.floats(0, 2 * _SINCE))
    chosen = st.lists(st.tuples(dispatch, st.integers(1, 2**64 - 1)), max_size=2, unique_by=lambda pair: pair[0])
    return chosen.map(lambda pairs: {one: places << 64 * n for n, (one, places) in enumerate(pairs)})


def _steps() -> st.SearchStrategy[_Step]:
    blocks, owners = st.sampled_from(_BLOCKS), st.sampled_from(["me", "you"])
    shards, generations = st.sampled_from(_SHARDS), st.integers(0, 2)
    claims = st.builds(partial, st.just(_claim), blocks, owners)
    calls: st.SearchStrategy[Callable[[Ledger, str], object]] = st.one_of(
        claims,
        claims,
        st.builds(partial, st.just(_record), blocks, owners, _dispatches()),
        st.builds(partial, st.just(_release), blocks, owners),
        st.builds(partial, st.just(_mark_done), st.sampled_from([_partial, ShardDone]), shards, generations),
        st.builds(partial, st.just(_mark_failed), shards, generations),
        st.just(_cancel),
    )
    return st.builds(_Step, st.integers(0, 1), st.sampled_from([0, 0, 50]), calls)


def _read(block: Block) -> tuple[object, ...]:
    """Return all that a use case can learn from a block."""
    shards = (shard for shard in _SHARDS if block_of(shard) == block.number and shard < _SWEEP.plan.shards)
    ends = tuple(
        block.end_of(replace(_SWEEP.plan.shard(shard), generation=generation))
        for shard in shards
        for generation in range(3)
    )
    return block.number, block.dispatches, block.claimed, block.standing(_SWEEP.plan, _SINCE), ends


def _readings(ledger: Ledger, sweep_id: str) -> Iterator[object]:
    """Yield all that the ledger says of the sweep."""
    history = ledger.history(sweep_id)
    yield history.head.plan
    yield history.cancelled
    yield Progress.of(history, _SINCE)
    yield from map(_read, history)
    # A ledger may leave out, or have, a block of which nothing is known.
    found = ledger.blocks(sweep_id, range(3))
    yield from (_read(found.get(number) or Block(number)) for number in _BLOCKS)
    yield sorted(ledger.ends(sweep_id, _SHARDS), key=lambda end: (end.number, isinstance(end, ShardFailed)))
    for shard in _SHARDS:
        look = ledger.look(sweep_id, shard)
        yield look.cancelled
        yield _read(look.block)


@pytest.fixture(scope="module")
def clock() -> HandClock:
    """Return a clock that is the same for all ledgers."""
    return HandClock()


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory, clock: HandClock) -> Iterator[tuple[SqliteLedger, SqliteLedger]]:
    """Yield two connections to one file, like those of two processes."""
    folder = tmp_path_factory.mktemp("ledger")
    with closing(SqliteLedger(folder, clock)) as first, closing(SqliteLedger(folder, clock)) as second:
        yield first, second


@settings(deadline=None)
@given(st.lists(_steps(), max_size=12))
def test_any_course_reads_as_from_memory(
    clock: HandClock, clients: tuple[SqliteLedger, SqliteLedger], steps: list[_Step]
) -> None:
    """Whatever two processes claim, record and mark, in any order, the ledger in memory says the same of it."""
    expected = MemoryLedger(clock)
    sweep_id = f"lab-{next(_NUMBERS):012}"
    for ledger in (expected, clients[0]):
        ledger.open(replace(_SWEEP, id=sweep_id, key=sweep_id))
    for step in steps:
        clock.time += step.seconds
        assert step.call(clients[step.client], sweep_id) == step.call(expected, sweep_id)
    assert list(_readings(clients[0], sweep_id)) == list(_readings(expected, sweep_id))
