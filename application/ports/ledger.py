"""The ledger: what lasts of every sweep.

Each port is implemented for one machine and for AWS. Whatever is wrong with the other side (it fails, hangs, answers
nonsense) reaches the use cases as `DependencyUnavailable`; each method names the further errors that it may raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.dispatch import Outcome
from domain.progress import History
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep

# A caller records so many outcomes at once, and a ledger stores them as one entry.
# A dispatcher that is killed forgets at most so many.
OUTCOMES_A_PAGE = 1000
KEY_IS_USED = "the idempotency key was used for another request"


@dataclass(frozen=True, slots=True)
class SweepPage:
    """A page of sweeps, newest first; `next` continues the listing, and is None at its end."""

    sweeps: tuple[Sweep, ...]
    next: str | None


class Ledger(Protocol):
    """The durable record of sweeps. Every method may be called twice, or by two callers at once, without harm."""

    def open(self, sweep: Sweep) -> Sweep:
        """Record the sweep unless its key is known already, and return the recorded one either way.

        Raises `SweepConflict` if the key is known with another digest. Of two callers at once one records.
        """
        ...

    def sweep(self, sweep_id: str) -> Sweep:
        """Return a recorded sweep; raises `SweepNotFound`."""
        ...

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        """List at most `limit` (at least 1) sweeps, newest first; `after` is a page's `next`."""
        ...

    def history(self, sweep_id: str) -> History:
        """Return all that is known of the sweep's course, no older than the last write; raises `SweepNotFound`."""
        ...

    def claim_dispatch(self, sweep_id: str, owner: str, seconds: float) -> bool:
        """Become the only dispatcher of the sweep for so many seconds; False if another owner is."""
        ...

    def release_dispatch(self, sweep_id: str, owner: str) -> None:
        """End the claim before its time; nothing happens if it is another owner's by now."""
        ...

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        """Record what became of dispatching these shards, in place of earlier outcomes of the same shards."""
        ...

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        """Record that a shard's results are stored. It replaces a failure; the first of two such marks stays."""
        ...

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        """Record that a shard has ended without results. It never replaces the mark of a done shard."""
        ...

    def forget_failures(self, sweep_id: str, shards: Sequence[int]) -> None:
        """Remove the marks of those of the shards that have failed; a done shard stays done."""
        ...

    def end_of(self, sweep_id: str, shard: int) -> ShardEnd | None:
        """Return how a shard has ended, or None; never older than the last write."""
        ...

    def cancel(self, sweep_id: str) -> None:
        """Ask workers to start no further shard of the sweep; raises `SweepNotFound`."""
        ...

    def is_cancelled(self, sweep_id: str) -> bool:
        """Return whether `cancel` was called; raises `SweepNotFound`."""
        ...
