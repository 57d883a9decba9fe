"""An application of typer's that takes what is typed as it stands, where it needs no converting.

typer converts every value by pydantic, which takes longer to load than most commands take.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from copy import copy
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_name
from typer.models import CommandInfo

# What is typed before any command, and ends the program.
_OF_ALL = {"-h", "--help", "--version"}


class PlainTyper(typer.Typer):
    """An application whose commands load pydantic only for values that need it."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - typer's own settings
        """Take the settings of a `typer.Typer`."""
        super().__init__(cls=_Group, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - likewise
        """Return typer's decorator of a command."""
        return super().command(name, cls=_Command, **settings)

    def __call__(self, *args: Any, **settings: Any) -> Any:  # noqa: ANN401 - likewise
        """Run the command that is typed, without making the options of the others."""
        only = copy(self)
        only.registered_commands = _as_far_as_needed(self.registered_commands, sys.argv[1:2])
        return super(PlainTyper, only).__call__(*args, **settings)


def _as_far_as_needed(commands: list[CommandInfo], typed: Sequence[str]) -> list[CommandInfo]:
    """Return the command that the first typed word names, or outlines of all for a word that only needs these."""
    if typed and typed[0] in _OF_ALL:
        return [_outline(one) for one in commands]
    return [one for one in commands if _name_of(one) in typed] or commands


def _name_of(command: CommandInfo) -> str | None:
    return command.name or (get_command_name(command.callback.__name__) if command.callback else None)


def _outline(command: CommandInfo) -> CommandInfo:
    """Return a command without its options."""

    def nothing() -> None:
        raise NotImplementedError

    nothing.__name__, nothing.__doc__ = _name_of(command) or "", command.callback.__doc__
    outline = copy(command)
    outline.callback = nothing
    return outline


class _Plain:
    """What typer asks for the value of one option: itself if it is text, a path if that is meant, else typer's own."""

    def __init__(self, parameter: Any) -> None:  # noqa: ANN401 - an option or an argument of typer's
        self._type = parameter.type_descriptor

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401 - as typer declares it
        """Return the value of the option `param`; raises typer's `BadParameter`."""
        if value is None and not param.multiple and param.nargs == 1:
            return None
        if isinstance(value, str) and self._type.annotation is str:
            return value
        if self._type.annotation is Path and (os.access(value, os.R_OK) or not os.path.lexists(value)):
            return Path(value)
        from typer._coercion import build_runtime_param  # noqa: PLC0415 - what it replaces, loaded if needed

        return build_runtime_param(self._type).coerce(value, param=param, ctx=ctx)


class _Command(TyperCommand):
    """A command that takes plain values."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - as typer declares it
        """Return the options and arguments, that for help included."""
        return _plain(super().get_params(ctx))


class _Group(TyperGroup):
    """The command that has the others below it."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - as typer declares it
        """Return the options, that for help included."""
        return _plain(super().get_params(ctx))


def _plain(parameters: list[Any]) -> list[Any]:
    """Put a `_Plain` in the place where typer would put what converts an option's values.

    Should typer keep that elsewhere one day, commands become slower and nothing else.
    """
    for parameter in parameters:
        if getattr(parameter, "_runtime_param", parameter) is None:
            parameter._runtime_param = _Plain(parameter)  # noqa: SLF001 - see above
    return parameters
