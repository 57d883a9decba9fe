"""`sweep status`: where one sweep stands."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import typer

from adapters.documents.answers import status_document
from application.describe_sweep import Description
from application.documents.compact_json import encode
from application.place import Place
from domain.dispatch_policy import no_deadline
from domain.progress import State
from entrypoints.cli.exit_codes import ExitCode, of_progress
from entrypoints.cli.texts import progress_lines

# In these, the log of the last run may tell why.
_ENDED_EARLY = {State.INCOMPLETE, State.FAILED}


def status(sweep: str, place: Place, *, as_json: bool) -> ExitCode:
    """Print where one sweep stands."""
    description = place.sweeps.describe(place.find(sweep, no_deadline).id, no_deadline)
    show_status(description, place, as_json=as_json)
    return of_progress(description.progress)


def show_status(description: Description, place: Place, *, as_json: bool) -> None:
    """Print a description, for people with the commands that can follow."""
    if as_json:
        typer.echo(encode(status_document(description)))
        return
    for line in progress_lines(description, place.words):
        typer.echo(line)
    typer.echo(f"results: {description.results}")
    log = place.log(description.head.id)
    if log and description.progress.state in _ENDED_EARLY:
        typer.echo(f"log:     {log}")
    for line in next_lines(description, place):
        typer.echo(line)


def next_lines(description: Description, place: Place) -> Iterator[str]:
    """Yield the commands that can follow, as far as the sweep's state has a use for them."""
    progress, sweep_id = description.progress, description.head.id
    if progress.can_start:
        yield f"next:    {command('watch', sweep_id, place)}"
    if progress.failing_shards:
        yield f"next:    {command('failures', sweep_id, place)}    # explains them"
    if progress.can_retry:
        yield f"next:    {command('retry', sweep_id, place)}    # evaluates what has no value"
    if progress.done:
        yield f"next:    {command('results', sweep_id, place)} -o {sweep_id}.csv"


def command(verb: str, sweep_id: str, place: Place) -> str:
    """Return the command line that does something with a sweep of a place."""
    return shlex.join(["sweep", verb, sweep_id, *place.words])
