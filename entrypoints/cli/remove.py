"""`sweep remove`: takes old sweeps and their results off this machine."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer
from rich.filesize import decimal

from application.remove_sweeps import Removable
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep
from domain.sweep import SweepHead
from entrypoints.cli.interrupts import interruptible
from entrypoints.containers.local import LocalContainer
from entrypoints.places import Where, known_place

_A_DAY = 86_400
_A_PAGE = 1000


def remove(sweeps: Sequence[str], out: Path, older_than: int | None, *, sure: bool) -> None:
    """Remove the named sweeps, and those that were submitted so many days ago or earlier, after asking."""
    if not sweeps and older_than is None:
        raise InvalidSweep.at("ID", "say which sweeps, by their IDs or with --older-than DAYS")
    known_place(Where(out))
    container = LocalContainer(folder=out)
    chosen = {head.id: head for head in _chosen(container, sweeps, older_than)}
    if not chosen:
        typer.echo("there are no such sweeps", err=True)
        return
    use_case = container.remove_sweeps()
    weighed = use_case.weigh(chosen.values())
    if not sure:
        _ask(weighed)
    for one in weighed:
        use_case(one.head.id)
        typer.echo(f"removed {one.head.id}, {decimal(one.size)}")


def _chosen(container: LocalContainer, sweeps: Sequence[str], older_than: int | None) -> Iterator[SweepHead]:
    yield from (container.find_sweep()(text, no_deadline) for text in sweeps)
    if older_than is None:
        return
    before = time.time() - older_than * _A_DAY
    after = None
    while True:
        page = container.ledger().heads(_A_PAGE, after)
        yield from (head for head in page.heads if head.created_at <= before)
        after = page.next
        if after is None:
            return


def _ask(weighed: Sequence[Removable]) -> None:
    """Ask on a terminal whether to go on, and end the command if not; raises `InvalidSweep` without a terminal."""
    for one in weighed:
        typer.echo(f"{one.head.id}  {one.head.plan.size:,} points, {decimal(one.size)}", err=True)
    if not sys.stdin.isatty():
        raise InvalidSweep.at("--yes", "is needed where there is no terminal to ask; nothing was removed")
    total = decimal(sum(one.size for one in weighed))
    question = f"Remove {len(weighed):,} sweeps for good, with their results, and free {total}?"
    with interruptible():  # the terminal is left as it was, on a new line
        typer.confirm(question, abort=True, err=True)
