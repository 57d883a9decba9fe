"""What the use cases need of the outside world. Each port is implemented for one machine and for AWS.

Whatever is wrong with the other side (it fails, hangs, answers nonsense) reaches the use cases as
`DependencyUnavailable`; each method names the further errors that are part of its contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.plan import Shard
from domain.progress import Record
from domain.sweep import Outcome, ShardDone, ShardEnd, ShardFailed, Sweep


@dataclass(frozen=True, slots=True)
class SweepPage:
    """A page of sweeps, newest first; `next` continues the listing, and is None at its end."""

    sweeps: tuple[Sweep, ...]
    next: str | None


class Ledger(Protocol):
    """The durable record of sweeps. Every method may be called twice, or by two callers at once, without harm."""

    def open(self, sweep: Sweep) -> Sweep:
        """Record the sweep unless its key is known already, and give the recorded one either way.

        Raises `SweepConflict` if the key is known with another digest. Of two callers at once one records.
        """
        ...

    def sweep(self, sweep_id: str) -> Sweep:
        """Give a recorded sweep; raises `SweepNotFound`."""
        ...

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        """List at most `limit` (at least 1) sweeps, newest first; `after` is a page's `next`."""
        ...

    def record(self, sweep_id: str) -> Record:
        """Give everything known of the sweep's course, no older than the last write; raises `SweepNotFound`."""
        ...

    def claim_dispatch(self, sweep_id: str, owner: str, seconds: float) -> bool:
        """Become the only dispatcher of the sweep for so long; False if somebody else is."""
        ...

    def release_dispatch(self, sweep_id: str, owner: str) -> None:
        """Give the claim back before its time; nothing happens if it is somebody else's by now."""
        ...

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        """Remember what became of handing over these shards, replacing earlier outcomes of the same shards."""
        ...

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        """Remember that a shard's results are stored. It replaces a failure; the first of two such marks stays."""
        ...

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        """Remember that a shard has ended without results. It never replaces a shard's being done."""
        ...

    def forget_failures(self, sweep_id: str, shards: Sequence[int]) -> None:
        """Let those of the shards that have failed not have ended; one that is done stays done."""
        ...

    def end_of(self, sweep_id: str, shard: int) -> ShardEnd | None:
        """Give how a shard has ended, or None; never older than the last write."""
        ...

    def cancel(self, sweep_id: str) -> None:
        """Ask workers to start no further shard of the sweep; raises `SweepNotFound`."""
        ...

    def is_cancelled(self, sweep_id: str) -> bool:
        """Say whether `cancel` was called; raises `SweepNotFound`."""
        ...


class ShardInvoker(Protocol):
    """Hands shards to workers, fire and forget."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard]) -> Iterator[Outcome]:
        """Hand over each shard and give exactly one outcome for each, in any order, waiting for no worker.

        Failures are outcomes, not exceptions: an iterator taken to its end has accounted for every shard.
        """
        ...


class ResultLocation(Protocol):
    """Knows where the results of a sweep are, and lets others fetch them."""

    def location(self, sweep_id: str) -> str:
        """Say where the objects of a sweep are: a folder, or an `s3://` prefix."""
        ...

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:
        """Give an address at which whoever has it can fetch a stored object, for so long if that can be limited."""
        ...


class ResultStore(ResultLocation, Protocol):
    """Holds one result object a shard: gzip-compressed JSON lines, contract 4."""

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        """Store an object whole or not at all. False if there was one already, which then stays as it is."""
        ...

    def get(self, sweep_id: str, shard: int) -> bytes | None:
        """Give a stored object, or None if there is none."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> float:
        """Give the seconds since the epoch, UTC."""
        ...


class IdSource(Protocol):
    """Makes names that nobody else makes."""

    def new_id(self) -> str:
        """Give 12 characters out of 0-9 and a-v: 60 random bits."""
        ...
