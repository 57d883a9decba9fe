"""Groups of options: several commands have the same ones, and receive what they say as one value."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

Command = TypeVar("Command", bound=Callable[..., Any])


def with_options(**groups: Callable[..., object]) -> Callable[[Command], Command]:
    """Return a decorator that replaces parameters of a command by the options of a function each.

    The command line shows the parameters of the functions; the command gets what the functions return.
    """

    def decorate(command: Command) -> Command:
        def typed(**given: object) -> object:
            for name, make in groups.items():
                options = inspect.signature(make).parameters
                given[name] = make(**{option: given.pop(option) for option in options})
            return command(**given)

        parameters, hints = _merged(command, groups)
        typed.__name__, typed.__doc__ = command.__name__, command.__doc__
        typed.__annotations__ = hints
        typed.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
        return typed  # type: ignore[return-value]  # typer calls it in the command's place

    return decorate


def _merged(
    command: Callable[..., Any], groups: dict[str, Callable[..., object]]
) -> tuple[list[inspect.Parameter], dict[str, Any]]:
    """Return the parameters of a command with those of the groups in the place of theirs, and their types."""
    parameters: list[inspect.Parameter] = []
    hints: dict[str, Any] = {}
    for name, parameter in inspect.signature(command).parameters.items():
        source = groups.get(name, command)
        found = list(inspect.signature(source).parameters.values()) if name in groups else [parameter]
        types = get_type_hints(source, include_extras=True)
        for one in found:
            hints[one.name] = types[one.name]
            parameters.append(one.replace(kind=one.KEYWORD_ONLY, annotation=types[one.name]))
    return parameters, hints
