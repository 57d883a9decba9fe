"""A ledger that notes the claims of a dispatch, and a dispatch over it with threads for its calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from adapters.machine.background import ThreadedBackground
from application.dispatch_shards import Dispatched, DispatchShards
from application.ports.background import Background
from application.ports.shard_invoker import ShardInvoker
from application.survey import Survey
from domain.block import Block
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import DependencyUnavailable
from domain.progress import History
from domain.standing import Redo
from domain.sweep import Sweep
from tests.fakes.clock import HandClock
from tests.fakes.desk import LIFETIME
from tests.fakes.ledger import MemoryLedger

# How many calls of the ledger are under way at once.
AHEAD = 4
THREADS = partial(ThreadedBackground, AHEAD)


class ClaimedLedger(MemoryLedger):
    """A ledger that notes what is claimed, and is unavailable for some claims and records."""

    def __init__(self) -> None:
        """Start empty, and available."""
        self.clock = HandClock()
        super().__init__(self.clock)
        self.claimed: list[tuple[int, float]] = []
        self.unclaimable: set[int] = set()
        self.unrecordable: set[int] = set()
        self.stale: History | None = None

    def history(self, sweep_id: str) -> History:
        """Return the history as it is, or as it was."""
        return self.stale or super().history(sweep_id)

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        """Note the claim."""
        if number in self.unclaimable:
            raise DependencyUnavailable(f"claim {number}")
        self.claimed.append((number, seconds))
        return super().claim(sweep_id, number, owner, seconds)

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        """Record the block unless that is not possible."""
        if block.number in self.unrecordable:
            raise DependencyUnavailable(f"record {block.number}")
        super().record(sweep_id, block, owner)

    def accepted(self, sweep: Sweep) -> list[int]:
        """Return how many shards of each block may run."""
        history = self.history(sweep.id)
        return [block.standing(sweep.plan, 0).running.bit_count() for block in history]


def dispatch(
    ledger: ClaimedLedger,
    sweep: Sweep,
    invoker: ShardInvoker,
    redo: Redo = Redo.NOTHING,
    deadline: Deadline = no_deadline,
    owner: str = "me",
    background: Callable[[], Background] = THREADS,
) -> Dispatched:
    """Dispatch a sweep, with threads for the calls of the ledger."""
    return DispatchShards(ledger, invoker, Survey(ledger.clock, LIFETIME), background)(sweep, owner, deadline, redo)
