"""The ways into every state of a sweep, of a shard and of a point, each from a sweep that was just opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from domain.dispatch import OutcomeKind
from domain.reasons import Reason
from tests.fakes.desk import LIFETIME
from tests.fakes.walker import Walker

Step: TypeAlias = Callable[[Walker], None]


def refused(kind: OutcomeKind) -> Step:
    """Return the step that sends the shard, and has this outcome."""

    def step(walker: Walker) -> None:
        walker.refused(kind, Walker.send)

    return step


def waiting(walker: Walker) -> None:
    """Leave the sweep as it was opened."""


def dispatching(walker: Walker) -> None:
    """Let another dispatcher claim the shard."""
    assert walker.ledger.claim(walker.sweep.id, 0, "another", 60)


def assigned(walker: Walker) -> None:
    """Let a parent assign the shard's span to a dispatcher."""
    walker.ledger.assign(walker.sweep.id, [0], "one", 60)


def undelivered(walker: Walker) -> None:
    """Let the platform give up the dispatcher of the shard's span."""
    assigned(walker)
    walker.ledger.settle(walker.sweep.id, 0, "one", Reason.RETRIES_EXHAUSTED)


def overdue(walker: Walker) -> None:
    """Send the shard and hear nothing of it."""
    walker.send()
    walker.clock.time += LIFETIME + 1


def done(walker: Walker) -> None:
    """Bring every value."""
    walker.send()
    walker.end(walker.work)


def partial(walker: Walker) -> None:
    """Bring a value and an error."""
    walker.send()
    walker.end(lambda tasks: walker.work(tasks, raises=True))


def failed(walker: Walker) -> None:
    """End the shard as a failed one."""
    walker.send()
    walker.end(walker.give_up)


def cancelled(walker: Walker) -> None:
    """Cancel while the shard runs."""
    walker.send()
    walker.cancel()


def skipped(walker: Walker) -> None:
    """End a sweep with a condition that point 1 does not satisfy."""
    walker.constrain("x < 1")
    done(walker)


def retrying(ended: Step) -> Step:
    """Return the step that brings the shard to an end, and lets a retry of another caller claim it."""

    def step(walker: Walker) -> None:
        ended(walker)
        dispatching(walker)

    return step


unknown = refused(OutcomeKind.UNKNOWN)
UNSENT = (OutcomeKind.REJECTED, OutcomeKind.EXHAUSTED, OutcomeKind.DEFERRED)
SHARDS: dict[str, tuple[Step, ...]] = {
    "waiting": (waiting,),
    "rejected": (refused(OutcomeKind.REJECTED),),
    "exhausted": (refused(OutcomeKind.EXHAUSTED),),
    "deferred": (refused(OutcomeKind.DEFERRED), undelivered),
    "unknown": (unknown,),
    "accepted": (Walker.send,),
    "overdue": (overdue,),
    "failed": (failed,),
    "partial": (partial,),
    "done": (done,),
}
SWEEPS: dict[str, tuple[Step, ...]] = {
    "dispatching": (dispatching, assigned, retrying(failed), retrying(partial)),
    "running": (Walker.send, unknown),
    "done": (done,),
    "done_with_errors": (partial,),
    "failed": (failed,),
    "incomplete": (waiting, overdue, undelivered, *map(refused, UNSENT)),
    "cancelled": (cancelled,),
}
POINTS: dict[str, tuple[Step, ...]] = {
    "pending": (waiting, Walker.send),
    "value": (done,),
    "error": (partial,),
    "skipped": (skipped,),
    "missing": (failed,),
}
