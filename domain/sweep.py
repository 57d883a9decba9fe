"""A sweep, and how its shards end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from domain.plan import Plan
from domain.reasons import Reason
from domain.request import SweepRequest

# A message is for people: what a target wrote into it may fill a memory.
LONGEST_MESSAGE = 1000


@dataclass(frozen=True, slots=True)
class Sweep:
    """A request that has been accepted. Submitting is idempotent by `key`; different requests differ in `digest`."""

    id: str
    key: str
    digest: str
    request: SweepRequest
    created_at: float  # seconds since the epoch, UTC

    @property
    def plan(self) -> Plan:
        """The cut into shards."""
        return self.request.plan


@dataclass(frozen=True, slots=True)
class PointError:
    """Why the target returned no value for one point: the exception's type, and its message cut to 1,000 characters."""

    index: int
    type: str
    message: str

    def __post_init__(self) -> None:
        """Cut the message."""
        object.__setattr__(self, "message", self.message[:LONGEST_MESSAGE])


@dataclass(frozen=True, slots=True)
class ShardDone:
    """A shard whose results are stored: how many points have a value, how many an error, and the first such error."""

    number: int
    values: int
    errors: int = 0
    first_error: PointError | None = None


@dataclass(frozen=True, slots=True)
class ShardFailed:
    """A shard without results: why, a message for people (cut to 1,000 characters), and how many attempts were made."""

    number: int
    reason: Reason
    message: str
    attempts: int = 1

    def __post_init__(self) -> None:
        """Cut the message."""
        object.__setattr__(self, "message", self.message[:LONGEST_MESSAGE])


ShardEnd: TypeAlias = ShardDone | ShardFailed
