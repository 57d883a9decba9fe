"""`sweep run`: from a file to results on this machine."""

from __future__ import annotations

import shlex
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import typer
from rich.console import Console

from adapters.documents.answers import status_document
from application.describe_sweep import Description
from application.documents.compact_json import encode
from application.ports.engine import EngineCounts, OnCounts
from application.run_sweep import Beginning
from domain.errors import InvalidSweep
from domain.progress import State
from domain.standing import Redo
from entrypoints.cli.asked import Asked
from entrypoints.cli.beginning import beginning_line, endless_note
from entrypoints.cli.exit_codes import ExitCode, of_progress
from entrypoints.cli.interrupts import interruptible
from entrypoints.cli.progress_bar import progress_bar
from entrypoints.cli.progress_report import progress_report
from entrypoints.cli.requests import request_of
from entrypoints.cli.texts import progress_lines
from entrypoints.cli.worker_output import WorkerOutput
from entrypoints.containers.local import STANDARD_ERROR, LocalContainer

# Goes on with a run, and evaluates again what has no value.
_RETRY = "--retry-failed"


def run(asked: Asked, out: Path, workers: int, redo: Redo, *, as_json: bool) -> ExitCode:
    """Run the sweep that is asked for to its end, say where its results are, and return the exit code."""
    request = request_of(asked)
    _check_writable(out)
    again = _command(asked, out)
    for note in endless_note(request.plan.size, workers):
        typer.echo(note, err=True)
    console, printing = Console(stderr=True), threading.Lock()
    with _worker_output(console, printing) as output:
        run_sweep = LocalContainer(
            folder=out, workers=workers, import_paths=asked.import_paths, output=output
        ).run_sweep()
        try:
            with interruptible():
                description = run_sweep(request, partial(_watch, console, printing), redo)
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
def _worker_output(console: Console, printing: threading.Lock) -> Iterator[int]:
    """Yield where workers write: beside a bar through a pipe, and else to standard error itself."""
    if console.is_terminal:
        with WorkerOutput(console, printing) as output:
            yield output.descriptor
    else:
        yield STANDARD_ERROR


@contextmanager
def _watch(console: Console, printing: threading.Lock, beginning: Beginning) -> Iterator[OnCounts]:
    """Say how the run begins, and then how far it is: by a bar, or by a line now and then."""
    typer.echo(beginning_line(beginning), err=True)
    if not beginning.queued:
        yield _show_nothing
    elif console.is_terminal:
        with progress_bar(beginning.before, console, printing) as show:
            yield show
    else:
        with progress_report(beginning.before, partial(typer.echo, err=True), time.monotonic) as show:
            yield show


def _show_nothing(_: EngineCounts) -> None:
    """Show nothing: there is nothing to run."""


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
    if progress.state not in {State.DONE, State.DONE_WITH_ERRORS, State.FAILED}:
        yield "Another process is running this sweep; see how far it is with:"
        yield "  " + shlex.join(["sweep", "status", description.head.id, "--out", str(out)])
        return
    if progress.shards_partial:
        yield f"next:    {again} {_RETRY}    # evaluates the failed points again"
    elif progress.shards_failed:
        yield f"next:    {again}    # runs the failed shards again"
    if not progress.shards_failed:
        yield f"next:    {_table_command(description.head.id, out)}"


def _table_command(sweep_id: str, out: Path) -> str:
    return shlex.join(["sweep", "results", sweep_id, "--out", str(out), "-o", f"{sweep_id}.csv"])
