"""`sweep watch`: follows a sweep to its end."""

from __future__ import annotations

import time

from application.place import Place
from domain.dispatch_policy import no_deadline
from domain.progress import State
from entrypoints.cli.exit_codes import ExitCode, of_progress
from entrypoints.cli.status import show_status

# In seconds, between two questions.
_PAUSE = 2.0


def watch(sweep: str, place: Place, *, as_json: bool) -> ExitCode:
    """Follow the sweep that a text means."""
    return watch_sweep(place.find(sweep, no_deadline).id, place, as_json=as_json)


def watch_sweep(sweep_id: str, place: Place, *, as_json: bool) -> ExitCode:
    """Follow a sweep until nothing of it runs any more, then show its status; return the sweep's exit code."""
    while place.sweeps.follow(sweep_id, 1, no_deadline).progress.state in {State.DISPATCHING, State.RUNNING}:
        time.sleep(_PAUSE)
    description = place.sweeps.describe(sweep_id, no_deadline)
    show_status(description, place, as_json=as_json)
    return of_progress(description.progress)
