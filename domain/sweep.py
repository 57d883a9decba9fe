"""A sweep, and how its shards end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from domain.plan import Plan
from domain.reasons import Reason
from domain.request import SweepRequest

# A message is for people: what a target wrote into it may fill a memory. So may the name of a class.
LONGEST_MESSAGE = 1000
LONGEST_TYPE = 200


@dataclass(frozen=True, slots=True)
class SweepHead:
    """What is known of a sweep without reading its request: its id, its plan, and when it was submitted."""

    id: str
    plan: Plan
    created_at: float  # seconds since the epoch, UTC


@dataclass(frozen=True, slots=True)
class Sweep:
    """A request that has been accepted. Submitting is idempotent by `key`; different requests differ in `digest`.

    `code` tells the targets that were deployed then from others; it is empty where the sources of runs tell them apart.
    """

    id: str
    key: str
    digest: str
    request: SweepRequest
    created_at: float  # seconds since the epoch, UTC
    code: str = ""

    @property
    def plan(self) -> Plan:
        """The cut into shards."""
        return self.request.plan

    @property
    def head(self) -> SweepHead:
        """The sweep without its request."""
        return SweepHead(self.id, self.plan, self.created_at)


@dataclass(frozen=True, slots=True)
class PointError:
    """Why the target returned no value for one point: the exception's type, and its message.

    They are cut to 200 and to 1,000 characters. `places` has the last lines of the user's code that the exception
    passed, as `file:line function`, the raise last.
    """

    index: int
    type: str
    message: str
    places: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Cut what is too long."""
        object.__setattr__(self, "type", _kept(self.type, LONGEST_TYPE))
        object.__setattr__(self, "message", _kept(self.message, LONGEST_MESSAGE))


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """Points of one shard without a value for the same cause: the first such error, and how many points it cost."""

    first: PointError
    points: int


@dataclass(frozen=True, slots=True)
class ShardDone:
    """A shard whose results are stored: how many points have a value, how many an error, and how many were skipped.

    `kinds` tells the errors apart by type and message. It has the first kinds that occurred; the points of further ones
    are in `errors` alone.
    """

    number: int
    values: int
    errors: int = 0
    kinds: tuple[ErrorKind, ...] = ()
    generation: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class ShardFailed:
    """A shard without results: why, a message for people (cut to 1,000 characters), and how many attempts were made."""

    number: int
    reason: Reason
    message: str
    attempts: int = 1
    generation: int = 0

    def __post_init__(self) -> None:
        """Cut the message."""
        object.__setattr__(self, "message", _kept(self.message, LONGEST_MESSAGE))


ShardEnd: TypeAlias = ShardDone | ShardFailed


def _kept(text: str, longest: int) -> str:
    """Return the beginning of a text that every ledger can keep: half a surrogate pair is shown by its escape."""
    return text[:longest].encode(errors="backslashreplace").decode()[:longest]
