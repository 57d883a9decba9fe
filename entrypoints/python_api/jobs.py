"""`submit` and `open`: a sweep that runs by itself, in a folder of this machine or on a deployed stack."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from application.describe_sweep import Description
from application.place import Place
from application.ports.engine import EngineCounts
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep
from domain.progress import Progress, State
from entrypoints.places import Where, known_place, open_place
from entrypoints.python_api.bars import screen
from entrypoints.python_api.interrupts import one_interrupt
from entrypoints.python_api.requests import Asked, Earlier, Parameters, What
from entrypoints.python_api.results import Results

# In seconds, between two questions: at first, and at most. Each pause is longer than the one before it.
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 0.05, 2.0, 1.5
_AT_WORK = {State.DISPATCHING, State.RUNNING}
Folder = str | os.PathLike[str] | None


@dataclass(frozen=True, slots=True)
class Status:
    """Where a sweep stands: its state (docs/states.md), and how many points have a value, failed, or were skipped."""

    id: str
    state: str
    points: int
    done: int
    failed: int
    skipped: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing of the sweep runs any more."""
        return self.state not in _AT_WORK


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A sweep that runs by itself: neither the end of this program nor Ctrl-C stops it."""

    id: str
    _place: Place = field(repr=False)

    def status(self) -> Status:
        """Return where the sweep stands now; raises `DependencyUnavailable`."""
        progress = self._describe().progress
        return Status(self.id, progress.state.value, progress.size, progress.done, progress.failed, progress.skipped)

    def wait(self, timeout: float | None = None, *, progress: bool = True) -> Status:
        """Wait until nothing of the sweep runs any more, and return where it stands then.

        Raises `TimeoutError` after `timeout` seconds. Ctrl-C ends the waiting alone.
        """
        end = None if timeout is None else time.monotonic() + timeout
        try:
            with one_interrupt(), screen(progress=progress) as shown:
                before = self._describe()
                with shown.bar(before) as show:
                    for now in self._course(end):
                        show(_counts(before.progress, now))
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"{self.id} goes on running; ss.open({self.id!r}) finds it again") from None
        return self.status()

    def results(self) -> Results:
        """Fetch the results that there are, and return them; raises `InvalidSweep` if there are none yet."""
        description = self._describe()
        results = Results.of(self._place, description)
        if not len(results) and description.progress.state in _AT_WORK:
            raise InvalidSweep.at(self.id, "has no results yet; wait for them with job.wait()")
        return results

    def retry(self) -> Job:
        """Run again what failed or was lost, and return this job; every value stays.

        Raises `SweepConflict` if the sweep's state does not allow it.
        """
        self._place.sweeps.retry(self.id, no_deadline)
        return self

    def cancel(self) -> bool:
        """Let no further shard of the sweep start, and return whether that stopped anything; results stay."""
        return self._place.sweeps.cancel(self.id, no_deadline).stopped

    def _describe(self) -> Description:
        return self._place.sweeps.describe(self.id, no_deadline)

    def _course(self, end: float | None) -> Iterator[Progress]:
        """Yield how far the sweep is until nothing of it runs any more."""
        pause = _FIRST_PAUSE
        while True:
            now = self._place.sweeps.follow(self.id, 1, no_deadline).progress
            yield now
            if now.state not in _AT_WORK:
                return
            if end is not None and time.monotonic() >= end:
                raise TimeoutError(f"{self.id} is {now.state.value}: {now.done:,} of {now.size:,} points are done")
            time.sleep(pause if end is None else max(0.0, min(pause, end - time.monotonic())))
            pause = min(_LONGEST_PAUSE, pause * _GROWTH)


def submit(  # noqa: PLR0913 - each is one option of one call
    what: What,
    parameters: Parameters | None = None,
    *,
    constants: Mapping[str, Any] | None = None,
    name: str | None = None,
    shards: int | None = None,
    where: str | None = None,
    design: Mapping[str, Any] | None = None,
    replicates: int | Mapping[str, int] | None = None,
    order: Literal["plan", "spread"] | None = None,
    extends: Earlier | None = None,
    out: Folder = None,
    stack: str | None = None,
    region: str | None = None,
    profile: str | None = None,
) -> Job:
    """Submit a sweep that runs by itself, and return it as a job. The arguments are those of `run`.

    It runs where `stack`, `region` and `profile`, or the folder `out` say; without them, where `sweep use` remembers.
    A stack's workers import their function: one of a notebook or a script is refused there.

    Raises:
        InvalidSweep: for a wrong request, a place that is none, or a function that the place cannot import.
        DependencyUnavailable: if there is no answer; the same call then goes on with the same sweep.

    For example `job = ss.submit("sweep.yaml", stack="serverless-sweep")`, then `job.wait()` and `job.results()`.
    """
    place = open_place(_where(out, stack, region, profile))
    asked = Asked(what, parameters, constants or {}, name, shards, replicates, order, where, design, extends)
    request = asked.request(place)
    return Job(place.submit(request, no_deadline).sweep.id, place)


def open(  # noqa: A001 - `ss.open` opens a sweep
    sweep: str,
    *,
    out: Folder = None,
    stack: str | None = None,
    region: str | None = None,
    profile: str | None = None,
) -> Job:
    """Return a sweep that was submitted or run before as a job.

    `sweep` is its id, the beginning of the id, its name, or `latest`; the place is said as for `submit`. Raises
    `InvalidSweep` for what means no sweep, or several.

    >>> import serverless_sweep as ss
    >>> done = ss.run(lambda x: x**2, {"x": [1, 2, 3]}, name="squares")
    >>> job = ss.open("squares")
    >>> job.status().state, len(job.results())
    ('done', 3)
    """
    place = known_place(_where(out, stack, region, profile))
    return Job(place.find(sweep, no_deadline).id, place)


def _where(out: Folder, stack: str | None, region: str | None, profile: str | None) -> Where:
    return Where(Path(out) if out is not None else None, stack, region, profile)


def _counts(before: Progress, now: Progress) -> EngineCounts:
    """Return what has been counted since."""
    return EngineCounts(
        now.done - before.done,
        now.failed - before.failed,
        now.shards_done,
        now.shards_failed,
        now.skipped - before.skipped,
    )
