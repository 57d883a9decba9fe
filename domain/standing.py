"""Where the shards of a block stand, and which of them a dispatch sends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from domain.places import Places


class Redo(Enum):
    """Which shards a dispatch runs again, beyond those that have no end and that no worker is known to have."""

    NOTHING = "nothing"
    SHARDS = "shards"  # those that failed
    POINTS = "points"  # these, and those that have results in which points have no value


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the shards of a block stand, as sets without a common member that are the whole block together."""

    done: Places  # the results are stored, and every point has a value or was skipped
    partial: Places  # the results are stored, and some points have no value
    failed: Places  # ended without results
    unknown: Places  # sent without an answer: a worker may have it
    accepted: Places  # a worker has it
    overdue: Places  # accepted or unknown for longer than a shard can live: lost
    undispatched: Places  # no worker has it

    @property
    def ended(self) -> Places:
        """The shards that have ended."""
        return self.done | self.partial | self.failed

    @property
    def stored(self) -> Places:
        """The shards whose results are stored."""
        return self.done | self.partial

    @property
    def running(self) -> Places:
        """The shards that a worker has, or may have."""
        return self.accepted | self.unknown

    def to_dispatch(self, redo: Redo) -> Places:
        """Return the shards that a dispatch sends. An unknown one is among them: to run it twice changes nothing."""
        chosen = self.undispatched | self.overdue | self.unknown
        if redo is not Redo.NOTHING:
            chosen |= self.failed
        return chosen | self.partial if redo is Redo.POINTS else chosen
