"""`sweep run`: from a file to results on this machine."""

from __future__ import annotations

import shlex
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import typer

from adapters.documents.answers import share_at_hand, status_document
from application.describe_sweep import Description
from application.documents.compact_json import encode
from application.ports.engine import EngineCounts, OnCounts
from application.run_sweep import Beginning
from application.sweeps import Sweeps
from domain.errors import InvalidSweep
from domain.progress import State
from domain.standing import Redo
from entrypoints.cli.asked import Asked
from entrypoints.cli.beginning import beginning_line, condition_notes, endless_note, extension_line
from entrypoints.cli.display import Display, has_screen, lines
from entrypoints.cli.exit_codes import ExitCode, of_progress
from entrypoints.cli.interrupts import interruptible
from entrypoints.cli.looks import Looks
from entrypoints.cli.requests import extend_named, request_of
from entrypoints.cli.run_view import RunView
from entrypoints.cli.texts import progress_lines
from entrypoints.containers.local import STANDARD_ERROR, LocalContainer
from entrypoints.extending import Find

# In seconds: a run that takes less writes no line about itself.
_FIRST_LINE = 30.0
# Goes on with a run, and evaluates again what has no value.
_RETRY = "--retry-failed"


def run(asked: Asked, out: Path, workers: int, redo: Redo, *, as_json: bool) -> ExitCode:
    """Run the sweep that is asked for to its end, say where its results are, and return the exit code."""
    request = request_of(asked, _finder(asked, out))
    _check_writable(out)
    # By its id: another sweep is the latest from now on.
    again = _command(asked.extending(request.extends) if asked.extend else asked, out)
    for note in (*endless_note(request.plan.size, workers), *condition_notes(share_at_hand(request))):
        typer.echo(note, err=True)
    with _output() as (descriptor, display):
        container = LocalContainer(folder=out, workers=workers, import_paths=asked.import_paths, output=descriptor)
        try:
            with interruptible(), extend_named(asked):
                description = container.run_sweep()(request, partial(_watch, display, container.sweeps()), redo)
        except KeyboardInterrupt:
            resumed = f"{again} {_RETRY}" if redo is Redo.POINTS else again
            typer.echo(f"Interrupted. What is done is kept; go on with:\n  {resumed}", err=True)
            return ExitCode.INTERRUPTED
    if as_json:
        typer.echo(encode(status_document(description)))
    else:
        for line in [*progress_lines(description, ("--out", str(out))), *_next_step(description, out, again)]:
            typer.echo(line)
    return of_progress(description.progress)


@contextmanager
def _output() -> Iterator[tuple[int, Callable[[], AbstractContextManager[Display]]]]:
    """Yield where workers write, and what shows the run: on a terminal, they write through a pipe above its screen."""
    if not has_screen(sys.stderr):
        yield STANDARD_ERROR, partial(lines, partial(typer.echo, err=True), _FIRST_LINE)
        return
    from rich.console import Console  # noqa: PLC0415 - takes a moment to load, which lines need not wait for

    from entrypoints.cli.live_screen import live_screen  # noqa: PLC0415 - likewise
    from entrypoints.cli.worker_output import WorkerOutput  # noqa: PLC0415 - likewise

    console, printing = Console(stderr=True), threading.Lock()
    with WorkerOutput(console, printing) as output:
        yield output.descriptor, partial(live_screen, console, printing)


@contextmanager
def _watch(
    display: Callable[[], AbstractContextManager[Display]], sweeps: Sweeps, beginning: Beginning
) -> Iterator[OnCounts]:
    """Say how the run begins, and then how far it is."""
    typer.echo(beginning_line(beginning), err=True)
    if not beginning.queued:
        yield _show_nothing
        return
    looks = Looks(sweeps, beginning.before.head.id) if has_screen(sys.stderr) else None
    with display() as shown:
        view = RunView(beginning.before, looks, shown, time.monotonic)
        try:
            yield view
        finally:
            view.show()
    if beginning.extends:
        typer.echo(extension_line(beginning.extends, view.counts), err=True)


def _show_nothing(_: EngineCounts) -> None:
    """Show nothing: there is nothing to run."""


def _finder(asked: Asked, out: Path) -> Find | None:
    """Return what finds the sweep of `--extend`, which must be in the same folder."""
    if asked.extend is None:
        return None
    if not out.is_dir():
        raise InvalidSweep.at("--extend", f"there are no sweeps in {out}; name the folder of {asked.extend} by --out")
    return LocalContainer(folder=out).find_sweep()


def _check_writable(out: Path) -> None:
    """Refuse a folder that cannot be made or written to; leave nothing behind, as the sweep may still be refused."""
    existing = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        raise InvalidSweep.at("--out", f"cannot write to {out}: {error.strerror}; choose another folder") from error


def _command(asked: Asked, out: Path) -> str:
    """Return the command that goes on with this run."""
    return shlex.join(["sweep", "run", asked.what, "--out", str(out), *asked.words])


def _next_step(description: Description, out: Path, again: str) -> Iterator[str]:
    progress = description.progress
    yield f"results: {description.results}"
    if progress.state is State.CANCELLED:
        yield "The sweep was cancelled: no further shard starts. The same command starts another sweep."
        return
    if progress.state in {State.DISPATCHING, State.RUNNING}:
        yield "Another process is running this sweep; see how far it is with:"
        yield f"  {_on_sweep('watch', description, out)}"
        return
    if progress.state is State.INCOMPLETE:
        yield f"next:    {again}    # runs what another process left"
        return
    if progress.failing_shards:
        yield f"next:    {_on_sweep('retry', description, out)}    # evaluates what has no value"
    if not progress.shards_failed:
        yield f"next:    {_on_sweep('results', description, out)} -o {description.head.id}.csv"


def _on_sweep(verb: str, description: Description, out: Path) -> str:
    return shlex.join(["sweep", verb, description.head.id, "--out", str(out)])
