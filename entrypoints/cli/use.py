"""`sweep use`: remembers where the sweeps are."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import typer

from domain.errors import InvalidSweep
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.places import Where, meant_by, stack_container
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
    """Remember a stack that can be used, with its region; of one that cannot, the error says why."""
    stack = meant_by(where)
    if not isinstance(stack, Path):
        region = stack_container(stack).stack().region
        typer.echo(f"wrote {remember(replace(stack, region=region))}", err=True)


def _show() -> None:
    said = next((f" (as {name} says)" for name in ("SWEEP_OUT", "SWEEP_STACK") if os.environ.get(name)), "")
    meant = meant_by(Where())
    kind, name = ("folder", meant) if isinstance(meant, Path) else ("stack", meant.stack)
    typer.echo(f"sweeps are in the {kind} {name}{said}")
    typer.echo("next:    sweep list")
