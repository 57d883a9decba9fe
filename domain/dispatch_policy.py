"""The dispatch policy: how hard to try, what an error means, when to stop. It knows no clock."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from domain.dispatch import OutcomeKind
from domain.errors import InvalidSweep
from domain.spans import SPAN_SHARDS

# Returns the seconds that are left, and less than nothing once the time is up.
Deadline: TypeAlias = Callable[[], float]


def no_deadline() -> float:
    """Return infinity: the deadline of a call that has none."""
    return math.inf


class Verdict(Enum):
    """What the failure of one attempt to dispatch a shard means."""

    RETRY = "retry"  # it may pass: try this shard again
    REFUSE = "refuse"  # this shard will never be accepted; others may be
    STOP = "stop"  # no shard will be accepted: something is wrong with the function itself
    UNKNOWN = "unknown"  # the shard was sent, and no answer came: it may run


@dataclass(frozen=True, slots=True)
class DispatchPolicy:
    """How shards are dispatched. Times are in seconds.

    Before attempt n + 1 the dispatcher waits between 0 and `longest_wait(n)`, evenly distributed ("full jitter",
    Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog 2015).
    """

    concurrency: int = 32
    attempts: int = 6
    backoff_base: float = 0.1
    backoff_cap: float = 5.0
    # Kept back from the deadline, to record what happened and to answer.
    reserve: float = 5.0
    # A dispatch of more shards goes out by dispatchers: as many shards as one of them takes over. Up to there the
    # parent sends them sooner than a dispatcher would start, and beyond a caller would wait for its answer.
    direct_shards: int = SPAN_SHARDS

    def __post_init__(self) -> None:
        """Refuse a policy that never tries, or waits a negative time; raises `InvalidSweep`."""
        for name in ("concurrency", "attempts", "direct_shards"):
            if getattr(self, name) < 1:
                raise InvalidSweep.at(name, "must be at least 1")
        if not 0 <= self.backoff_base <= self.backoff_cap:
            raise InvalidSweep.at("backoff_base", "must be at least 0 and at most backoff_cap")
        if self.reserve < 0:
            raise InvalidSweep.at("reserve", "must be at least 0")

    def longest_wait(self, failures: int) -> float:
        """Return the bound of the wait after so many failed attempts (at least 1)."""
        # The exponent is bounded, as 2.0 ** 1024 is too large for a float.
        return min(self.backoff_cap, self.backoff_base * 2.0 ** min(failures - 1, 60))

    def has_time(self, remaining: float) -> bool:
        """Return whether a further attempt may begin, so long before the deadline; what has not begun is deferred."""
        return remaining > self.reserve

    def is_direct(self, shards: int) -> bool:
        """Return whether the parent itself sends so many shards."""
        return shards <= self.direct_shards


# What becomes of a shard whose last failure had this meaning, with no further attempt made.
FINAL = {
    Verdict.RETRY: OutcomeKind.EXHAUSTED,
    Verdict.REFUSE: OutcomeKind.REJECTED,
    Verdict.STOP: OutcomeKind.REJECTED,
    Verdict.UNKNOWN: OutcomeKind.UNKNOWN,
}
