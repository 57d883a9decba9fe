"""Courses of single shards: what may happen to a shard, and a model that reads it shard by shard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from hypothesis import strategies as st

from domain.block import Block
from domain.dispatch import Outcome, OutcomeKind
from domain.places import block_of
from domain.plan import Plan
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed
from tests.fakes.shard_invoker import REASONS

# An outcome with its moment, or an end.
Event: TypeAlias = tuple[Outcome, float] | ShardEnd

MOMENTS = st.integers(0, 9).map(float)
_GENERATIONS = st.integers(0, 3)


def outcomes(shards: st.SearchStrategy[int]) -> st.SearchStrategy[Outcome]:
    """Return a strategy for outcomes of these shards, in any generation."""
    return st.builds(
        lambda shard, kind, generation: Outcome(shard, kind, REASONS.get(kind), generation=generation),
        shards,
        st.sampled_from(OutcomeKind),
        _GENERATIONS,
    )


def marks(shards: st.SearchStrategy[int], points: int) -> st.SearchStrategy[ShardEnd]:
    """Return a strategy for ends of these shards, with errors at so many points or fewer."""
    done: st.SearchStrategy[ShardEnd] = st.builds(
        lambda shard, errors, generation: ShardDone(shard, 0, errors, generation=generation),
        shards,
        st.integers(0, points),
        _GENERATIONS,
    )
    failed = st.builds(ShardFailed, shards, st.just(Reason.WORKER_DIED), st.just(""), generation=_GENERATIONS)
    return done | failed


def events(shards: st.SearchStrategy[int], points: int) -> st.SearchStrategy[list[Event]]:
    """Return a strategy for what happens to these shards, in any order and any number of times."""
    dispatched: st.SearchStrategy[Event] = st.tuples(outcomes(shards), MOMENTS)
    return st.lists(dispatched | marks(shards, points), max_size=30)


def blocks_after(happened: Iterable[Event]) -> dict[int, Block]:
    """Return the blocks that a ledger keeps of these events."""
    blocks: dict[int, Block] = {}
    for event in happened:
        number = block_of(event.number if isinstance(event, ShardDone | ShardFailed) else event[0].shard)
        blocks[number] = block_after(blocks.get(number) or Block(number), event)
    return blocks


def block_after(block: Block, event: Event) -> Block:
    """Return the block after one more event."""
    if isinstance(event, tuple):
        return block.after([event[0]], event[1])
    return block.ended(event)


@dataclass(frozen=True, slots=True)
class ShardModel:
    """One shard, read from all that happened to it."""

    size: int
    happened: tuple[Event, ...]

    @classmethod
    def of(cls, plan: Plan, shard: int, happened: Iterable[Event]) -> ShardModel:
        """Return the model of one shard of a plan."""
        mine = (one for one in happened if shard == (one[0].shard if isinstance(one, tuple) else one.number))
        return cls(plan.shard(shard).size, tuple(mine))

    @property
    def dispatch(self) -> tuple[Outcome, float] | None:
        """The outcome that counts, and its moment."""
        known: tuple[Outcome, float] | None = None
        for event in self.happened:
            if not isinstance(event, tuple):
                continue
            begun = known[0].generation if known else 0
            if _counts(event[0], begun):
                known = _after(known, event)
        return known

    @property
    def generation(self) -> int:
        """The generation of the last dispatch."""
        return self.dispatch[0].generation if self.dispatch else 0

    @property
    def last_generation(self) -> int:
        """The highest generation of which anything is known, but for results without an error."""
        ends = (end.generation for end in self._ends if isinstance(end, ShardFailed) or end.errors)
        return max([self.generation, *ends])

    @property
    def stored_errors(self) -> tuple[int, int] | None:
        """The generation of the last results with errors, and how many errors they have; of two, the fewer."""
        stored = [(end.generation, -end.errors) for end in self._ends if isinstance(end, ShardDone) and end.errors]
        return (max(stored)[0], -max(stored)[1]) if stored else None

    def state(self, since: float) -> str:
        """Return the name of the set of a `Standing` in which the shard is."""
        if any(isinstance(end, ShardDone) and not end.errors for end in self._ends):
            return "done"
        # The end of the highest generation counts, and results before a failure.
        last = max(((end.generation, isinstance(end, ShardDone)) for end in self._ends), default=(-1, False))
        if last[0] >= self.generation:
            return "partial" if last[1] else "failed"
        if self.dispatch is None or not self.dispatch[0].kind.may_run:
            return "undispatched"
        return "overdue" if self.dispatch[1] < since else self.dispatch[0].kind.value

    def points(self, since: float) -> tuple[int, int]:
        """Return how many points have a value, and how many have none after the shard's end."""
        state = self.state(since)
        if state == "done":
            return self.size, 0
        lacking = min(self.stored_errors[1], self.size) if self.stored_errors else self.size
        return self.size - lacking, lacking if state in {"partial", "failed"} else 0

    @property
    def _ends(self) -> list[ShardEnd]:
        return [event for event in self.happened if not isinstance(event, tuple)]


def _counts(outcome: Outcome, begun: int) -> bool:
    """Return whether an outcome changes what is known of a shard whose last dispatch began this generation."""
    return outcome.generation == begun or (outcome.generation > begun and outcome.kind.may_run)


def _after(known: tuple[Outcome, float] | None, event: tuple[Outcome, float]) -> tuple[Outcome, float]:
    """Return the dispatch that counts after one more; a shard that may run still does if this one fails."""
    if not known or not known[0].kind.may_run or event[0].kind.may_run:
        return event
    reason = event[0].reason if known[0].kind is OutcomeKind.UNKNOWN else None
    return replace(known[0], reason=reason), known[1]
