"""The ledger in memory, honestly kept: the contract suite runs over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from application.ports.clock import Clock
from application.ports.ledger import SweepPage
from domain.dispatch import Outcome
from domain.errors import SweepConflict, SweepNotFound
from domain.progress import History
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep


@dataclass
class Course:
    """What a ledger knows of one sweep."""

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
        self._courses: dict[str, Course] = {}
        self.pages: list[int] = []  # how many outcomes each call recorded

    def open(self, sweep: Sweep) -> Sweep:
        """Record the sweep, or return the one of the key."""
        known = next((course.sweep for course in self._courses.values() if course.sweep.key == sweep.key), None)
        if known is None:
            known = self._courses.setdefault(sweep.id, Course(sweep)).sweep
        if known.digest != sweep.digest:
            raise SweepConflict("the key belongs to another request")
        return known

    def sweep(self, sweep_id: str) -> Sweep:
        """Return a sweep."""
        return self._course(sweep_id).sweep

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        """List, newest first."""
        sweeps = (course.sweep for course in self._courses.values())
        places = {f"{sweep.created_at:020.6f}#{sweep.id}": sweep for sweep in sweeps}
        earlier = sorted((place for place in places if after is None or place < after), reverse=True)
        page = earlier[:limit]
        return SweepPage(tuple(places[place] for place in page), page[-1] if len(earlier) > limit else None)

    def history(self, sweep_id: str) -> History:
        """Return copies, as a database would."""
        course = self._course(sweep_id)
        return History(dict(course.outcomes), dict(course.ends), self._is_claimed(course), course.cancelled)

    def claim_dispatch(self, sweep_id: str, owner: str, seconds: float) -> bool:
        """Claim until a moment to come."""
        course = self._course(sweep_id)
        if self._is_claimed(course) and course.claim is not None and course.claim[0] != owner:
            return False
        course.claim = owner, self._clock.now() + seconds
        return True

    def release_dispatch(self, sweep_id: str, owner: str) -> None:
        """End the owner's own claim."""
        course = self._course(sweep_id)
        if course.claim is not None and course.claim[0] == owner:
            course.claim = None

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        """Record the last outcome of each shard."""
        self.pages.append(len(outcomes))
        self._course(sweep_id).outcomes |= {outcome.shard: outcome for outcome in outcomes}

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        """Let the first such mark win."""
        ends = self._course(sweep_id).ends
        if not isinstance(ends.get(end.number), ShardDone):
            ends[end.number] = end

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        """Leave a done shard done."""
        ends = self._course(sweep_id).ends
        if not isinstance(ends.get(end.number), ShardDone):
            ends[end.number] = end

    def forget_failures(self, sweep_id: str, shards: Sequence[int]) -> None:
        """Leave a done shard done."""
        ends = self._course(sweep_id).ends
        for shard in shards:
            if isinstance(ends.get(shard), ShardFailed):
                del ends[shard]

    def end_of(self, sweep_id: str, shard: int) -> ShardEnd | None:
        """Return how a shard has ended."""
        return self._course(sweep_id).ends.get(shard)

    def cancel(self, sweep_id: str) -> None:
        """Record the wish."""
        self._course(sweep_id).cancelled = True

    def is_cancelled(self, sweep_id: str) -> bool:
        """Return whether a caller wished so."""
        return self._course(sweep_id).cancelled

    def _course(self, sweep_id: str) -> Course:
        if sweep_id not in self._courses:
            raise SweepNotFound(sweep_id)
        return self._courses[sweep_id]

    def _is_claimed(self, course: Course) -> bool:
        return course.claim is not None and course.claim[1] > self._clock.now()
