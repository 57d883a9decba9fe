"""Progress: how outcomes and ended shards add up to the state of a sweep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.dispatch import Outcome, Tally
from domain.plan import Plan
from domain.sweep import ShardDone, ShardEnd, ShardFailed


class State(StrEnum):
    """Where a sweep stands as a whole."""

    DISPATCHING = "dispatching"  # shards are being dispatched right now
    RUNNING = "running"  # workers have shards that have not ended
    DONE = "done"  # every shard has its results stored (single points may hold an error)
    FAILED = "failed"  # every shard has ended, some without results
    INCOMPLETE = "incomplete"  # nothing runs any more, but some shards were never dispatched
    CANCELLED = "cancelled"  # stopped on request before every shard had ended


@dataclass(frozen=True, slots=True)
class Failure:
    """One line of what went wrong: a failed shard, or the first of a done shard's point errors."""

    shard: int
    points: int  # how many points have no value because of it
    reason: str  # a failed shard's reason, or the type of the exception
    message: str
    attempts: int = 1  # how often the platform ran a worker for the shard


@dataclass(frozen=True, slots=True)
class History:
    """What a ledger knows of one sweep's course, apart from the sweep itself."""

    outcomes: dict[int, Outcome]  # the last one of each shard
    ends: dict[int, ShardEnd]
    dispatching: bool
    cancelled: bool


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

    @classmethod
    def of(cls, plan: Plan, history: History) -> Progress:
        """Return what the ledger's knowledge adds up to."""
        done = [end for end in history.ends.values() if isinstance(end, ShardDone)]
        failed = [end for end in history.ends.values() if isinstance(end, ShardFailed)]
        lost = sum(plan.shard(end.number).size for end in failed)
        return cls(
            size=plan.size,
            shards=plan.shards,
            done=sum(end.values for end in done),
            failed=sum(end.errors for end in done) + lost,
            lost=lost,
            shards_done=len(done),
            shards_failed=len(failed),
            tally=Tally.of(plan.shards, history.outcomes.values()),
            state=_state(plan.shards, history),
            failures=tuple(_failures(plan, history.ends)),
        )


def remaining(plan: Plan, history: History) -> Iterator[int]:
    """Yield, in order, the numbers of the shards that have not ended and that no worker is known to have.

    An unknown one is among them: that it runs twice changes nothing, that it never runs loses its points.
    """
    for number in range(plan.shards):
        outcome = history.outcomes.get(number)
        if number not in history.ends and not (outcome and outcome.is_accepted):
            yield number


def _state(shards: int, history: History) -> State:
    if len(history.ends) == shards:
        failed = any(isinstance(end, ShardFailed) for end in history.ends.values())
        return State.FAILED if failed else State.DONE
    if history.cancelled:
        return State.CANCELLED
    if history.dispatching:
        return State.DISPATCHING
    in_flight = any(outcome.may_run and number not in history.ends for number, outcome in history.outcomes.items())
    return State.RUNNING if in_flight else State.INCOMPLETE


def _failures(plan: Plan, ends: dict[int, ShardEnd]) -> Iterator[Failure]:
    for number, end in sorted(ends.items()):
        if isinstance(end, ShardFailed):
            yield Failure(number, plan.shard(number).size, end.reason, end.message, end.attempts)
        elif end.first_error:
            yield Failure(number, end.errors, end.first_error.type, end.first_error.message)
