"""Use case: open a sweep in the ledger and hand its shards over, waiting for no worker."""

from __future__ import annotations

from dataclasses import dataclass

from application.dispatch_shards import HandOver
from application.documents.request import Payloads, request_digest
from application.ports.ports import Clock, IdSource, Ledger
from domain.designs.grid import Grid
from domain.limits import Limits
from domain.progress import Tally
from domain.request import SweepRequest
from domain.sweep import Sweep


@dataclass(frozen=True, slots=True)
class Submission:
    """The answer to a submitted request: the sweep, what became of its shards, and whether it was known before."""

    sweep: Sweep
    tally: Tally
    replayed: bool


@dataclass(frozen=True, slots=True)
class SubmitSweep:
    """The parent's first job."""

    ledger: Ledger
    hand_over: HandOver
    clock: Clock
    ids: IdSource
    limits: Limits

    def __call__(self, request: SweepRequest, key: str | None = None, *, redo_failed: bool = False) -> Submission:
        """Hand over every shard of the request that nobody is known to have; each of them gets a recorded outcome.

        The same key with the same request goes on where an earlier call stopped, and with `redo_failed` hands failed
        shards over again. Without a key every call is a new sweep. Raises `InvalidSweep` before anything is written,
        `SweepConflict` if the key was used for another request, and `DependencyUnavailable`.
        """
        new = self._new_sweep(self.limits.admit(request), key)
        self._check_payloads(new)
        sweep = self.ledger.open(new)
        self.hand_over(sweep, new.id, redo_failed=redo_failed)
        outcomes = self.ledger.record(sweep.id).outcomes
        return Submission(sweep, Tally.of(sweep.plan.shards, outcomes.values()), replayed=sweep.id != new.id)

    def _new_sweep(self, request: SweepRequest, key: str | None) -> Sweep:
        sweep_id = f"{request.name}-{self.ids.new_id()}"
        return Sweep(sweep_id, key or sweep_id, request_digest(request), request, self.clock.now())

    def _check_payloads(self, sweep: Sweep) -> None:
        plan = sweep.plan
        payloads = Payloads(sweep)
        # A grid's payloads differ in the shard's numbers alone, and the last shard has the longest.
        suspects = [plan.shard(plan.shards - 1)] if isinstance(sweep.request.design, Grid) else plan
        self.limits.check_payload(max(len(payloads.of(shard)) for shard in suspects))
