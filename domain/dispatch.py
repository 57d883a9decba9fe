"""Dispatch: what became of invoking workers, shard by shard and added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.reasons import Reason


class OutcomeKind(StrEnum):
    """What became of one dispatch."""

    ACCEPTED = "accepted"  # the platform has taken the shard over
    REJECTED = "rejected"  # the platform will never take it
    EXHAUSTED = "exhausted"  # every attempt failed in a way that could have passed
    UNKNOWN = "unknown"  # sent, but no answer came: it may run
    DEFERRED = "deferred"  # not tried: time ran out or something stopped the dispatch


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of dispatching one shard: a request id of the platform if it was accepted, else a reason.

    `attempts` counts the invocations that were tried, 0 where none was.
    """

    shard: int
    kind: OutcomeKind
    reason: Reason | None = None
    request_id: str = ""
    attempts: int = 1

    def __post_init__(self) -> None:
        """Refuse an acceptance with a reason, and anything else without one."""
        if self.is_accepted == (self.reason is not None) or (self.request_id and not self.is_accepted):
            raise ValueError(f"an outcome that is {self.kind} has a request id or a reason, not both")

    @property
    def is_accepted(self) -> bool:
        """Whether the platform has said that it took the shard over."""
        return self.kind is OutcomeKind.ACCEPTED

    @property
    def may_run(self) -> bool:
        """Whether a worker may have the shard, so that dispatching it again could run it twice."""
        return self.kind in {OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN}

    def after(self, earlier: Outcome | None) -> Outcome:
        """Return what is known if this comes after `earlier`: what may run still may if this dispatch failed."""
        if earlier is None or self.may_run or not earlier.may_run:
            return self
        attempts = earlier.attempts + self.attempts
        if earlier.is_accepted:
            return replace(earlier, attempts=attempts)
        return replace(self, kind=earlier.kind, attempts=attempts)


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
    def of(cls, shards: int, outcomes: Collection[Outcome]) -> Tally:
        """Count the outcomes, at most one a shard, of a sweep with so many shards."""
        counts = Counter(outcome.kind.value for outcome in outcomes)
        reasons = Counter(outcome.reason for outcome in outcomes if outcome.reason is not None)
        return cls(**counts, waiting=shards - counts.total(), reasons=dict(sorted(reasons.items())))

    @property
    def may_run(self) -> int:
        """How many shards a worker has, or may have."""
        return self.accepted + self.unknown

    @property
    def is_dispatched(self) -> bool:
        """Whether the sweep counts as dispatched: a worker has a shard or may have one.

        A shard that waits for an outcome is another dispatcher's, which records what becomes of it.
        """
        return self.may_run > 0 or self.waiting > 0
