"""Shard invokers with one defect each, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its one method

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
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


class DispatchesTwice(ProcessEngine):
    """Dispatches every shard twice and yields one outcome for each."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        shards = list(shards)
        list(super().dispatch(sweep, shards, deadline))
        return super().dispatch(sweep, shards, deadline)


class AcceptsWithoutDispatching(ProcessEngine):
    """Yields the outcome accepted for a shard that it has not queued."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        for one in super().dispatch(sweep, shards, deadline):
            self._queue.pop()
            yield one


class DispatchesTheWholePlan(ProcessEngine):
    """Dispatches all shards of the sweep instead of those that the caller passes."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        return super().dispatch(sweep, sweep.plan, deadline)


class ForgetsTheGeneration(ProcessEngine):
    """Yields every outcome as one of the first generation."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        return (replace(one, generation=0) for one in super().dispatch(sweep, shards, deadline))


class ReadsTheShardsTwice(ProcessEngine):
    """Reads all shards once before it dispatches them."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        for _ in shards:
            pass
        yield from super().dispatch(sweep, shards, deadline)


class RepeatsEarlierDispatches(ProcessEngine):
    """Yields the outcomes of all earlier dispatches again."""

    def __init__(self, folder: Path, setup: EngineSetup) -> None:
        """Start without outcomes."""
        super().__init__(folder, setup)
        self._outcomes: list[Outcome] = []

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        self._outcomes.extend(super().dispatch(sweep, shards, deadline))
        return iter(self._outcomes)


class Raises(ProcessEngine):
    """Raises an error after the outcomes if no worker can be started."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        yield from super().dispatch(sweep, shards, deadline)
        if which(self._setup.command[0]) is None:
            raise DependencyUnavailable("down")


BROKEN: dict[type[object], str] = {
    DropsAnOutcome: "every_shard_has_one_outcome",
    DoublesAnOutcome: "every_shard_has_one_outcome",
    DispatchesTwice: "only_the_given_shards_are_dispatched",
    AcceptsWithoutDispatching: "every_shard_has_one_outcome",
    DispatchesTheWholePlan: "without_shards_there_is_no_outcome",
    ForgetsTheGeneration: "outcomes_are_of_the_shards_generations",
    ReadsTheShardsTwice: "shards_are_read_once",
    RepeatsEarlierDispatches: "dispatches_do_not_mix",
    Raises: "failures_are_outcomes",
}
