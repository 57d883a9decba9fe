"""Blocks: ranges of 128 shards, and what a ledger knows of the shards in one.

A set of shards of a block is an integer: its bit n stands for the shard at place n, the block's n-th. What ends shards
only ever adds to these sets, in any order and any number of times; the reader decides, by generation, which end counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from domain.dispatch import Outcome, OutcomeKind
from domain.places import BLOCK_SHARDS, Places, place_of, places
from domain.plan import Plan, Shard
from domain.reasons import Reason
from domain.standing import Redo, Standing
from domain.sweep import ShardEnd, ShardFailed


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


@dataclass(frozen=True, slots=True)
class Block:
    """What a ledger knows of one block; nothing, where it has no entry."""

    number: int
    dispatches: Mapping[Dispatch, Places] = field(default_factory=dict)
    done: Places = 0
    # By generation, the shards whose results lack values: by place, how many points have none.
    errors: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    # By generation, the shards that ended without results.
    failed: Mapping[int, Places] = field(default_factory=dict)
    claimed: bool = False  # whether a dispatcher is at it
    # By place, how many points of stored results do not satisfy the sweep's condition: as many in every run.
    skipped: Mapping[int, int] = field(default_factory=dict)

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
        partial, failed = (ended & whole & ~done for ended in self._unclean())
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
        marks: dict[int, Mark] = {}
        for generation in sorted(self.errors):
            marks |= {place: Mark(place, generation, lacking) for place, lacking in self.errors[generation].items()}
        return marks

    def stored(self, plan: Plan) -> Places:
        """Return the shards whose results are stored, also those that run again."""
        whole = (1 << len(self.shards(plan))) - 1
        return (self.done | _since(_bits(self.errors), 0)) & whole

    def generation(self, place: int) -> int:
        """Return the generation of the shard's last dispatch; 0 where it has none."""
        return next((dispatch.generation for dispatch, chosen in self.dispatches.items() if chosen >> place & 1), 0)

    def runs(self, plan: Plan, redo: Redo, since: float) -> Iterator[Shard]:
        """Yield the shards that a dispatch sends, each with the generation of its next run.

        A shard that ended or is overdue begins a new generation, so that no late end of the earlier one counts.
        """
        standing = self.standing(plan, since)
        renewed = standing.ended | standing.overdue
        ends = _bits(self.errors), self.failed
        for place in places(standing.to_dispatch(redo)):
            # A dispatcher that died may have recorded no dispatch of a run that has ended.
            marked = (generation for marks in ends for generation, chosen in marks.items() if chosen >> place & 1)
            shard = plan.shard(self.number * BLOCK_SHARDS + place)
            generation = max(self.generation(place), *marked, 0)
            yield replace(shard, generation=generation + (renewed >> place & 1))

    def after(self, outcomes: Iterable[Outcome], at: float) -> Block:
        """Return what is known after these outcomes, of shards of this block, at that moment.

        What may run in one generation still may if a further dispatch in the same generation fails. A dispatch that
        sends nothing begins no generation: the shard keeps the end that it had, or stays overdue. An outcome of an
        earlier generation changes nothing.
        """
        known = dict(self.dispatches)
        for outcome in outcomes:
            bit = 1 << place_of(outcome.shard)
            earlier = next((dispatch for dispatch, chosen in known.items() if chosen & bit), None)
            later = _after(earlier, outcome, at)
            if earlier and later:
                known[earlier] &= ~bit
            if later:
                known[later] = known.get(later, 0) | bit
        return replace(self, dispatches={dispatch: chosen for dispatch, chosen in known.items() if chosen})

    def ended(self, end: ShardEnd) -> Block:
        """Return what is known after an end of a shard of this block; it only adds.

        Every run of a shard skips the same points; of two counts that differ, which is damage, the smaller one stays.
        """
        place, generation = place_of(end.number), end.generation
        if isinstance(end, ShardFailed):
            failed = self.failed.get(generation, 0) | 1 << place
            return replace(self, failed={**self.failed, generation: failed})
        block = self._skipping(place, end.skipped) if end.skipped else self
        if not end.errors:
            return replace(block, done=self.done | 1 << place)
        known = self.errors.get(generation, {})
        lacking = min(end.errors, known.get(place, end.errors))
        return replace(block, errors={**self.errors, generation: {**known, place: lacking}})

    def superseded(self) -> Block:
        """Return the marks that count no more and can be removed: those before a shard's last dispatch or results."""
        failed: dict[int, Places] = {}
        for generation, chosen in self.failed.items():
            for dispatch, sent in self.dispatches.items():
                if dispatch.generation > generation:
                    failed[generation] = failed.get(generation, 0) | chosen & sent
        last = self.stored_errors()
        errors = {}
        for generation, marks in self.errors.items():
            errors[generation] = {place: lost for place, lost in marks.items() if generation < last[place].generation}
        return Block(
            self.number,
            errors={generation: marks for generation, marks in errors.items() if marks},
            failed={generation: chosen for generation, chosen in failed.items() if chosen},
        )

    def counts_of(self, shard: Shard, errors: int) -> tuple[int, int, int]:
        """Return how many points of a shard with stored results have a value, an error, or were skipped.

        A damaged entry may have more errors, or more points that were skipped, than the shard has points.
        """
        errors = min(errors, shard.size)
        skipped = min(self.skipped.get(place_of(shard.number), 0), shard.size - errors)
        return shard.size - errors - skipped, errors, skipped

    def end_of(self, shard: Shard) -> Mark | None:
        """Return a mark of the shard's results if they are stored in its generation or a later one, else None.

        The mark of a shard that is done has no errors. A done shard is done in every generation.
        """
        place = place_of(shard.number)
        if self.done >> place & 1:
            return Mark(place, shard.generation)
        stored = self.stored_errors().get(place)
        return stored if stored and stored.generation >= shard.generation else None

    def _skipping(self, place: int, points: int) -> Block:
        known = self.skipped.get(place, points)
        return replace(self, skipped={**self.skipped, place: min(points, known)})

    def _unclean(self) -> tuple[Places, Places]:
        """Return which shards have results with errors, and which failed, in the generation of their last dispatch."""
        if not (self.errors or self.failed):
            return 0, 0
        stored = _bits(self.errors)
        # Of a failure and results in one generation, or of earlier failures, the results count.
        unstored = {generation: chosen & ~_since(stored, generation) for generation, chosen in self.failed.items()}
        failed = self._last(unstored)
        return self._last(stored) & ~failed, failed

    def _last(self, marks: Mapping[int, Places]) -> Places:
        """Return the shards that have a mark of the generation of their last dispatch, or of a later one."""
        dispatched = last = 0
        for dispatch, chosen in self.dispatches.items():
            dispatched |= chosen
            last |= chosen & _since(marks, dispatch.generation)
        return last | _since(marks, 0) & ~dispatched


def _after(earlier: Dispatch | None, outcome: Outcome, at: float) -> Dispatch | None:
    later = Dispatch(outcome.kind, outcome.reason, outcome.generation, at)
    begun = earlier.generation if earlier else 0
    # The generation never falls, as marks of earlier ones may have been removed.
    if later.generation < begun or (later.generation > begun and not later.may_run):
        return None
    if later.may_run or earlier is None or not earlier.may_run:
        return later
    # The platform, or a worker, may have it: only why the last dispatch failed is new.
    return earlier if earlier.kind is OutcomeKind.ACCEPTED else replace(earlier, reason=outcome.reason)


def _bits(errors: Mapping[int, Mapping[int, int]]) -> dict[int, Places]:
    """Return by generation the places of marks with errors."""
    return {generation: sum(1 << place for place in marks) for generation, marks in errors.items()}


def _since(marks: Mapping[int, Places], generation: int) -> Places:
    """Return the places of all marks of a generation and of later ones."""
    found = 0
    for own, chosen in marks.items():
        if own >= generation:
            found |= chosen
    return found
