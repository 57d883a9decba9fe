"""What is known of a sweep at one moment, for a screen or for a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.failure import FailureGroup
from domain.progress import Progress, State
from domain.shard_map import ShardMap
from entrypoints.cli.pace import duration

# From so many points a second on, a fraction says nothing.
_MANY = 100


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A sweep at one moment: what the ledger says, and the points, which the caller may know better than the ledger.

    Until the first answer nothing is known but the id, and why.
    """

    sweep_id: str
    progress: Progress | None = None
    map: ShardMap | None = None
    groups: tuple[FailureGroup, ...] = ()
    points: int = 0  # that have ended, those without a value included
    failed: int = 0
    rate: float | None = None  # points a second
    left: float | None = None  # in seconds
    note: str = ""
    skipped: int = 0

    @property
    def state(self) -> str:
        """The state in words; none before the first answer."""
        return self.progress.state.value.replace("_", " ") if self.progress else ""

    @property
    def has_ended(self) -> bool:
        """Whether nothing of the sweep runs any more."""
        return self.progress is not None and self.progress.state not in {State.DISPATCHING, State.RUNNING}

    @property
    def size(self) -> int:
        """How many points the sweep has, at least 1."""
        return self.progress.size if self.progress else 1

    @property
    def percent(self) -> int:
        """How many of a hundred points have ended; 100 only if all have."""
        return 100 * self.points // self.size

    def pace(self) -> Iterator[str]:
        """Yield the time left and the rate, as far as they are known."""
        if self.left:
            yield f"{duration(self.left)} left"
        if self.rate is not None:
            yield f"{self.rate:,.0f}/s" if self.rate >= _MANY else f"{self.rate:.3g}/s"
