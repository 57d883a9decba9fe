"""`sweep list`: all sweeps of a place."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from adapters.documents.answers import moment
from application.documents.compact_json import encode
from application.place import Place
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep
from domain.progress import Progress
from domain.space.scalars import Json
from domain.sweep import SweepHead

_ROWS_A_PAGE = 100
# In columns, far more than a row has.
_WIDEST = 1000


def list_sweeps(place: Place, *, as_json: bool) -> None:
    """Print all sweeps of the place, newest first: as a table, or as one JSON document."""
    sweeps = list(_all(place))
    if as_json:
        typer.echo(encode({"sweeps": [_document(head, progress) for head, progress in sweeps]}))
    elif sweeps:
        _print(sweeps)
    else:
        typer.echo(f"there are no sweeps in {place.name}; make one with: sweep submit FILE", err=True)


def no_sweeps(why: InvalidSweep, *, as_json: bool) -> None:
    """Say that a place has no sweeps yet, which is no error here."""
    if as_json:
        typer.echo(encode({"sweeps": []}))
    else:
        typer.echo(why.problems[0].message, err=True)


def _print(sweeps: list[tuple[SweepHead, Progress]]) -> None:
    from rich.console import Console  # noqa: PLC0415 - takes a moment to load, which JSON need not wait for
    from rich.table import Table  # noqa: PLC0415 - likewise

    # Most sweeps have no condition, and need no column for it.
    skipped = ["skipped"] if any(progress.skipped for _, progress in sweeps) else []
    table = Table("sweep", "state", "points", "done", "failed", *skipped, "submitted", box=None, pad_edge=False)
    for column in table.columns[2:-1]:
        column.justify = "right"
    for head, progress in sweeps:
        numbers = progress.size, progress.done, progress.failed, progress.skipped
        counts = (f"{count:,}" for count in numbers[: 3 + len(skipped)])
        table.add_row(head.id, progress.state.value.replace("_", " "), *counts, moment(head.created_at))
    # However narrow the terminal is: it breaks lines that are too long, where a narrower table would cut the ids.
    Console(width=_WIDEST).print(table, soft_wrap=True)


def _document(head: SweepHead, progress: Progress) -> Json:
    return {
        "sweep_id": head.id,
        "created_at": moment(head.created_at),
        "state": progress.state.value,
        "size": progress.size,
        "shards": progress.shards,
        "done": progress.done,
        "failed": progress.failed,
        "skipped": progress.skipped,
    }


def _all(place: Place) -> Iterator[tuple[SweepHead, Progress]]:
    after = None
    while True:
        page = place.sweeps.list_sweeps(_ROWS_A_PAGE, after, no_deadline)
        for head in page.heads:
            yield head, place.sweeps.follow(head.id, 1, no_deadline).progress
        after = page.next
        if after is None:
            return
