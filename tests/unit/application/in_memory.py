"""The ports, honestly kept in memory. The contract suites of `tests/contract` run over them too."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from application.ports.ports import Clock, SweepPage
from domain.errors import SweepConflict, SweepNotFound
from domain.plan import Shard
from domain.progress import Record
from domain.sweep import Outcome, OutcomeKind, ShardDone, ShardEnd, ShardFailed, Sweep


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
        """Record, or give what the key stands for."""
        known = next((course.sweep for course in self._courses.values() if course.sweep.key == sweep.key), None)
        if known is None:
            known = self._courses.setdefault(sweep.id, Course(sweep)).sweep
        if known.digest != sweep.digest:
            raise SweepConflict("the key belongs to another request")
        return known

    def sweep(self, sweep_id: str) -> Sweep:
        """Give a sweep."""
        return self._course(sweep_id).sweep

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        """List, newest first."""
        sweeps = (course.sweep for course in self._courses.values())
        places = {f"{sweep.created_at:020.6f}#{sweep.id}": sweep for sweep in sweeps}
        earlier = sorted((place for place in places if after is None or place < after), reverse=True)
        page = earlier[:limit]
        return SweepPage(tuple(places[place] for place in page), page[-1] if len(earlier) > limit else None)

    def record(self, sweep_id: str) -> Record:
        """Give copies, as a database would."""
        course = self._course(sweep_id)
        return Record(dict(course.outcomes), dict(course.ends), self._is_claimed(course), course.cancelled)

    def claim_dispatch(self, sweep_id: str, owner: str, seconds: float) -> bool:
        """Claim until a moment to come."""
        course = self._course(sweep_id)
        if self._is_claimed(course) and course.claim is not None and course.claim[0] != owner:
            return False
        course.claim = owner, self._clock.now() + seconds
        return True

    def release_dispatch(self, sweep_id: str, owner: str) -> None:
        """Give one's own claim back."""
        course = self._course(sweep_id)
        if course.claim is not None and course.claim[0] == owner:
            course.claim = None

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        """Remember the last outcome of each shard."""
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
        """Give how a shard has ended."""
        return self._course(sweep_id).ends.get(shard)

    def cancel(self, sweep_id: str) -> None:
        """Remember the wish."""
        self._course(sweep_id).cancelled = True

    def is_cancelled(self, sweep_id: str) -> bool:
        """Say whether somebody wished so."""
        return self._course(sweep_id).cancelled

    def _course(self, sweep_id: str) -> Course:
        if sweep_id not in self._courses:
            raise SweepNotFound(sweep_id)
        return self._courses[sweep_id]

    def _is_claimed(self, course: Course) -> bool:
        return course.claim is not None and course.claim[1] > self._clock.now()


class MemoryResults:
    """A `ResultStore` in a dict."""

    def __init__(self) -> None:
        """Start empty."""
        self.objects: dict[tuple[str, int], bytearray] = {}

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        """Keep the first object."""
        mine = bytearray(body)
        return self.objects.setdefault((sweep_id, shard), mine) is mine

    def get(self, sweep_id: str, shard: int) -> bytes | None:
        """Give an object."""
        stored = self.objects.get((sweep_id, shard))
        return None if stored is None else bytes(stored)

    def location(self, sweep_id: str) -> str:
        """Name a place."""
        return f"memory:sweeps/{sweep_id}/results"

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:
        """Give the object itself, as a data URL (RFC 2397)."""
        body = base64.b64encode(self.objects.get((sweep_id, shard), bytearray())).decode()
        return f"data:application/gzip;base64,{body}"


class RecordingInvoker:
    """A `ShardInvoker` that takes every shard, but for those it is told to refuse, and remembers them."""

    def __init__(self, refused: dict[int, OutcomeKind] | None = None, breaks_after: int | None = None) -> None:
        """Say which shards meet with another outcome, and after how many the machine breaks down."""
        self.refused = refused or {}
        self.breaks_after = breaks_after
        self.dispatched: list[int] = []

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard]) -> Iterator[Outcome]:
        """Give an outcome for each."""
        for shard in shards:
            if len(self.dispatched) == self.breaks_after:
                raise KeyboardInterrupt
            self.dispatched.append(shard.number)
            kind = self.refused.get(shard.number, OutcomeKind.ACCEPTED)
            yield Outcome(shard.number, kind, f"because {kind}")


class CountingIds:
    """An `IdSource` that counts."""

    def __init__(self) -> None:
        """Start at one."""
        self._last = 0

    def new_id(self) -> str:
        """Give the next number."""
        self._last += 1
        return f"{self._last:012}"


class StandingClock:
    """A `Clock` that moves when told to."""

    def __init__(self) -> None:
        """Start somewhere."""
        self.time = 1_700_000_000.0

    def now(self) -> float:
        """Give the time."""
        return self.time
