"""`sweep list`: all sweeps of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from adapters.documents.answers import moment
from application.documents.compact_json import encode
from domain.dispatch_policy import no_deadline
from domain.progress import Progress
from domain.space.scalars import Json
from domain.sweep import SweepHead
from entrypoints.cli.known import has_sweeps, opened

_ROWS_A_PAGE = 100
# In columns, far more than a row has.
_WIDEST = 1000


def list_sweeps(out: Path, *, as_json: bool) -> None:
    """Print all sweeps of the folder, newest first: as a table, or as one JSON document."""
    sweeps = list(_all(out)) if has_sweeps(out) else []
    if as_json:
        typer.echo(encode({"sweeps": [_document(head, progress) for head, progress in sweeps]}))
    elif sweeps:
        _print(sweeps)
    else:
        typer.echo(f"no sweeps in {out}; make one with: sweep run FILE", err=True)


def _print(sweeps: list[tuple[SweepHead, Progress]]) -> None:
    table = Table("sweep", "state", "points", "done", "failed", "submitted", box=None, pad_edge=False)
    for column in table.columns[2:5]:
        column.justify = "right"
    for head, progress in sweeps:
        counts = (f"{count:,}" for count in (progress.size, progress.done, progress.failed))
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
    }


def _all(out: Path) -> Iterator[tuple[SweepHead, Progress]]:
    sweeps = opened(out).sweeps()
    after = None
    while True:
        page = sweeps.list_sweeps(_ROWS_A_PAGE, after, no_deadline)
        yield from ((head, sweeps.follow(head.id, no_deadline)) for head in page.heads)
        after = page.next
        if after is None:
            return
