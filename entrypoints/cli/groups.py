"""Groups of options: several commands have the same ones, and receive what they say as one value."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeVar, get_type_hints

Command = TypeVar("Command", bound=Callable[..., Any])


def with_options(**groups: Callable[..., object]) -> Callable[[Command], Command]:
    """Return a decorator that replaces parameters of a command by the options of a function each.

    The command line shows the parameters of the functions; the command gets what the functions return.
    """
    return lambda command: _Grouped(command, groups)  # type: ignore[return-value]  # typer calls it in the command's place


class _Grouped:
    """A command with groups of options. What it takes is found out when it is asked for: most commands are not."""

    def __init__(self, command: Callable[..., Any], groups: dict[str, Callable[..., object]]) -> None:
        self.__name__, self.__doc__ = command.__name__, command.__doc__
        self._command, self._groups = command, groups

    def __call__(self, **given: object) -> object:
        for name, make in self._groups.items():
            options = inspect.signature(make).parameters
            given[name] = make(**{option: given.pop(option) for option in options})
        return self._command(**given)

    @property
    def __signature__(self) -> inspect.Signature:
        """The parameters of the command, with those of the groups in the place of theirs."""
        return inspect.Signature(list(self._parameters()))

    @property
    def __annotations__(self) -> dict[str, Any]:  # type: ignore[override]  # nothing sets it
        return {parameter.name: parameter.annotation for parameter in self._parameters()}

    def _parameters(self) -> Iterator[inspect.Parameter]:
        types = get_type_hints(self._command, include_extras=True)
        for name, parameter in inspect.signature(self._command).parameters.items():
            if name in self._groups:
                yield from _parameters_of(self._groups[name])
            else:
                yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=types[name])


@cache
def _parameters_of(make: Callable[..., object]) -> tuple[inspect.Parameter, ...]:
    types = get_type_hints(make, include_extras=True)
    return tuple(one.replace(annotation=types[name]) for name, one in inspect.signature(make).parameters.items())
