"""Dispatch: what became of invoking workers, shard by shard and added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, Self

from domain.reasons import Reason


class OutcomeKind(StrEnum):
    """What became of one dispatch."""

    ACCEPTED = "accepted"  # the platform has taken the shard over
    REJECTED = "rejected"  # the platform will never take it
    EXHAUSTED = "exhausted"  # every attempt failed in a way that could have passed
    UNKNOWN = "unknown"  # sent, but no answer came: it may run
    DEFERRED = "deferred"  # not tried: time ran out or something stopped the dispatch

    @property
    def may_run(self) -> bool:
        """Whether a worker has the shard, or may have it."""
        return self in {OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN}

    @classmethod
    def read(cls, code: str) -> OutcomeKind:
        """Return the kind with this value; `UNKNOWN` for a code that this version does not know."""
        try:
            return cls(code)
        except ValueError:
            return cls.UNKNOWN


class Dispatchable(Protocol):
    """What can be dispatched, as a shard can."""

    @property
    def number(self) -> int:
        """Its number."""
        ...

    @property
    def generation(self) -> int:
        """Which of its runs it is."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of dispatching one shard, in one generation; why, unless it was accepted.

    `attempts` counts the invocations that were tried, 0 where none was.
    """

    shard: int
    kind: OutcomeKind
    reason: Reason | None = None
    attempts: int = 1
    generation: int = 0

    def __post_init__(self) -> None:
        """Refuse an acceptance with a reason, and anything else without one."""
        if (self.kind is OutcomeKind.ACCEPTED) == (self.reason is not None):
            raise ValueError(f"an outcome that is {self.kind} has {'no' if self.reason else 'a'} reason")

    @classmethod
    def of(cls, shard: Dispatchable, kind: OutcomeKind, reason: Reason | None = None, attempts: int = 1) -> Self:
        """Return the outcome of a shard in its generation."""
        return cls(shard.number, kind, reason, attempts, shard.generation)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many shards met with each outcome; `waiting` have none yet.

    `reasons` says why some were not accepted: so many shards for each reason.
    """

    accepted: int = 0
    rejected: int = 0
    exhausted: int = 0
    unknown: int = 0
    deferred: int = 0
    waiting: int = 0
    reasons: dict[Reason, int] = field(default_factory=dict)

    @classmethod
    def of(cls, shards: int, counts: Iterable[tuple[OutcomeKind, Reason | None, int]]) -> Self:
        """Add up the shards of each kind and reason; of so many shards, the others wait."""
        kinds: Counter[str] = Counter()
        reasons: Counter[Reason] = Counter()
        for kind, reason, count in counts:
            kinds[kind.value] += count
            if reason is not None:
                reasons[reason] += count
        return cls(**kinds, waiting=shards - kinds.total(), reasons=dict(sorted((+reasons).items())))

    @property
    def may_run(self) -> int:
        """How many shards a worker has, or may have."""
        return self.accepted + self.unknown

    @property
    def shards(self) -> int:
        """How many shards there are."""
        return self.may_run + self.rejected + self.exhausted + self.deferred + self.waiting
