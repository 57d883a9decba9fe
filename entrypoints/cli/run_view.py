"""What a run on this machine shows of itself: the engine counts points, and the ledger has the shards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from application.describe_sweep import Description
from application.ports.engine import EngineCounts
from domain.errors import SweepError
from domain.shard_map import ShardMap
from entrypoints.cli.display import Display
from entrypoints.cli.looks import Looks
from entrypoints.cli.pace import Pace
from entrypoints.cli.snapshot import Snapshot

# In seconds, between two pictures, and at least between two readings of the ledger.
_FRAME, _PAUSE = 0.25, 0.5
# While the ledger is read, no worker gets a shard: at most one second in so many is spent on it.
_PAUSES_A_LOOK = 100


class RunView:
    """Shows a run, some of whose points were done before it. The engine calls it with its counts at every step."""

    def __init__(self, before: Description, looks: Looks | None, display: Display, clock: Callable[[], float]) -> None:
        """Show how the run begins; without `looks`, the ledger is not read. The clock tells seconds."""
        self._looks, self._display, self._clock = looks, display, clock
        self._before = self._progress = before.progress
        self._map: ShardMap | None = None
        self._sweep_id = before.head.id
        self._counts = EngineCounts()
        self._pace = Pace()
        self._next_look = clock() + _PAUSE
        self._draw()

    def __call__(self, counts: EngineCounts) -> None:
        """Take over what the run has counted so far, and show it a few times a second."""
        self._counts = counts
        if self._clock() >= self._next_frame:
            self._draw()

    @property
    def counts(self) -> EngineCounts:
        """What the run has counted so far."""
        return self._counts

    def _draw(self) -> None:
        if self._looks and self._clock() >= self._next_look:
            self._look(self._looks)
        self.show()
        self._next_frame = self._clock() + _FRAME

    def show(self) -> None:
        """Show the counts as they are."""
        # The points of other shards are counted while they run, those included that keep an earlier value.
        points = self._before.settled + self._counts.done + self._counts.failed + self._counts.skipped
        self._pace.add(self._clock(), points)
        self._display.show(
            Snapshot(
                self._sweep_id,
                self._progress,
                self._map,
                self._looks.groups if self._looks else (),
                points,
                self._before.failed + self._counts.failed,
                self._pace.rate,
                self._pace.left(self._before.size),
                skipped=self._before.skipped + self._counts.skipped,
            )
        )

    def _look(self, looks: Looks) -> None:
        begun = self._clock()
        # A run does not end because of what it shows of itself.
        with suppress(SweepError):
            following = looks.follow()
            self._progress, self._map = following.progress, following.map
        self._next_look = begun + max(_PAUSE, (self._clock() - begun) * _PAUSES_A_LOOK)
