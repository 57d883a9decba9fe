"""Dispatching the shards of a sweep that no worker has: what submitting and retrying have in common."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.ledger import OUTCOMES_A_PAGE, Ledger
from application.ports.shard_invoker import ShardInvoker
from domain.dispatch import Outcome, OutcomeKind, Tally
from domain.dispatch_policy import Deadline
from domain.progress import History, remaining
from domain.reasons import Reason
from domain.sweep import ShardFailed, Sweep

# No dispatch holds its claim for longer, in seconds: as long as a Lambda can run.
_LONGEST_CLAIM = 900.0


@dataclass(frozen=True, slots=True)
class DispatchShards:
    """One dispatch at a time of each sweep."""

    ledger: Ledger
    invoker: ShardInvoker

    def __call__(self, sweep: Sweep, owner: str, deadline: Deadline, *, redo_failed: bool = False) -> bool:
        """Dispatch every shard that no worker is known to have, with `redo_failed` the failed ones too.

        Each gets a recorded outcome. Returns False, and dispatches nothing, while another owner dispatches the sweep;
        of a cancelled sweep there is nothing to dispatch. Raises `DependencyUnavailable`.
        """
        # A dispatch holds its claim as long as its caller can last, and no longer.
        if not self.ledger.claim_dispatch(sweep.id, owner, min(deadline(), _LONGEST_CLAIM)):
            return False
        try:
            history = self.ledger.history(sweep.id)
            if redo_failed and not history.cancelled:
                history = self._without_failures(sweep, history)
            if not history.cancelled:
                self._dispatch(sweep, history, deadline)
        finally:
            self.ledger.release_dispatch(sweep.id, owner)
        return True

    def tally(self, sweep: Sweep) -> Tally:
        """Count what the ledger knows of the sweep's dispatch."""
        return Tally.of(sweep.plan.shards, self.ledger.history(sweep.id).outcomes.values())

    def _without_failures(self, sweep: Sweep, history: History) -> History:
        failed = [number for number, end in history.ends.items() if isinstance(end, ShardFailed)]
        if not failed:
            return history
        # In this order: a dispatcher killed in between leaves shards that failed or wait, and none that seems to run.
        set_back = [Outcome(number, OutcomeKind.DEFERRED, Reason.FAILED_BEFORE, attempts=0) for number in failed]
        self.ledger.record_outcomes(sweep.id, set_back)
        self.ledger.forget_failures(sweep.id, failed)
        return self.ledger.history(sweep.id)

    def _dispatch(self, sweep: Sweep, history: History, deadline: Deadline) -> None:
        shards = map(sweep.plan.shard, remaining(sweep.plan, history))
        page: list[Outcome] = []
        try:
            for outcome in self.invoker.dispatch(sweep, shards, deadline):
                page.append(outcome.after(history.outcomes.get(outcome.shard)))
                if len(page) == OUTCOMES_A_PAGE:
                    self.ledger.record_outcomes(sweep.id, page)
                    page = []
        finally:
            # Also when the dispatch is interrupted: what was dispatched must not be dispatched again.
            if page:
                self.ledger.record_outcomes(sweep.id, page)
