"""`sweep watch`: follows a sweep to its end."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import AbstractContextManager
from functools import partial

import typer

from application.place import Place
from domain.dispatch_policy import no_deadline
from entrypoints.cli.display import Display, has_screen, lines
from entrypoints.cli.exit_codes import ExitCode, of_progress
from entrypoints.cli.follower import Follower
from entrypoints.cli.interrupts import interruptible
from entrypoints.cli.status import command, show_status


def watch(sweep: str, place: Place, *, as_json: bool) -> ExitCode:
    """Follow the sweep that a text means."""
    return watch_sweep(place.find(sweep, no_deadline).id, place, as_json=as_json)


def watch_sweep(sweep_id: str, place: Place, *, as_json: bool) -> ExitCode:
    """Follow a sweep until nothing of it runs any more, then show its status; return the sweep's exit code.

    Ctrl-C ends only the command. Raises what a caller must correct, such as `SweepNotFound`; what may pass, such as a
    lost connection, it waits for.
    """
    try:
        with interruptible(), _display(as_json=as_json) as display:
            description = Follower(place.sweeps, sweep_id, display, time.monotonic, time.sleep).to_the_end()
    except KeyboardInterrupt:
        again = command("watch", sweep_id, place)
        typer.echo(f"No longer watching. The sweep goes on; watch it again with:\n  {again}", err=True)
        return ExitCode.INTERRUPTED
    show_status(description, place, as_json=as_json)
    return of_progress(description.progress)


def _display(*, as_json: bool) -> AbstractContextManager[Display]:
    """Return the screen if a person sees it, else lines beside the status; with JSON nothing else is printed there."""
    if not has_screen(sys.stderr) or not (as_json or has_screen(sys.stdout)):
        return lines(partial(typer.echo, err=as_json), first=0.0)
    from rich.console import Console  # noqa: PLC0415 - takes a moment to load, which lines need not wait for

    from entrypoints.cli.live_screen import live_screen  # noqa: PLC0415 - likewise

    return live_screen(Console(stderr=True), threading.Lock())
