"""Dispatching the shards of a sweep that no worker has: what submitting and retrying have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from application.course import Course
from application.foreground import Foreground
from application.ports.background import Background
from application.ports.ledger import Ledger
from application.ports.shard_invoker import ShardInvoker
from application.survey import Survey
from domain.dispatch import Tally
from domain.dispatch_policy import Deadline
from domain.places import blocks_of
from domain.progress import History, Progress
from domain.standing import Redo
from domain.sweep import Sweep


@dataclass(frozen=True, slots=True)
class Dispatched:
    """Where the sweep stands after a dispatch, and what became of the shards that this dispatch tried to send.

    Those that are with dispatchers now are `waiting` among the attempted.
    """

    progress: Progress
    attempted: Tally


# Sweep, owner of the claims, deadline, which shards run again.
Dispatch: TypeAlias = Callable[[Sweep, str, Deadline, Redo], Dispatched]


@dataclass(frozen=True, slots=True)
class DispatchShards:
    """One dispatcher at a time of each block of a sweep; several dispatchers may work on one sweep side by side.

    The ledger is called in a background for each dispatch of more than one block.
    """

    ledger: Ledger
    invoker: ShardInvoker
    survey: Survey
    background: Callable[[], Background] = Foreground

    def __call__(self, sweep: Sweep, owner: str, deadline: Deadline, redo: Redo = Redo.NOTHING) -> Dispatched:
        """Dispatch every shard that no worker is known to have and that has not ended, or that `redo` adds.

        It leaves out the blocks of other dispatchers, and those for which no time is left: their shards have no
        outcome. Of a cancelled sweep there is nothing to dispatch. Raises `SweepNotFound`, `DependencyUnavailable`.
        """
        return self.known(self.ledger.within(deadline).history(sweep.id), sweep, owner, deadline, redo)

    def known(self, history: History, sweep: Sweep, owner: str, deadline: Deadline, redo: Redo) -> Dispatched:
        """Do the same with a history that was just read."""
        course = Course(self.ledger.within(deadline), sweep, owner, self.survey, self.background, history.blocks)
        if not history.cancelled:
            numbers = (number for number in blocks_of(sweep.plan) if not history.is_assigned(number))
            course.run(numbers, self.invoker, deadline, redo)
        after = replace(history, cancelled=history.cancelled or course.cancelled, blocks=course.blocks)
        return Dispatched(self.survey.progress(after), course.attempted())
