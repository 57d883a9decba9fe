"""The lines that a command writes now and then where it has no terminal."""

from __future__ import annotations

from collections.abc import Callable

from entrypoints.cli.snapshot import Snapshot
from entrypoints.cli.texts import counted

# In seconds, between two lines.
_PAUSE = 30.0


class ProgressReport:
    """A `Display` that writes at most a line in half a minute, and none that would say the same again."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float], first: float = _PAUSE) -> None:
        """Write the first line in so many seconds."""
        self._write, self._clock = write, clock
        self._due = clock() + first
        self._snapshot: Snapshot | None = None
        self._said: tuple[object, ...] | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Write the snapshot if it is time for a line, and if anything has changed."""
        self._snapshot = snapshot
        if self._clock() >= self._due and self._said != _news(snapshot):
            self._say(snapshot)

    def adapt(self) -> None:
        """Do nothing: a line has no size."""

    def end(self) -> None:
        """Write how it ended, unless that was said, or nothing was: of what takes a moment there is no line."""
        if self._snapshot and self._said not in {None, _news(self._snapshot)}:
            self._say(self._snapshot)

    def _say(self, snapshot: Snapshot) -> None:
        self._due = self._clock() + _PAUSE
        self._said = _news(snapshot)
        self._write(line_of(snapshot))


def line_of(snapshot: Snapshot) -> str:
    """Return a snapshot on one line."""
    if not snapshot.progress:
        return f"{snapshot.sweep_id}: {snapshot.note}"
    parts = [
        snapshot.state,
        f"{snapshot.points:,} of {counted(snapshot.size, 'point', 'points')} ({snapshot.percent} %)",
        f"{snapshot.failed:,} failed",
        *([f"{snapshot.skipped:,} skipped"] if snapshot.skipped else []),
        *snapshot.pace(),
        *filter(None, [snapshot.note]),
    ]
    return f"{snapshot.sweep_id}: {', '.join(parts)}"


def _news(snapshot: Snapshot) -> tuple[object, ...]:
    """Return what of a snapshot is worth a line of its own."""
    return snapshot.state, snapshot.points, snapshot.failed, snapshot.skipped, snapshot.note
