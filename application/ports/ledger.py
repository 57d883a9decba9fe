"""The ledger: what lasts of every sweep.

Each port is implemented for one machine and for AWS. Whatever is wrong with the other side (it fails, hangs, answers
nonsense) reaches the use cases as `DependencyUnavailable`; each method names the further errors that it may raise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from domain.block import Block
from domain.dispatch_policy import Deadline
from domain.progress import History
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep, SweepHead

KEY_IS_USED = "the idempotency key was used for another request"


@dataclass(frozen=True, slots=True)
class HeadPage:
    """A page of sweeps, newest first; `next` continues the listing, and is None at its end."""

    heads: tuple[SweepHead, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """What a worker learns before it starts a shard: whether the sweep is cancelled, and the shard's block."""

    cancelled: bool
    block: Block


class Ledger(Protocol):
    """The durable record of sweeps. Every method may be called twice, or by two callers at once, without harm.

    Ends only add to a block. An end of an earlier generation is kept, and never hides a later one.
    """

    def within(self, deadline: Deadline) -> Self:
        """Return this ledger for the calls of one request, none of which lasts longer than the deadline leaves."""
        ...

    def open(self, sweep: Sweep) -> Sweep:
        """Record the sweep unless its key is known already, and return the recorded one either way.

        Raises `SweepConflict` if the key is known with another digest. Of two callers at once one records.
        """
        ...

    def sweep(self, sweep_id: str) -> Sweep:
        """Return a recorded sweep with its request; raises `SweepNotFound`."""
        ...

    def head(self, sweep_id: str) -> SweepHead:
        """Return a recorded sweep without its request; raises `SweepNotFound`."""
        ...

    def heads(self, limit: int, after: str | None = None) -> HeadPage:
        """List at most `limit` (at least 1) sweeps, newest first; `after` is a page's `next`."""
        ...

    def history(self, sweep_id: str) -> History:
        """Return all that is known of the sweep's course, no older than the last write; raises `SweepNotFound`."""
        ...

    def blocks(self, sweep_id: str, numbers: range) -> Mapping[int, Block]:
        """Return by number the blocks among these of which anything is known, no older than the last write."""
        ...

    def claim(self, sweep_id: str, number: int, owner: str, seconds: float) -> Block | None:
        """Become the only dispatcher of a block for so many seconds, and return what is known of the block.

        Return None if another owner has it. The sweep is one that the ledger has: this does not look.
        """
        ...

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        """Record the block's dispatches, in place of earlier ones, and end the owner's claim.

        Nothing happens if the claim is another owner's by now: that one dispatched the block's shards itself.
        """
        ...

    def release(self, sweep_id: str, number: int, owner: str) -> None:
        """End the owner's claim on a block before its time; nothing happens if it is another owner's by now."""
        ...

    def assign(self, sweep_id: str, spans: Sequence[int], assignment: str, seconds: float) -> None:
        """Record that these spans are with dispatchers for so many seconds, by the assignment with this id.

        Why they were undelivered earlier is forgotten. An unknown sweep has no spans: nothing happens.
        """
        ...

    def prolong(self, sweep_id: str, assignment: str, seconds: float) -> None:
        """Let what an assignment still has be with dispatchers for so many seconds from now."""
        ...

    def is_assigned(self, sweep_id: str, span: int, assignment: str) -> bool:
        """Return whether an assignment still has a span, also after its time, as last written."""
        ...

    def settle(self, sweep_id: str, span: int, assignment: str, reason: Reason | None = None) -> None:
        """Take a span from an assignment; `reason` says why shards of it that have no outcome were not dispatched.

        Nothing happens if the assignment does not have it any more.
        """
        ...

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        """Record that a shard's results are stored; without errors, the shard is done for good."""
        ...

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        """Record that a shard has ended without results. It never replaces an end with results, nor a later one."""
        ...

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        """Yield, in any order, the last end with errors and the last failure of each of these shards, as recorded."""
        ...

    def look(self, sweep_id: str, shard: int) -> Look:
        """Return what a worker must know before it starts; raises `SweepNotFound`.

        It may be a moment old: it only saves work.
        """
        ...

    def cancel(self, sweep_id: str) -> None:
        """Ask workers and dispatchers to start no further shard of the sweep; raises `SweepNotFound`."""
        ...
