"""Shard invokers with one defect each, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its one method

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from shutil import which

from adapters.local.process_engine import EngineSetup, ProcessEngine
from domain.dispatch import Outcome
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable
from domain.plan import Shard
from domain.sweep import Sweep


class DropsAnOutcome(ProcessEngine):
    """Drops the first outcome of a dispatch."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        return islice(super().dispatch(sweep, shards, deadline), 1, None)


class DoublesAnOutcome(ProcessEngine):
    """Yields every outcome twice."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        for one in super().dispatch(sweep, shards, deadline):
            yield one
            yield one


class HandsOverTwice(ProcessEngine):
    """Dispatches every shard twice and yields one outcome for each."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        shards = list(shards)
        list(super().dispatch(sweep, shards, deadline))
        return super().dispatch(sweep, shards, deadline)


class AcceptsWithoutHandingOver(ProcessEngine):
    """Yields an acceptance for a shard that no worker will get."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        for one in super().dispatch(sweep, shards, deadline):
            self._queue.pop()
            yield one


class HandsOverTheWholePlan(ProcessEngine):
    """Dispatches all shards of the sweep instead of the given ones."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        return super().dispatch(sweep, sweep.plan, deadline)


class ReadsTheShardsTwice(ProcessEngine):
    """Reads the shards to their end before it dispatches them."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        for _ in shards:
            pass
        yield from super().dispatch(sweep, shards, deadline)


class RepeatsEarlierDispatches(ProcessEngine):
    """Yields the outcomes of all earlier dispatches too."""

    def __init__(self, folder: Path, setup: EngineSetup) -> None:
        """Start without outcomes."""
        super().__init__(folder, setup)
        self._outcomes: list[Outcome] = []

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        self._outcomes.extend(super().dispatch(sweep, shards, deadline))
        return iter(self._outcomes)


class Raises(ProcessEngine):
    """Raises, after the outcomes, where no worker can be started."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        yield from super().dispatch(sweep, shards, deadline)
        if which(self._setup.command[0]) is None:
            raise DependencyUnavailable("down")


BROKEN: dict[type[object], str] = {
    DropsAnOutcome: "every_shard_has_one_outcome",
    DoublesAnOutcome: "every_shard_has_one_outcome",
    HandsOverTwice: "only_the_given_shards_are_handed_over",
    AcceptsWithoutHandingOver: "every_shard_has_one_outcome",
    HandsOverTheWholePlan: "no_shard_has_no_outcome",
    ReadsTheShardsTwice: "shards_may_come_one_at_a_time",
    RepeatsEarlierDispatches: "dispatches_do_not_mix",
    Raises: "failures_are_outcomes",
}
