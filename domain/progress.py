"""How outcomes and ended shards add up: the tally of a dispatch and the state of a sweep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from domain.plan import Plan
from domain.sweep import Outcome, ShardDone, ShardEnd, ShardFailed


@dataclass(frozen=True, slots=True)
class Tally:
    """How many shards met with each outcome; `waiting` have none yet.

    `reasons` says why some were not accepted: so many shards for each reason code.
    """

    accepted: int = 0
    rejected: int = 0
    exhausted: int = 0
    unknown: int = 0
    deferred: int = 0
    waiting: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, shards: int, outcomes: Collection[Outcome]) -> Tally:
        """Count the outcomes, at most one a shard, of a sweep with so many shards."""
        counts = Counter(outcome.kind.value for outcome in outcomes)
        reasons = Counter(outcome.detail for outcome in outcomes if not outcome.is_accepted)
        return cls(**counts, waiting=shards - counts.total(), reasons=dict(sorted(reasons.items())))

    @property
    def handed_over(self) -> int:
        """How many shards a worker has, or may have."""
        return self.accepted + self.unknown


class State(StrEnum):
    """Where a sweep stands as a whole."""

    DISPATCHING = "dispatching"  # shards are being handed over right now
    RUNNING = "running"  # workers have shards that have not ended
    DONE = "done"  # every shard has its results stored (single points may hold an error)
    FAILED = "failed"  # every shard has ended, some without results
    INCOMPLETE = "incomplete"  # nothing runs any more, but some shards were never handed over
    CANCELLED = "cancelled"  # stopped on request before every shard had ended


@dataclass(frozen=True, slots=True)
class Failure:
    """One line of what went wrong: a failed shard, or the first of a done shard's point errors."""

    shard: int
    points: int  # how many points have no value because of it
    reason: str
    message: str
    attempts: int = 1  # how often a worker was given the shard


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a sweep at one moment. `done + failed` is `size` once it has ended."""

    size: int
    shards: int
    done: int  # points with a value
    failed: int  # points without: errors of the target, and all points of failed shards
    lost: int  # those of them that belong to failed shards
    shards_done: int
    shards_failed: int
    tally: Tally
    state: State
    failures: tuple[Failure, ...]  # by shard number


@dataclass(frozen=True, slots=True)
class Record:
    """What a ledger knows of one sweep's course, apart from the sweep itself."""

    outcomes: dict[int, Outcome]  # the last one of each shard
    ends: dict[int, ShardEnd]
    dispatching: bool
    cancelled: bool


def progress(plan: Plan, record: Record) -> Progress:
    """Add up what the ledger knows."""
    done = [end for end in record.ends.values() if isinstance(end, ShardDone)]
    failed = [end for end in record.ends.values() if isinstance(end, ShardFailed)]
    lost = sum(plan.shard(end.number).size for end in failed)
    return Progress(
        size=plan.size,
        shards=plan.shards,
        done=sum(end.values for end in done),
        failed=sum(end.errors for end in done) + lost,
        lost=lost,
        shards_done=len(done),
        shards_failed=len(failed),
        tally=Tally.of(plan.shards, record.outcomes.values()),
        state=_state(plan.shards, record),
        failures=tuple(_failures(plan, record.ends)),
    )


def remaining(plan: Plan, record: Record) -> Iterable[int]:
    """Give, in order, the numbers of the shards that have not ended and that no worker is known to have.

    An unknown one is among them: whoever asks again would rather have it run twice, which changes nothing, than never.
    """
    for number in range(plan.shards):
        outcome = record.outcomes.get(number)
        if number not in record.ends and not (outcome and outcome.is_accepted):
            yield number


def _state(shards: int, record: Record) -> State:
    if len(record.ends) == shards:
        failed = any(isinstance(end, ShardFailed) for end in record.ends.values())
        return State.FAILED if failed else State.DONE
    if record.cancelled:
        return State.CANCELLED
    if record.dispatching:
        return State.DISPATCHING
    in_flight = any(outcome.may_run and number not in record.ends for number, outcome in record.outcomes.items())
    return State.RUNNING if in_flight else State.INCOMPLETE


def _failures(plan: Plan, ends: dict[int, ShardEnd]) -> Iterable[Failure]:
    for number, end in sorted(ends.items()):
        if isinstance(end, ShardFailed):
            yield Failure(number, plan.shard(number).size, end.reason, end.message, end.attempts)
        elif end.first_error:
            yield Failure(number, end.errors, end.first_error.type, end.first_error.message)
