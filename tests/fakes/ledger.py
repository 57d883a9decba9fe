"""The ledger in memory; it passes the contract suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from application.ports.clock import Clock
from application.ports.ledger import KEY_IS_USED, SweepPage
from domain.dispatch import Outcome
from domain.errors import SweepConflict, SweepNotFound
from domain.progress import History
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep


@dataclass
class Entry:
    """A sweep and its history."""

    sweep: Sweep
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    ends: dict[int, ShardEnd] = field(default_factory=dict)
    claim: tuple[str, float] | None = None
    cancelled: bool = False


class MemoryLedger:
    """A `Ledger` in a dict."""

    def __init__(self, clock: Clock) -> None:
        """Start empty."""
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self.pages: list[int] = []  # how many outcomes each call recorded

    def open(self, sweep: Sweep) -> Sweep:
        """Record the sweep, or return the one that has its key; raises `SweepConflict`."""
        known = next((entry.sweep for entry in self._entries.values() if entry.sweep.key == sweep.key), None)
        if known is None:
            known = self._entries.setdefault(sweep.id, Entry(sweep)).sweep
        if known.digest != sweep.digest:
            raise SweepConflict(KEY_IS_USED)
        return known

    def sweep(self, sweep_id: str) -> Sweep:
        """Return a sweep; raises `SweepNotFound`."""
        return self._entry(sweep_id).sweep

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        """Return a page of sweeps, newest first."""
        sweeps = (entry.sweep for entry in self._entries.values())
        places = {f"{sweep.created_at:020.6f}#{sweep.id}": sweep for sweep in sweeps}
        earlier = sorted((place for place in places if after is None or place < after), reverse=True)
        page = earlier[:limit]
        return SweepPage(tuple(places[place] for place in page), page[-1] if len(earlier) > limit else None)

    def history(self, sweep_id: str) -> History:
        """Return a copy of the history, like a database."""
        entry = self._entry(sweep_id)
        return History(dict(entry.outcomes), dict(entry.ends), self._is_claimed(entry), entry.cancelled)

    def claim_dispatch(self, sweep_id: str, owner: str, seconds: float) -> bool:
        """Claim the dispatch for so many seconds; False if another owner has the claim."""
        entry = self._entry(sweep_id)
        if self._is_claimed(entry) and entry.claim is not None and entry.claim[0] != owner:
            return False
        entry.claim = owner, self._clock.now() + seconds
        return True

    def release_dispatch(self, sweep_id: str, owner: str) -> None:
        """End the claim if it is the owner's."""
        entry = self._entry(sweep_id)
        if entry.claim is not None and entry.claim[0] == owner:
            entry.claim = None

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        """Record the last outcome of each shard."""
        self.pages.append(len(outcomes))
        self._entry(sweep_id).outcomes |= {outcome.shard: outcome for outcome in outcomes}

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        """Record a done shard; the first such end stays."""
        ends = self._entry(sweep_id).ends
        if not isinstance(ends.get(end.number), ShardDone):
            ends[end.number] = end

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        """Record a failed shard unless it is done."""
        ends = self._entry(sweep_id).ends
        if not isinstance(ends.get(end.number), ShardDone):
            ends[end.number] = end

    def forget_failures(self, sweep_id: str, shards: Sequence[int]) -> None:
        """Remove the ends of the failed shards among these."""
        ends = self._entry(sweep_id).ends
        for shard in shards:
            if isinstance(ends.get(shard), ShardFailed):
                del ends[shard]

    def end_of(self, sweep_id: str, shard: int) -> ShardEnd | None:
        """Return the end of a shard, or None."""
        return self._entry(sweep_id).ends.get(shard)

    def cancel(self, sweep_id: str) -> None:
        """Record the cancellation."""
        self._entry(sweep_id).cancelled = True

    def is_cancelled(self, sweep_id: str) -> bool:
        """Return whether the sweep was cancelled."""
        return self._entry(sweep_id).cancelled

    def _entry(self, sweep_id: str) -> Entry:
        if sweep_id not in self._entries:
            raise SweepNotFound(sweep_id)
        return self._entries[sweep_id]

    def _is_claimed(self, entry: Entry) -> bool:
        return entry.claim is not None and entry.claim[1] > self._clock.now()
