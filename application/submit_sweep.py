"""Use case: open a sweep in the ledger and hand its shards over, waiting for no worker."""

from __future__ import annotations

from dataclasses import dataclass, replace

from application.documents import Payloads, request_digest
from application.ports import Clock, IdSource, Ledger, ShardInvoker
from domain.grid import Grid
from domain.limits import Limits
from domain.progress import Record, Tally, remaining
from domain.request import SweepRequest
from domain.sweep import Outcome, ShardDone, ShardEnd, ShardFailed, Sweep

# So many outcomes are recorded at once: a dispatcher that is killed forgets at most so many.
_OUTCOMES_A_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Submission:
    """The answer to a submitted request: the sweep, what became of its shards, and whether it was known before."""

    sweep: Sweep
    tally: Tally
    replayed: bool


@dataclass(frozen=True, slots=True)
class SubmitSweep:
    """The parent's one job. `claim_seconds` is how long one dispatch can take at most."""

    ledger: Ledger
    invoker: ShardInvoker
    clock: Clock
    ids: IdSource
    limits: Limits
    claim_seconds: float = 900.0

    def __call__(self, request: SweepRequest, key: str | None = None, *, redo_failed: bool = False) -> Submission:
        """Hand over every shard of the request that nobody is known to have; each of them gets a recorded outcome.

        The same key with the same request goes on where an earlier call stopped, and with `redo_failed` hands failed
        shards over again. Without a key every call is a new sweep. Raises `InvalidSweep` before anything is written,
        `SweepConflict` if the key was used for another request, and `DependencyUnavailable`.
        """
        new = self._new_sweep(self.limits.admit(request), key)
        self._check_payloads(new)
        sweep = self.ledger.open(new)
        if self.ledger.claim_dispatch(sweep.id, new.id, self.claim_seconds):
            try:
                self._dispatch(sweep, redo_failed=redo_failed)
            finally:
                self.ledger.release_dispatch(sweep.id, new.id)
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

    def _dispatch(self, sweep: Sweep, *, redo_failed: bool) -> None:
        record = self.ledger.record(sweep.id)
        if record.cancelled:
            return
        if redo_failed:
            record = _without_failures(record)
        shards = map(sweep.plan.shard, remaining(sweep.plan, record))
        page: list[Outcome] = []
        try:
            for outcome in self.invoker.dispatch(sweep, shards):
                page.append(outcome.after(record.outcomes.get(outcome.shard)))
                if len(page) == _OUTCOMES_A_PAGE:
                    self.ledger.record_outcomes(sweep.id, page)
                    page = []
        finally:
            # Also when the dispatch is interrupted: what was handed over must not be handed over again.
            if page:
                self.ledger.record_outcomes(sweep.id, page)


def _without_failures(record: Record) -> Record:
    failed = {number for number, end in record.ends.items() if isinstance(end, ShardFailed)}
    ends: dict[int, ShardEnd] = {number: end for number, end in record.ends.items() if isinstance(end, ShardDone)}
    outcomes = {number: outcome for number, outcome in record.outcomes.items() if number not in failed}
    return replace(record, outcomes=outcomes, ends=ends)
