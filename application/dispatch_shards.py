"""Handing over the shards of a sweep that nobody has: what submitting and retrying have in common."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.ports import Ledger, ShardInvoker
from domain.progress import Record, remaining
from domain.sweep import Outcome, OutcomeKind, ShardFailed, Sweep

# So many outcomes are recorded at once: a dispatcher that is killed forgets at most so many.
_OUTCOMES_A_PAGE = 1000


@dataclass(frozen=True, slots=True)
class HandOver:
    """One dispatch at a time of each sweep. `claim_seconds` is how long it can take at most."""

    ledger: Ledger
    invoker: ShardInvoker
    claim_seconds: float = 900.0

    def __call__(self, sweep: Sweep, owner: str, *, redo_failed: bool = False) -> bool:
        """Hand over every shard that nobody is known to have, with `redo_failed` the failed ones too.

        Each gets a recorded outcome. False if another owner is at it; of a cancelled sweep there is nothing to hand
        over. Raises `DependencyUnavailable`.
        """
        if not self.ledger.claim_dispatch(sweep.id, owner, self.claim_seconds):
            return False
        try:
            record = self.ledger.record(sweep.id)
            if redo_failed and not record.cancelled:
                record = self._without_failures(sweep, record)
            if not record.cancelled:
                self._dispatch(sweep, record)
        finally:
            self.ledger.release_dispatch(sweep.id, owner)
        return True

    def _without_failures(self, sweep: Sweep, record: Record) -> Record:
        failed = [number for number, end in record.ends.items() if isinstance(end, ShardFailed)]
        if not failed:
            return record
        # In this order: whoever is killed in between leaves shards that failed or wait, and none that seems to run.
        self.ledger.record_outcomes(
            sweep.id, [Outcome(number, OutcomeKind.DEFERRED, "FailedBefore", 0) for number in failed]
        )
        self.ledger.forget_failures(sweep.id, failed)
        return self.ledger.record(sweep.id)

    def _dispatch(self, sweep: Sweep, record: Record) -> None:
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
