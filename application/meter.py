"""Counting a shard's points while they are evaluated or read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import TracebackType

from application.user_frames import user_frames
from domain.plan import Shard
from domain.sweep import ErrorKind, PointError, ShardDone

# A ledger keeps so many kinds of errors of a shard. Where each point has a message of its own, this bounds them.
_MOST_KINDS = 10


@dataclass(slots=True)
class Meter:
    """Counts points, those with an error by its type and message, and the skipped; another thread may read it.

    `reused` counts those whose value an earlier sweep had.
    """

    points: int = 0
    errors: int = 0
    skipped: int = 0
    reused: int = 0
    _kinds: dict[tuple[str, str], ErrorKind] = field(default_factory=dict)

    def error(self, error: PointError, raised: TracebackType | None = None, package: str = "") -> None:
        """Count one point without a value; the first of its kind is kept, with the places of the traceback.

        `package` is the target's top-level package or module.
        """
        self.errors += 1
        key = error.type, error.message
        known = self._kinds.get(key)
        if known:
            self._kinds[key] = replace(known, points=known.points + 1)
        elif len(self._kinds) < _MOST_KINDS:
            self._kinds[key] = ErrorKind(replace(error, places=user_frames(raised, package)), 1)

    def end(self, shard: Shard) -> ShardDone:
        """Return the end of the shard whose points have all been counted."""
        kinds = tuple(self._kinds.values())
        values = self.points - self.errors - self.skipped
        return ShardDone(shard.number, values, self.errors, kinds, shard.generation, self.skipped)
