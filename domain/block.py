"""Blocks: ranges of 128 shards, and what a ledger knows of the shards in one.

A set of shards of a block is an integer: its bit n stands for the shard at place n, the block's n-th. What ends shards
only ever adds to these sets, in any order and any number of times; the reader decides, by generation, which end counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias

from domain.dispatch import Outcome, OutcomeKind
from domain.plan import Plan, Shard
from domain.reasons import Reason

# A ledger keeps a block in one small item, which a dispatcher claims as a whole.
BLOCK_SHARDS = 128

# A set of places of a block, as bits.
Places: TypeAlias = int


def block_of(shard: int) -> int:
    """Return the number of the block that holds a shard."""
    return shard // BLOCK_SHARDS


def place_of(shard: int) -> int:
    """Return a shard's place in its block, in `0..127`."""
    return shard % BLOCK_SHARDS


def blocks_of(plan: Plan) -> range:
    """Return the numbers of the blocks of a plan."""
    return range(-(-plan.shards // BLOCK_SHARDS))


def places(chosen: Places) -> Iterator[int]:
    """Yield the places of a set, in order."""
    while chosen:
        lowest = chosen & -chosen
        yield lowest.bit_length() - 1
        chosen ^= lowest


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What became of dispatching some shards: the outcome, why, in which generation, and when (seconds, UTC)."""

    kind: OutcomeKind
    reason: Reason | None
    generation: int
    at: float

    @property
    def may_run(self) -> bool:
        """Whether a worker has the shards, or may have them."""
        return self.kind.may_run


@dataclass(frozen=True, slots=True)
class Mark:
    """An end of the shard at a place that left points without a value: `errors` of them, or all if the shard failed."""

    place: int
    generation: int
    errors: int = 0


class Redo(Enum):
    """Which shards a dispatch runs again, beyond those that have no end and that no worker is known to have."""

    NOTHING = "nothing"
    SHARDS = "shards"  # those that failed
    POINTS = "points"  # these, and those that have results in which points have no value


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the shards of a block stand, as sets without a common member that are the whole block together."""

    done: Places  # the results are stored, and every point has a value
    partial: Places  # the results are stored, and some points have no value
    failed: Places  # ended without results
    unknown: Places  # sent without an answer: a worker may have it
    accepted: Places  # a worker has it
    overdue: Places  # accepted or unknown for longer than a shard can live: lost
    undispatched: Places  # no worker has it

    @property
    def ended(self) -> Places:
        """The shards that have ended."""
        return self.done | self.partial | self.failed

    @property
    def stored(self) -> Places:
        """The shards whose results are stored."""
        return self.done | self.partial

    @property
    def running(self) -> Places:
        """The shards that a worker has, or may have."""
        return self.accepted | self.unknown

    def to_dispatch(self, redo: Redo) -> Places:
        """Return the shards that a dispatch sends. An unknown one is among them: to run it twice changes nothing."""
        chosen = self.undispatched | self.overdue | self.unknown
        if redo is not Redo.NOTHING:
            chosen |= self.failed
        return chosen | self.partial if redo is Redo.POINTS else chosen


@dataclass(frozen=True, slots=True)
class Block:
    """What a ledger knows of one block; nothing, where it has no entry."""

    number: int
    dispatches: Mapping[Dispatch, Places] = field(default_factory=dict)
    done: Places = 0
    errors: tuple[Mark, ...] = ()
    failed: tuple[Mark, ...] = ()
    claimed: bool = False  # whether a dispatcher is at it

    def shards(self, plan: Plan) -> range:
        """Return the numbers of the block's shards."""
        first = self.number * BLOCK_SHARDS
        return range(first, min(first + BLOCK_SHARDS, plan.shards))

    def standing(self, plan: Plan, since: float) -> Standing:
        """Return where each shard stands; what was dispatched before `since` (seconds, UTC) can live no longer.

        Entries for shards that the plan does not have count for nothing.
        """
        whole = (1 << len(self.shards(plan))) - 1
        done = self.done & whole
        partial, failed = self._unclean(whole & ~done)
        pending = whole & ~(done | partial | failed)
        unknown = accepted = overdue = 0
        for dispatch, chosen in self.dispatches.items():
            if not dispatch.may_run:
                continue
            if dispatch.at < since:
                overdue |= chosen & pending
            elif dispatch.kind is OutcomeKind.UNKNOWN:
                unknown |= chosen & pending
            else:
                accepted |= chosen & pending
        undispatched = pending & ~(unknown | accepted | overdue)
        return Standing(done, partial, failed, unknown, accepted, overdue, undispatched)

    def stored_errors(self) -> dict[int, Mark]:
        """Return by place the last mark of results with errors; where the shard is done, it counts no more."""
        return _latest(self.errors)

    def generation(self, place: int) -> int:
        """Return the generation of the shard's last dispatch; 0 where it has none."""
        return next((dispatch.generation for dispatch, chosen in self.dispatches.items() if chosen >> place & 1), 0)

    def runs(self, plan: Plan, redo: Redo, since: float) -> Iterator[Shard]:
        """Yield the shards that a dispatch sends, each with the generation of its next run.

        A shard that ended or is overdue begins a new generation, so that no late end of the earlier one counts.
        """
        standing = self.standing(plan, since)
        renewed = standing.ended | standing.overdue
        ends = self.stored_errors(), _latest(self.failed)
        for place in places(standing.to_dispatch(redo)):
            # A dispatcher that died may have recorded no dispatch of a run that has ended.
            known = [self.generation(place), *(marks[place].generation for marks in ends if place in marks)]
            shard = plan.shard(self.number * BLOCK_SHARDS + place)
            yield replace(shard, generation=max(known) + (renewed >> place & 1))

    def after(self, outcomes: Iterable[Outcome], at: float) -> Block:
        """Return what is known after these outcomes, of shards of this block, at that moment.

        What may run in one generation still may if a further dispatch in the same generation fails.
        """
        known = dict(self.dispatches)
        for outcome in outcomes:
            bit = 1 << place_of(outcome.shard)
            earlier = next((dispatch for dispatch, chosen in known.items() if chosen & bit), None)
            if earlier:
                known[earlier] &= ~bit
            later = _after(earlier, outcome, at)
            known[later] = known.get(later, 0) | bit
        return replace(self, dispatches={dispatch: chosen for dispatch, chosen in known.items() if chosen})

    def end_of(self, shard: Shard) -> Mark | None:
        """Return a mark of the shard's results if they are stored in its generation or a later one, else None.

        The mark of a shard that is done has no errors. A done shard is done in every generation.
        """
        place = place_of(shard.number)
        if self.done >> place & 1:
            return Mark(place, shard.generation)
        stored = self.stored_errors().get(place)
        return stored if stored and stored.generation >= shard.generation else None

    def _unclean(self, candidates: Places) -> tuple[Places, Places]:
        """Return which of the candidates have results with errors, and which failed, in their last generation."""
        if not (self.errors or self.failed):
            return 0, 0
        partial = failed = 0
        stored = self.stored_errors()
        for place, mark in stored.items():
            if candidates >> place & 1 and mark.generation >= self.generation(place):
                partial |= 1 << place
        for place, mark in _latest(self.failed).items():
            results = stored.get(place)
            is_last = mark.generation >= self.generation(place)
            if candidates >> place & 1 and is_last and not (results and results.generation >= mark.generation):
                failed |= 1 << place
        return partial & ~failed, failed


def _after(earlier: Dispatch | None, outcome: Outcome, at: float) -> Dispatch:
    later = Dispatch(outcome.kind, outcome.reason, outcome.generation, at)
    if earlier is None or later.may_run or not earlier.may_run or earlier.generation != outcome.generation:
        return later
    # The platform, or a worker, may have it: only why the last dispatch failed is new.
    return earlier if earlier.kind is OutcomeKind.ACCEPTED else replace(earlier, reason=outcome.reason)


def _latest(marks: Iterable[Mark]) -> dict[int, Mark]:
    """Return by place the mark of the highest generation; of two, the one with fewer errors."""
    return {mark.place: mark for mark in sorted(marks, key=lambda mark: (mark.generation, -mark.errors))}
