"""A worker with its ports in memory."""

from __future__ import annotations

import gzip
import json
from dataclasses import fields, replace

from application.meter import Meter
from application.ports.result_store import ResultStore
from application.ports.target_loader import Target
from domain.block import Block
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.limits import Limits
from domain.reasons import Reason
from domain.standing import Standing
from domain.sweep import ShardDone, ShardEnd, ShardFailed
from tests.fakes.desk import Desk
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.sweeps import sweep_of, task_of
from tests.fakes.target_loader import KnownTargets


class WorkerDesk(Desk):
    """A worker, and a sweep of three shards over `0..8`."""

    def __init__(
        self,
        target: Target | None = None,
        results: ResultStore | None = None,
        limits: Limits | None = None,
        invoker: RecordingInvoker | None = None,
        *,
        is_known: bool = True,
    ) -> None:
        """Open the sweep. Without `target` the target is `square`; it may also be one that no module has."""
        targets = {"f": target or self.square} if is_known else {}
        super().__init__(targets=KnownTargets(**targets), invoker=invoker, results=results, limits=limits)
        self.sweep = self.ledger.open(sweep_of(9, 3))
        self.calls: list[int] = []

    def run(self, number: int, generation: int = 0) -> ShardEnd | None:
        """Execute one shard, and check that a done one has an object."""
        task = task_of(self.sweep, number)
        end = self.execute(replace(task, shard=replace(task.shard, generation=generation)), Meter(), no_deadline)
        assert not isinstance(end, ShardDone) or self.results.get(self.sweep.id, number) is not None
        return end

    def square(self, x: int) -> int:
        """Return the square of x, and note the call."""
        self.calls.append(x)
        return x * x

    def lines(self, number: int) -> list[dict[str, object]]:
        """Return the lines of a shard's object."""
        return [json.loads(line) for line in gzip.decompress(self.stored(number) or b"").splitlines()]

    def stored(self, number: int) -> bytes | None:
        """Return a shard's object, or None if there is none."""
        stored = self.results.get(self.sweep.id, number)
        return stored.body if stored else None

    def lose(self, number: int, generation: int = 0) -> None:
        """Record that the platform gave a shard up in this generation."""
        end = ShardFailed(number, Reason.RETRIES_EXHAUSTED, "timed out", 3, generation)
        self.fail(self.sweep.id, end, no_deadline)

    def send(self, number: int, generation: int) -> None:
        """Record that a dispatcher sent a shard in this generation."""
        assert self.ledger.claim(self.sweep.id, 0, "test", 60)
        sent = Outcome(number, OutcomeKind.ACCEPTED, generation=generation)
        self.ledger.record(self.sweep.id, self.block.after([sent], self.clock.now()), "test")

    @property
    def block(self) -> Block:
        """The one block of the sweep, as the ledger has it."""
        return self.ledger.blocks(self.sweep.id, range(1)).get(0) or Block(0)

    def state(self, number: int) -> str:
        """Return the name of the set in which the standing of the block has a shard."""
        standing = self.block.standing(self.sweep.plan, self.survey.since())
        return next(one.name for one in fields(Standing) if getattr(standing, one.name) >> number & 1)
