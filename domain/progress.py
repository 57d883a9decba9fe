"""Progress: how a sweep's history adds up to its state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.block import Block
from domain.dispatch import OutcomeKind, Tally
from domain.places import BLOCK_SHARDS, Places, blocks_of, places
from domain.plan import Plan
from domain.reasons import Reason
from domain.spans import span_of
from domain.standing import Standing
from domain.sweep import SweepHead

# So many of the shards that run are named.
_OLDEST = 20


class State(StrEnum):
    """Where a sweep stands as a whole."""

    DISPATCHING = "dispatching"  # shards are being dispatched right now
    RUNNING = "running"  # workers have shards that have not ended
    DONE = "done"  # every point has a value, or was skipped
    DONE_WITH_ERRORS = "done_with_errors"  # every shard has its results stored, and some points have an error
    FAILED = "failed"  # every shard has ended, some without results
    INCOMPLETE = "incomplete"  # nothing runs any more, but some shards were never dispatched, or were lost
    CANCELLED = "cancelled"  # stopped on request before every point had a value or was skipped


@dataclass(frozen=True, slots=True)
class History:
    """What a ledger knows of one sweep's course.

    `assigned` has the spans that are with dispatchers and within their time. `undelivered` says of spans why no
    dispatcher took them, or ended its work on them.
    """

    head: SweepHead
    cancelled: bool
    blocks: Mapping[int, Block]
    assigned: frozenset[int] = frozenset()
    undelivered: Mapping[int, Reason] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Block]:
        """Yield every block of the plan, in order."""
        for number in blocks_of(self.head.plan):
            yield self.blocks.get(number) or Block(number)

    def is_assigned(self, block: int) -> bool:
        """Return whether a block is in a span that is with a dispatcher."""
        return span_of(block) in self.assigned

    def undelivered_for(self, block: int) -> Reason | None:
        """Return why shards of a block that have no outcome were not dispatched, if that is known."""
        return None if self.is_assigned(block) else self.undelivered.get(span_of(block))


@dataclass(frozen=True, slots=True)
class Running:
    """A shard that a worker has or may have, and since when: the moment of its dispatch (seconds, UTC)."""

    shard: int
    since: float


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a sweep at one moment. `done + failed + skipped` is `size` once it has ended."""

    size: int
    shards: int
    done: int  # points with a value
    failed: int  # points without: errors of the target, and all points of failed shards
    settled: int  # points of the shards that have ended; others have values where an earlier run of their shard had
    shards_done: int  # shards with results, those with errors included
    shards_partial: int  # those of them in which points have no value
    shards_failed: int
    running: int  # shards that a worker has or may have
    unknown: int  # those of them that were sent without an answer
    overdue: int  # shards that are lost: they were dispatched longer ago than a shard can live
    undispatched: int  # shards that no worker has
    tally: Tally
    state: State
    oldest: tuple[Running, ...]  # the shards that have run longest, at most 20
    skipped: int = 0  # points that do not satisfy the sweep's condition, of the shards with results that have ended

    @classmethod
    def of(cls, history: History, since: float) -> Progress:
        """Return what a history adds up to; a dispatch before `since` (seconds, UTC) that has no end is lost."""
        plan = history.head.plan
        sums = _Sums(plan, is_dispatching=bool(history.assigned))
        for block in history:
            sums.add(block, block.standing(plan, since), history.undelivered_for(block.number))
        return cls(
            size=plan.size,
            shards=plan.shards,
            done=sums.done,
            failed=sums.failed,
            settled=sums.settled,
            shards_done=sums.shards_done,
            shards_partial=sums.shards_partial,
            shards_failed=sums.shards_failed,
            running=sums.running,
            unknown=sums.unknown,
            overdue=sums.overdue,
            undispatched=sums.undispatched,
            tally=Tally.of(plan.shards, sums.outcomes),
            state=_state(sums, cancelled=history.cancelled),
            oldest=tuple(sums.oldest()),
            skipped=sums.skipped,
        )

    @property
    def failing_shards(self) -> int:
        """How many shards have ended with points that have no value."""
        return self.shards_partial + self.shards_failed

    @property
    def pending(self) -> int:
        """How many shards have not ended."""
        return self.running + self.overdue + self.undispatched

    @property
    def can_start(self) -> bool:
        """Whether a shard may still start, so that a cancellation would stop something.

        While a retry is at it, also a shard that has ended may.
        """
        return self.state is State.DISPATCHING or (self.state is not State.CANCELLED and self.pending > 0)

    @property
    def can_retry(self) -> bool:
        """Whether a retry would dispatch something."""
        lacking = self.overdue + self.undispatched + self.failing_shards + self.unknown
        return self.state not in {State.CANCELLED, State.DISPATCHING, State.DONE} and lacking > 0


class _Sums:
    """Adds up the blocks of a sweep."""

    def __init__(self, plan: Plan, *, is_dispatching: bool) -> None:
        self._plan = plan
        self.done = self.failed = self.settled = self.skipped = 0
        self.shards_done = self.shards_partial = self.shards_failed = 0
        self.running = self.unknown = self.overdue = self.undispatched = 0
        self.is_dispatching = is_dispatching
        self.outcomes: list[tuple[OutcomeKind, Reason | None, int]] = []
        self._running: list[tuple[float, int, Places]] = []

    def add(self, block: Block, standing: Standing, undelivered: Reason | None) -> None:
        """Count one block; `undelivered` says why those of its shards were not sent that have no outcome."""
        self.is_dispatching |= block.claimed
        self.shards_done += standing.stored.bit_count()
        self.shards_partial += standing.partial.bit_count()
        self.shards_failed += standing.failed.bit_count()
        self.running += standing.running.bit_count()
        self.unknown += standing.unknown.bit_count()
        self.overdue += standing.overdue.bit_count()
        self.undispatched += standing.undispatched.bit_count()
        self._add_points(block, standing)
        whole = (1 << len(block.shards(self._plan))) - 1
        # Where the record of a dispatch ended with its process, a shard that has ended was accepted all the same.
        unrecorded, waiting = standing.ended & whole, standing.undispatched & whole
        for dispatch, chosen in block.dispatches.items():
            unrecorded &= ~chosen
            waiting &= ~chosen
            self.outcomes.append((dispatch.kind, dispatch.reason, (chosen & whole).bit_count()))
            if chosen & standing.running:
                self._running.append((dispatch.at, block.number * BLOCK_SHARDS, chosen & standing.running))
        self.outcomes.append((OutcomeKind.ACCEPTED, None, unrecorded.bit_count()))
        if undelivered:
            self.outcomes.append((OutcomeKind.DEFERRED, undelivered, waiting.bit_count()))

    def oldest(self) -> Iterator[Running]:
        """Yield the shards that have run longest, at most 20."""
        left = _OLDEST
        for since, first, chosen in sorted(self._running):
            for place in places(chosen):
                if not left:
                    return
                yield Running(first + place, since)
                left -= 1

    def _add_points(self, block: Block, standing: Standing) -> None:
        shards = block.shards(self._plan)
        self.done += self._points(shards, standing.done)
        ended = standing.partial | standing.failed
        self.settled += self._points(shards, standing.ended)
        stored = {place: mark for place, mark in block.stored_errors().items() if not standing.done >> place & 1}
        for place, mark in stored.items():
            if place < len(shards):
                size = self._plan.size_of(shards[place])
                lacking = min(mark.errors, size)
                self.done += size - lacking
                # Where a later run of the shard failed, its results stay, and what they lack has failed.
                self.failed += lacking if ended >> place & 1 else 0
        without = standing.failed & ~sum(1 << place for place in stored)
        self.failed += self._points(shards, without)
        for place in block.skipped:
            if place < len(shards) and (place in stored or standing.done >> place & 1):
                errors = stored[place].errors if place in stored else 0
                _, _, skipped = block.counts_of(self._plan.shard(shards[place]), errors)
                # Up to here they count as done.
                self.done -= skipped
                self.skipped += skipped if standing.ended >> place & 1 else 0

    def _points(self, shards: range, chosen: Places) -> int:
        """Return how many points the chosen shards of a block have, from the chosen ones or from the others."""
        others = (1 << len(shards)) - 1 & ~chosen
        if chosen.bit_count() < others.bit_count():
            return sum(self._plan.size_of(shards[place]) for place in places(chosen))
        whole = self._plan.shard(shards[-1]).stop - self._plan.shard(shards[0]).start
        return whole - sum(self._plan.size_of(shards[place]) for place in places(others))


def _state(sums: _Sums, *, cancelled: bool) -> State:
    pending = sums.running + sums.overdue + sums.undispatched
    states = (
        (not pending and not sums.shards_partial and not sums.shards_failed, State.DONE),
        (cancelled, State.CANCELLED),
        (sums.is_dispatching, State.DISPATCHING),
        (sums.running > 0, State.RUNNING),
        (pending > 0, State.INCOMPLETE),
        (sums.shards_failed > 0, State.FAILED),
    )
    return next((state for holds, state in states if holds), State.DONE_WITH_ERRORS)
