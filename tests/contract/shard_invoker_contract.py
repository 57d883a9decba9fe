"""The rules that every `ShardInvoker` keeps. A subclass of `ShardInvokerContract` with its fixtures tests a backend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from application.ports.shard_invoker import ShardInvoker
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.plan import Shard
from domain.sweep import Sweep
from tests.fakes.sweeps import make_sweep

Received = Callable[[], Sequence[int]]


class ShardInvokerContract:
    """The rules, one a test. `received` returns the numbers of the shards that the platform has received."""

    @pytest.fixture
    def invoker(self) -> ShardInvoker:
        """Return an invoker whose platform accepts shards; its workers never end."""
        raise NotImplementedError

    @pytest.fixture
    def received(self) -> Received:
        """Return a function that lists the shards that the platform of `invoker` has received."""
        raise NotImplementedError

    @pytest.fixture
    def broken(self) -> ShardInvoker:
        """Return an invoker whose platform fails."""
        raise NotImplementedError

    @pytest.mark.parametrize("shards", [1, 2, 37, 500])
    def test_every_shard_has_one_outcome(self, invoker: ShardInvoker, received: Received, shards: int) -> None:
        """An exhausted iterator has yielded one outcome a shard, and the platform has received each shard once."""
        sweep = make_sweep(size=shards, shards=shards)
        outcomes = list(invoker.dispatch(sweep, sweep.plan, no_deadline))
        assert sorted(outcome.shard for outcome in outcomes) == list(range(shards))
        assert {outcome.kind for outcome in outcomes} == {OutcomeKind.ACCEPTED}
        assert sorted(received()) == list(range(shards))

    def test_only_the_given_shards_are_dispatched(self, invoker: ShardInvoker, received: Received) -> None:
        """Of a plan's shards, the invoker dispatches those that the caller passes and no others."""
        sweep = make_sweep(size=10, shards=10)
        outcomes = list(invoker.dispatch(sweep, [sweep.plan.shard(7), sweep.plan.shard(2)], no_deadline))
        assert sorted(outcome.shard for outcome in outcomes) == [2, 7]
        assert sorted(received()) == [2, 7]

    def test_outcomes_are_of_the_shards_generations(self, invoker: ShardInvoker) -> None:
        """Each outcome has the generation of its shard."""
        sweep = make_sweep(size=9, shards=9)
        outcomes = invoker.dispatch(
            sweep, [replace(one, generation=one.number // 3) for one in sweep.plan], no_deadline
        )
        assert sorted((outcome.shard, outcome.generation) for outcome in outcomes) == [(n, n // 3) for n in range(9)]

    def test_without_shards_there_is_no_outcome(self, invoker: ShardInvoker, received: Received) -> None:
        """Without a shard, the invoker yields no outcome and dispatches nothing."""
        assert list(invoker.dispatch(make_sweep(), [], no_deadline)) == []
        assert list(received()) == []

    def test_shards_are_read_once(self, invoker: ShardInvoker) -> None:
        """The shards may be an iterator, which can be read only once."""
        sweep = make_sweep(size=30, shards=30)
        read: Counter[int] = Counter()

        def shards() -> Iterator[Shard]:
            for shard in sweep.plan:
                read[shard.number] += 1
                yield shard

        assert len(list(invoker.dispatch(sweep, shards(), no_deadline))) == 30
        assert read == Counter(range(30))

    def test_dispatches_do_not_mix(self, invoker: ShardInvoker) -> None:
        """One invoker dispatches several sweeps in turn and yields for each the outcomes of its own shards."""
        first, second = make_sweep(size=3, shards=3), make_sweep("lab-000000000002", size=2, shards=2)
        assert sorted(outcome.shard for outcome in invoker.dispatch(first, first.plan, no_deadline)) == [0, 1, 2]
        assert sorted(outcome.shard for outcome in invoker.dispatch(second, second.plan, no_deadline)) == [0, 1]

    def test_failures_are_outcomes(self, broken: ShardInvoker) -> None:
        """Where the platform fails, the invoker raises nothing and yields one outcome with a reason for each shard."""
        sweep: Sweep = make_sweep(size=5, shards=5)
        outcomes = list(broken.dispatch(sweep, [replace(shard, generation=2) for shard in sweep.plan], no_deadline))
        assert sorted(outcome.shard for outcome in outcomes) == [0, 1, 2, 3, 4]
        assert {outcome.generation for outcome in outcomes} == {2}
        assert all(outcome.kind is OutcomeKind.ACCEPTED or outcome.reason for outcome in outcomes)
