"""`sweep use`: remembers where the sweeps are."""

from __future__ import annotations

from pathlib import Path

import typer

from domain.errors import InvalidSweep
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.places import Where, meant_by, open_stack
from entrypoints.remembered_place import forget, remember


def use(where: Where, *, local: bool) -> ExitCode:
    """Remember a stack, or with `local` none, or show which place is meant where nothing is said."""
    if local and where != Where():
        raise InvalidSweep.at("--local", "cannot stand beside a stack")
    if local:
        forget()
    elif where.stack:
        _remember(where)
    elif where != Where():
        raise InvalidSweep.at("NAME", "is missing: which stack?")
    _show()
    return ExitCode.OK


def _remember(where: Where) -> None:
    """Remember a stack that can be used: of one that cannot, the error says why."""
    stack = meant_by(where)
    if not isinstance(stack, Path):
        open_stack(stack, ())
        typer.echo(f"wrote {remember(stack)}", err=True)


def _show() -> None:
    meant = meant_by(Where())
    if isinstance(meant, Path):
        typer.echo(f"sweeps are in the folder {meant}")
        return
    typer.echo(f"sweeps are in the stack {meant.stack}")
    typer.echo("next:    sweep list")
