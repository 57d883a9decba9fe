"""Follows a sweep of any place to its end, however often the connection is lost on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential

from application.describe_sweep import Description
from application.sweeps import Sweeps
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable
from entrypoints.cli.display import Display
from entrypoints.cli.looks import Looks
from entrypoints.cli.pace import Pace
from entrypoints.cli.snapshot import Snapshot

# In seconds, between two questions. An answer that takes long costs the other side much: it is asked for less often.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_PAUSES_AN_ANSWER = 20
# In seconds: the waits after a lost connection, the first and the longest.
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 5.0
# In seconds: so often the display adapts to the terminal.
_TICK = 0.1


class Follower:
    """Asks how far a sweep is, and shows it."""

    def __init__(
        self,
        sweeps: Sweeps,
        sweep_id: str,
        display: Display,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        """Ask nothing yet; the clock tells seconds."""
        self._sweeps, self._sweep_id = sweeps, sweep_id
        self._display, self._clock, self._sleep = display, clock, sleep
        self._looks = Looks(sweeps, sweep_id)
        self._pace = Pace()
        self._snapshot = Snapshot(sweep_id)
        self._lost_since = ""
        self._retrying = Retrying(
            retry=retry_if_exception_type(DependencyUnavailable),
            wait=wait_exponential(multiplier=_FIRST_WAIT, max=_LONGEST_WAIT),
            before_sleep=self._show_lost,
            sleep=self._pause,
        )

    def to_the_end(self) -> Description:
        """Return where the sweep stands once nothing of it runs any more.

        What may pass is asked for again without end; raises what a caller must correct.
        """
        while True:
            self._snapshot, took = self._retrying(self._look)
            self._display.show(self._snapshot)
            if self._snapshot.has_ended:
                return self._retrying(self._sweeps.describe, self._sweep_id, no_deadline)
            self._pause(min(max(took * _PAUSES_AN_ANSWER, _SHORTEST_PAUSE), _LONGEST_PAUSE))

    def _look(self) -> tuple[Snapshot, float]:
        """Return where the sweep stands, and how many seconds the answer took."""
        begun = self._clock()
        following = self._looks.follow()
        now, progress = self._clock(), following.progress
        self._pace.add(now, progress.settled)
        snapshot = Snapshot(
            self._sweep_id,
            progress,
            following.map,
            self._looks.groups,
            points=progress.settled,
            failed=progress.failed,
            rate=self._pace.rate,
            left=self._pace.left(progress.size),
            skipped=progress.skipped,
        )
        return snapshot, now - begun

    def _show_lost(self, call: RetryCallState) -> None:
        """Keep the last picture, and say since when no answer came, and why."""
        if call.attempt_number == 1:
            self._lost_since = time.strftime("%H:%M:%S")
        error = call.outcome.exception() if call.outcome else None
        note = f"connection lost, trying again since {self._lost_since}: {error}"
        self._display.show(replace(self._snapshot, note=note))

    def _pause(self, seconds: float) -> None:
        """Wait; the display adapts meanwhile."""
        end = self._clock() + seconds
        while (left := end - self._clock()) > 0:
            self._sleep(min(left, _TICK))
            self._display.adapt()
