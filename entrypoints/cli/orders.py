"""`sweep submit`, `sweep retry` and `sweep cancel`: what changes a sweep, wherever it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from adapters.documents.answers import share_at_hand, status_document, submission_document
from application.documents.compact_json import encode
from application.on_done import OnDone, show_nothing
from application.place import Place
from application.submit_sweep import Submission
from domain.designs.replicated import is_stored
from domain.dispatch_policy import no_deadline
from domain.request import SweepRequest
from entrypoints.cli.asked import Asked
from entrypoints.cli.beginning import condition_notes
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.interrupts import interruptible
from entrypoints.cli.long_work import bar
from entrypoints.cli.requests import extend_named, request_of
from entrypoints.cli.status import command
from entrypoints.cli.texts import counted
from entrypoints.cli.watch import watch_sweep


def submit(asked: Asked, place: Place, *, wait: bool, as_json: bool) -> ExitCode:
    """Submit the sweep that is asked for, and with `wait` follow the sweep to its end."""
    with extend_named(asked):
        request = request_of(asked, place.find)
        for note in condition_notes(share_at_hand(request)):
            typer.echo(note, err=True)
        with _sending(request) as show:
            submission = place.submit(request, no_deadline, show)
    place.find.deal_with(submission.sweep.id)
    verb = "went on with" if submission.replayed else "submitted"
    return _show(submission, place, verb, wait=wait, as_json=as_json)


def retry(sweep: str, place: Place, *, wait: bool, as_json: bool) -> ExitCode:
    """Run again what failed or was lost, and with `wait` follow the sweep to its end."""
    submission = place.sweeps.retry(place.find(sweep, no_deadline).id, no_deadline)
    return _show(submission, place, "retried", wait=wait, as_json=as_json)


def cancel(sweep: str, place: Place, *, as_json: bool) -> ExitCode:
    """Let no further shard of a sweep start."""
    cancellation = place.sweeps.cancel(place.find(sweep, no_deadline).id, no_deadline)
    description = cancellation.description
    if as_json:
        typer.echo(encode({**status_document(description), "stopped": cancellation.stopped}))
    elif cancellation.stopped:
        typer.echo(f"cancelled {description.head.id}: no further shard starts; results that are stored stay")
    else:
        typer.echo(f"{description.head.id} is {description.progress.state.value}: there was nothing to stop")
    return ExitCode.OK


@contextmanager
def _sending(request: SweepRequest) -> Iterator[OnDone]:
    """Yield what shows how far the upload of a table of points is, for a request that has one."""
    if not is_stored(request.design):
        yield show_nothing
        return
    with interruptible(), bar("upload") as show:
        yield show


def _show(submission: Submission, place: Place, verb: str, *, wait: bool, as_json: bool) -> ExitCode:
    sweep, tally = submission.sweep, submission.dispatched.progress.tally
    if as_json and not wait:
        typer.echo(encode(submission_document(submission)))
        return ExitCode.OK
    plan = sweep.plan
    size = f"{counted(plan.size, 'point', 'points')} in {counted(plan.shards, 'shard', 'shards')}"
    typer.echo(f"{verb} {sweep.id} in {place.name}: {size}, {tally.may_run:,} dispatched", err=wait)
    if wait:
        return watch_sweep(sweep.id, place, as_json=as_json)
    typer.echo(f"next:    {command('watch', sweep.id, place)}")
    return ExitCode.OK
