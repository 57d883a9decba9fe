"""A sweep of one shard with two points, to be brought into any state."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields

from application.describe_sweep import Description
from application.meter import Meter
from application.ports.engine import OnCounts
from application.run_sweep import Beginning
from domain.block import Block
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.errors import SweepConflict
from domain.reasons import Reason
from domain.standing import Redo, Standing
from domain.sweep import ShardFailed, Sweep
from domain.task import ShardTask
from tests.fakes.desk import Laptop
from tests.fakes.sweeps import sweep_of


class Walker(Laptop):
    """The sweep with all that can become of it. At 0 the target returns a value, at 1 it may raise."""

    def __init__(self) -> None:
        """Open the sweep by a command that is interrupted before it sends the shard."""
        super().__init__(self.target)
        self.raises = self.was_conflict = self.had_no_effect = False
        self.tasks: list[ShardTask] = []  # what a platform, or another process, has
        self.ended: list[ShardTask] = []  # what it may still deliver again, or late
        self.request = sweep_of(2, 1).request
        self.sweep = self._open()

    def constrain(self, where: str) -> None:
        """Open a sweep with a condition in place of the other one."""
        self.request = self.request.constrained(where)
        self.sweep = self._open()

    def _open(self) -> Sweep:
        self.engine.interrupted = True
        with suppress(KeyboardInterrupt):
            self.command(Redo.SHARDS)
        self.engine.interrupted = False
        sweeps = (self.ledger.sweep(head.id) for head in self.ledger.heads(2).heads)
        return next(sweep for sweep in sweeps if sweep.request == self.request)

    def target(self, x: int) -> int:
        """Return a value, or raise."""
        if x and self.raises:
            raise ValueError("no root")
        return x

    @contextmanager
    def watch(self, _: Beginning) -> Iterator[OnCounts]:
        """Show nothing."""
        yield lambda _: None

    def command(self, redo: Redo) -> None:
        """Run the command."""
        self.run_sweep(self.request, self.watch, redo)

    def send(self) -> None:
        """Send the request with its key."""
        self.sweeps.submit(self.sweep.request, self.sweep.key, no_deadline)
        self.tasks += self.engine.take()

    def retry(self) -> None:
        """Retry the sweep, and note whether that is a conflict."""
        try:
            self.sweeps.retry(self.sweep.id, no_deadline)
        except SweepConflict:
            self.was_conflict = True
        self.tasks += self.engine.take()

    def refused(self, kind: OutcomeKind, call: Callable[[Walker], None]) -> None:
        """Make a call while the platform answers every dispatch with this outcome."""
        self.engine.refused = {0: kind}
        call(self)
        self.engine.refused = {}

    def cancel(self) -> None:
        """Cancel the sweep, and note whether that stopped anything."""
        self.had_no_effect = not self.sweeps.cancel(self.sweep.id, no_deadline).stopped

    def work(self, tasks: list[ShardTask], *, raises: bool = False) -> None:
        """Execute what workers have."""
        self.raises = raises
        for task in tasks:
            self.execute(task, Meter(), no_deadline)
        self.raises = False

    def give_up(self, tasks: list[ShardTask]) -> None:
        """Record that the platform gave up what workers have."""
        for task in tasks:
            shard = task.shard
            end = ShardFailed(shard.number, Reason.RETRIES_EXHAUSTED, "", 3, shard.generation)
            self.fail(self.sweep.id, end, no_deadline)

    def end(self, way: Callable[[list[ShardTask]], None]) -> None:
        """Let what workers have end in this way; from then on it is delivered late."""
        way(self.tasks)
        self.tasks, self.ended = [], self.tasks

    @property
    def description(self) -> Description:
        """The sweep as the program reports it."""
        return self.sweeps.describe(self.sweep.id, no_deadline)

    def sweep_state(self) -> str:
        """Return the state of the sweep."""
        return self.description.progress.state.value

    def shard_state(self) -> str:
        """Return the state of the shard: its set in the standing, or why no worker has it."""
        history = self.ledger.history(self.sweep.id)
        block = history.blocks.get(0) or Block(0)
        standing = block.standing(self.sweep.plan, self.survey.since())
        (state,) = (one.name for one in fields(Standing) if getattr(standing, one.name))
        kinds = [dispatch.kind.value for dispatch in block.dispatches]
        unsent = "deferred" if history.undelivered_for(0) else "waiting"
        return state if state != "undispatched" else (*kinds, unsent)[0]

    def point_state(self) -> str:
        """Return the state of point 1, by its line and by the counts."""
        progress, line = self.description.progress, self.line()
        if progress.failed:
            return "error" if line == "error" else "missing"
        if progress.skipped:
            return line
        return "value" if progress.done == 2 and line == "value" else "pending"

    def line(self) -> str:
        """Return what point 1 has in the results."""
        stored = self.results.get(self.sweep.id, 0)
        lines = gzip.decompress(stored.body).splitlines() if stored else []
        return next((name for name in ("value", "error", "skipped") if lines and name in json.loads(lines[1])), "none")
