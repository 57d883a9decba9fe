"""How often what fails: the rates of faults, by the place where they occur."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from tests.e2e.chaos.script import Script


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer with an error's status and code; what was asked for has no effect."""

    status: int
    code: str


class Break(Enum):
    """A request that gets no answer in time, or whose caller is killed; `after` it took effect."""

    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    SILENCE = "silence after"
    KILL_BEFORE = "caller killed before"
    KILL_AFTER = "caller killed after"

    @property
    def takes_effect(self) -> bool:
        """Whether the request is carried out before it breaks."""
        return self not in {Break.RESET_BEFORE, Break.KILL_BEFORE}

    @property
    def kills(self) -> bool:
        """Whether the process that asks is killed."""
        return self in {Break.KILL_BEFORE, Break.KILL_AFTER}


Fault = Refusal | Break

EXPIRED = Refusal(403, "ExpiredTokenException")
# Of a batch of reads, none was carried out; another call is refused in its place.
UNPROCESSED = Refusal(400, "RequestLimitExceeded")

LAMBDA: dict[Fault, float] = {
    Refusal(429, "TooManyRequestsException"): 0.05,
    Refusal(500, "ServiceException"): 0.01,
    Refusal(502, "EC2UnexpectedException"): 0.01,
    Refusal(503, "ServiceUnavailableException"): 0.005,
    Break.RESET_BEFORE: 0.005,
    Break.RESET_AFTER: 0.01,
    Break.SILENCE: 0.001,
    # A dispatcher makes thousands of these requests.
    Break.KILL_BEFORE: 0.0008,
    Break.KILL_AFTER: 0.0008,
}
DYNAMODB: dict[Fault, float] = {
    Refusal(400, "ProvisionedThroughputExceededException"): 0.02,
    Refusal(400, "ThrottlingException"): 0.01,
    Refusal(500, "InternalServerError"): 0.01,
    Refusal(503, "ServiceUnavailable"): 0.005,
    UNPROCESSED: 0.01,
    Break.RESET_BEFORE: 0.005,
    Break.RESET_AFTER: 0.02,
    Break.SILENCE: 0.0005,
    Break.KILL_BEFORE: 0.003,
    Break.KILL_AFTER: 0.003,
}
S3: dict[Fault, float] = {
    Refusal(503, "SlowDown"): 0.02,
    Refusal(409, "ConditionalRequestConflict"): 0.02,
    Refusal(500, "InternalError"): 0.005,
    Break.RESET_BEFORE: 0.005,
    Break.RESET_AFTER: 0.02,
    Break.KILL_BEFORE: 0.002,
    Break.KILL_AFTER: 0.004,
}
# A few things fail again and again: longer than any policy tries.
STUBBORN = 0.004
TRIES = 12
# Of so many requests in a row, all meet with expired credentials.
STRETCH = 12
EXPIRES = 0.01


class EventFate(Enum):
    """What becomes of an event that Lambda has accepted."""

    LOST = "lost"
    DUPLICATED = "duplicated"
    LATE = "late"  # after others that came later
    STRAY = "stray"  # so late that its shard is overdue, and runs again


EVENTS: dict[EventFate, float] = {
    EventFate.LOST: 0.01,
    EventFate.DUPLICATED: 0.04,
    EventFate.LATE: 0.05,
    EventFate.STRAY: 0.01,
}
# So many runs are killed at any moment, and so many events at each run.
KILLED, POISON = 0.006, 0.003
# Of reads that may be a moment old, so many are.
STALE = 0.1


@dataclass(frozen=True, slots=True)
class Requests:
    """The faults of one service's requests."""

    service: str
    rates: Mapping[Fault, float]

    def fault(self, script: Script, asked: tuple[object, ...], before: int) -> Fault | None:
        """Return what becomes of a request that was made so often before."""
        refusals = {fault: rate for fault, rate in self.rates.items() if isinstance(fault, Refusal)}
        if before < TRIES and script.chance(self.service, "stubborn", *asked) < STUBBORN:
            share = sum(refusals.values())
            even = {fault: rate / share for fault, rate in refusals.items()}
            return script.fate(even, self.service, "kind", *asked)
        return script.fate(self.rates, self.service, *asked, before)

    def has_expired(self, script: Script, total: int) -> bool:
        """Return whether a request, the so manieth of all, is made with credentials that count as expired."""
        return script.chance(self.service, "expired", total // STRETCH) < EXPIRES
