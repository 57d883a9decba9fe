"""A sweep, and what becomes of its shards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from domain.plan import Plan
from domain.request import SweepRequest


@dataclass(frozen=True, slots=True)
class Sweep:
    """A request that has been accepted. `key` makes submitting it idempotent; `digest` tells requests apart."""

    id: str
    key: str
    digest: str
    request: SweepRequest
    created_at: float  # seconds since the epoch, UTC

    @property
    def plan(self) -> Plan:
        """The cut into shards."""
        return self.request.plan


class OutcomeKind(StrEnum):
    """What became of one dispatch."""

    ACCEPTED = "accepted"  # the platform has taken the shard over
    REJECTED = "rejected"  # the platform will never take it
    EXHAUSTED = "exhausted"  # every attempt failed in a way that could have passed
    UNKNOWN = "unknown"  # sent, but no answer came: it may run
    DEFERRED = "deferred"  # not tried: time ran out or something stopped the dispatch


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of handing over one shard: the platform's request id if accepted, else a reason code."""

    shard: int
    kind: OutcomeKind
    detail: str = ""
    attempts: int = 1

    @property
    def is_accepted(self) -> bool:
        """Whether the platform has said that it took the shard over."""
        return self.kind is OutcomeKind.ACCEPTED

    @property
    def may_run(self) -> bool:
        """Whether a worker may have the shard, so that handing it over again could run it twice."""
        return self.kind in {OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN}

    def after(self, earlier: Outcome | None) -> Outcome:
        """Give what is known of the shard if this comes after `earlier`: what may run still may, if this one failed."""
        if earlier is None or self.may_run or not earlier.may_run:
            return self
        return replace(self, kind=earlier.kind, attempts=earlier.attempts + self.attempts)


@dataclass(frozen=True, slots=True)
class PointError:
    """Why the target gave no value for one point."""

    index: int
    type: str
    message: str


@dataclass(frozen=True, slots=True)
class ShardDone:
    """A shard whose results are stored: how many points have a value, how many an error, and the first such error."""

    number: int
    values: int
    errors: int = 0
    first_error: PointError | None = None


@dataclass(frozen=True, slots=True)
class ShardFailed:
    """A shard that has no results: a reason code, a text for people, and how many attempts were made."""

    number: int
    reason: str
    message: str
    attempts: int = 1


ShardEnd: TypeAlias = ShardDone | ShardFailed
