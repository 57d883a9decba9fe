"""The ledger in memory; it passes the contract suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Self

from application.ports.clock import Clock
from application.ports.ledger import KEY_IS_USED, HeadPage, Look
from domain.block import Block
from domain.dispatch_policy import Deadline
from domain.errors import SweepConflict, SweepNotFound
from domain.places import block_of
from domain.progress import History
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep, SweepHead


@dataclass
class Entry:
    """A sweep and its history."""

    sweep: Sweep
    blocks: dict[int, Block] = field(default_factory=dict)
    claims: dict[int, tuple[str, float]] = field(default_factory=dict)
    ends: dict[tuple[int, bool], ShardEnd] = field(default_factory=dict)  # by shard, and whether it failed
    cancelled: bool = False
    assignments: dict[str, Assignment] = field(default_factory=dict)
    undelivered: dict[int, Reason] = field(default_factory=dict)


@dataclass
class Assignment:
    """The spans that an assignment still has, and until when they are with dispatchers."""

    until: float
    spans: set[int] = field(default_factory=set)


class MemoryLedger:
    """A `Ledger` in a dict; a lock makes each call one step."""

    def __init__(self, clock: Clock) -> None:
        """Start empty."""
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._lock = RLock()
        self.recorded: list[int] = []  # the blocks whose dispatches were recorded

    def within(self, _: Deadline) -> Self:
        """Return this ledger, which never waits."""
        return self

    def open(self, sweep: Sweep) -> Sweep:
        """Record the sweep, or return the one that has its key; raises `SweepConflict`."""
        with self._lock:
            known = next((entry.sweep for entry in self._entries.values() if entry.sweep.key == sweep.key), None)
            if known is None:
                known = self._entries.setdefault(sweep.id, Entry(sweep)).sweep
            if known.digest != sweep.digest:
                raise SweepConflict(KEY_IS_USED)
            return known

    def forget(self, sweep_id: str) -> None:
        """Know a sweep no more, as after its removal or expiry."""
        with self._lock:
            del self._entries[sweep_id]

    def sweep(self, sweep_id: str) -> Sweep:
        """Return a sweep; raises `SweepNotFound`."""
        return self._entry(sweep_id).sweep

    def head(self, sweep_id: str) -> SweepHead:
        """Return a sweep without its request; raises `SweepNotFound`."""
        return self._entry(sweep_id).sweep.head

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        """Return a page of sweeps, newest first."""
        with self._lock:
            heads = [entry.sweep.head for entry in self._entries.values()]
        listed = {f"{head.created_at:020.6f}#{head.id}": head for head in heads}
        earlier = sorted((place for place in listed if after is None or place < after), reverse=True)
        page = earlier[:limit]
        return HeadPage(tuple(listed[place] for place in page), page[-1] if len(earlier) > limit else None)

    def history(self, sweep_id: str) -> History:
        """Return a copy of the history, like a database."""
        entry = self._entry(sweep_id)
        with self._lock:
            blocks = {number: self._block(entry, number) for number in entry.blocks}
            live = (one.spans for one in entry.assignments.values() if one.until > self._clock.now())
            assigned = frozenset[int]().union(*live)
        return History(entry.sweep.head, entry.cancelled, blocks, assigned, dict(entry.undelivered))

    def blocks(self, sweep_id: str, numbers: range) -> Mapping[int, Block]:
        """Return the known blocks among these."""
        entry = self._entry(sweep_id)
        with self._lock:
            return {number: self._block(entry, number) for number in numbers if number in entry.blocks}

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        """Claim a block for so many seconds; None if another owner has the claim."""
        with self._lock:
            entry = self._entry(sweep_id)
            if self._is_claimed(entry, number) and entry.claims[number][0] != owner:
                return None
            entry.claims[number] = owner, self._clock.now() + seconds
            entry.blocks.setdefault(number, Block(number))
            return self._block(entry, number)

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        """Record the dispatches and end the claim, if it is the owner's."""
        with self._lock:
            entry = self._entry(sweep_id)
            if entry.claims.get(block.number, ("", 0.0))[0] == owner:
                self.recorded.append(block.number)
                known = _without(entry.blocks[block.number], block.superseded())
                entry.blocks[block.number] = replace(known, dispatches=block.dispatches)
                del entry.claims[block.number]

    def release(self, sweep_id: str, number: int, owner: str) -> None:
        """End the claim if it is the owner's."""
        with self._lock:
            entry = self._entry(sweep_id)
            if entry.claims.get(number, ("", 0.0))[0] == owner:
                del entry.claims[number]

    def assign(self, sweep_id: str, spans: Sequence[int], assignment: str, seconds: float) -> None:
        """Add the spans to the assignment, and forget why they were undelivered."""
        with self._lock:
            if sweep_id not in self._entries:
                return
            entry, until = self._entries[sweep_id], self._clock.now() + seconds
            entry.assignments.setdefault(assignment, Assignment(until)).spans |= {*spans}
            entry.undelivered = {span: why for span, why in entry.undelivered.items() if span not in spans}

    def prolong(self, sweep_id: str, assignment: str, seconds: float) -> None:
        """Set the end of the assignment."""
        with self._lock:
            entry = self._entries.get(sweep_id)
            if entry and assignment in entry.assignments:
                entry.assignments[assignment].until = self._clock.now() + seconds

    def is_assigned(self, sweep_id: str, span: int, assignment: str) -> bool:
        """Return whether the assignment has the span."""
        with self._lock:
            entry = self._entries.get(sweep_id)
            return bool(entry and assignment in entry.assignments and span in entry.assignments[assignment].spans)

    def settle(self, sweep_id: str, span: int, assignment: str, reason: Reason | None = None) -> None:
        """Take the span from the assignment, if that has it."""
        with self._lock:
            if self.is_assigned(sweep_id, span, assignment):
                entry = self._entries[sweep_id]
                entry.assignments[assignment].spans.discard(span)
                entry.undelivered.pop(span, None)
                if reason:
                    entry.undelivered[span] = reason

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        """Add a done shard to its block."""
        self._mark(sweep_id, end)

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        """Add a failed shard to its block."""
        self._mark(sweep_id, end)

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        """Yield the ends that are kept of these shards."""
        entry = self._entry(sweep_id)
        kept = (entry.ends.get((shard, failed)) for shard in shards for failed in (False, True))
        return (end for end in kept if end)

    def look(self, sweep_id: str, shard: int) -> Look:
        """Return whether the sweep is cancelled, and the shard's block."""
        entry = self._entry(sweep_id)
        with self._lock:
            return Look(entry.cancelled, self._block(entry, block_of(shard)))

    def cancel(self, sweep_id: str) -> None:
        """Record the cancellation."""
        self._entry(sweep_id).cancelled = True

    def _mark(self, sweep_id: str, end: ShardEnd) -> None:
        with self._lock:
            entry = self._entry(sweep_id)
            number = block_of(end.number)
            entry.blocks[number] = entry.blocks.get(number, Block(number)).ended(end)
            key = end.number, isinstance(end, ShardFailed)
            known = entry.ends.get(key)
            if (isinstance(end, ShardFailed) or end.errors) and (known is None or _rank(known) <= _rank(end)):
                entry.ends[key] = end

    def _block(self, entry: Entry, number: int) -> Block:
        return replace(entry.blocks.get(number, Block(number)), claimed=self._is_claimed(entry, number))

    def _entry(self, sweep_id: str) -> Entry:
        if sweep_id not in self._entries:
            raise SweepNotFound(sweep_id)
        return self._entries[sweep_id]

    def _is_claimed(self, entry: Entry, number: int) -> bool:
        return number in entry.claims and entry.claims[number][1] > self._clock.now()


def _without(block: Block, over: Block) -> Block:
    """Return a block without the marks of another one."""
    failed = {generation: chosen & ~over.failed.get(generation, 0) for generation, chosen in block.failed.items()}
    errors = {}
    for generation, marks in block.errors.items():
        gone = over.errors.get(generation, {}).items()
        errors[generation] = dict(marks.items() - gone)
    return replace(
        block,
        errors={generation: marks for generation, marks in errors.items() if marks},
        failed={generation: chosen for generation, chosen in failed.items() if chosen},
    )


def _rank(end: ShardEnd) -> tuple[int, int]:
    """Return what orders ends: a later generation, and in it results with fewer errors, replace an earlier end."""
    return end.generation, -end.errors if isinstance(end, ShardDone) else 0
