"""`sweep status`: where one sweep stands."""

from __future__ import annotations

from pathlib import Path

import typer

from adapters.documents.answers import status_document
from application.documents.compact_json import encode
from domain.dispatch_policy import no_deadline
from domain.progress import State
from entrypoints.cli.exit_codes import ExitCode, of_progress
from entrypoints.cli.known import found, opened
from entrypoints.cli.texts import progress_lines

_NEXT = {
    State.INCOMPLETE: "No process is working on it; the same `sweep run` goes on with it.",
    State.FAILED: "next:    sweep run FILE    # runs the failed shards again; with --retry-failed, failed points too",
    State.DONE_WITH_ERRORS: "next:    sweep run FILE --retry-failed    # evaluates the failed points again",
}


def status(sweep: str, out: Path, *, as_json: bool) -> ExitCode:
    """Print where one sweep stands."""
    container = opened(out)
    description = container.sweeps().describe(found(container, sweep).id, no_deadline)
    if as_json:
        typer.echo(encode(status_document(description)))
        return of_progress(description.progress)
    for line in progress_lines(description):
        typer.echo(line)
    typer.echo(f"results: {description.results}")
    if description.progress.state in _NEXT:
        typer.echo(_NEXT[description.progress.state])
    return of_progress(description.progress)
