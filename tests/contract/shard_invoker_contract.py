"""What every `ShardInvoker` must do. A backend is tested by a subclass of `ShardInvokerContract` with its fixtures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pytest

from application.ports.shard_invoker import ShardInvoker
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.plan import Shard
from domain.sweep import Sweep
from tests.fakes.sweeps import make_sweep

Received = Callable[[], Sequence[int]]


class ShardInvokerContract:
    """The rules, one a test. `received` gives the numbers of the shards that the other side has been handed."""

    @pytest.fixture
    def invoker(self) -> ShardInvoker:
        """Return an invoker whose other side works; its workers never come to an end."""
        raise NotImplementedError

    @pytest.fixture
    def received(self) -> Received:
        """Return a function that tells which shards have been handed over through `invoker`."""
        raise NotImplementedError

    @pytest.fixture
    def broken(self) -> ShardInvoker:
        """Return an invoker whose other side fails."""
        raise NotImplementedError

    @pytest.mark.parametrize("shards", [1, 2, 37, 500])
    def test_every_shard_has_one_outcome(self, invoker: ShardInvoker, received: Received, shards: int) -> None:
        """Taken to its end, the iterator has given each shard once, and the other side has got each once."""
        sweep = make_sweep(size=shards, shards=shards)
        outcomes = list(invoker.dispatch(sweep, sweep.plan, no_deadline))
        assert sorted(outcome.shard for outcome in outcomes) == list(range(shards))
        assert {outcome.kind for outcome in outcomes} == {OutcomeKind.ACCEPTED}
        assert sorted(received()) == list(range(shards))

    def test_only_the_given_shards_are_handed_over(self, invoker: ShardInvoker, received: Received) -> None:
        """Some shards of a plan are these and no others."""
        sweep = make_sweep(size=10, shards=10)
        outcomes = list(invoker.dispatch(sweep, [sweep.plan.shard(7), sweep.plan.shard(2)], no_deadline))
        assert sorted(outcome.shard for outcome in outcomes) == [2, 7]
        assert sorted(received()) == [2, 7]

    def test_no_shard_has_no_outcome(self, invoker: ShardInvoker, received: Received) -> None:
        """Nothing to hand over is nothing to tell."""
        assert list(invoker.dispatch(make_sweep(), [], no_deadline)) == []
        assert list(received()) == []

    def test_shards_may_come_one_at_a_time(self, invoker: ShardInvoker) -> None:
        """Each shard is taken once from an iterable that can be read only once."""
        sweep = make_sweep(size=30, shards=30)
        taken: Counter[int] = Counter()

        def shards() -> Iterator[Shard]:
            for shard in sweep.plan:
                taken[shard.number] += 1
                yield shard

        assert len(list(invoker.dispatch(sweep, shards(), no_deadline))) == 30
        assert taken == Counter(range(30))

    def test_dispatches_do_not_mix(self, invoker: ShardInvoker) -> None:
        """One invoker serves several sweeps, one after the other, each with the outcomes of its own shards."""
        first, second = make_sweep(size=3, shards=3), make_sweep("lab-000000000002", size=2, shards=2)
        assert sorted(outcome.shard for outcome in invoker.dispatch(first, first.plan, no_deadline)) == [0, 1, 2]
        assert sorted(outcome.shard for outcome in invoker.dispatch(second, second.plan, no_deadline)) == [0, 1]

    def test_failures_are_outcomes(self, broken: ShardInvoker) -> None:
        """However the other side fails, no exception comes out and every shard is accounted for once."""
        sweep: Sweep = make_sweep(size=5, shards=5)
        outcomes = list(broken.dispatch(sweep, sweep.plan, no_deadline))
        assert sorted(outcome.shard for outcome in outcomes) == [0, 1, 2, 3, 4]
        assert all(outcome.is_accepted or outcome.reason for outcome in outcomes)
