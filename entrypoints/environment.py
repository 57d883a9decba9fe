"""Settings that are read from the environment: what a class declares is what a process must be told.

A function has a dozen numbers and names to read, and pydantic-settings takes longer to load than all else that it
needs. So the few rules are here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NoReturn, get_args, get_origin, get_type_hints

PREFIX = "SWEEP_"


class SettingsError(Exception):
    """Variables are missing or wrong; the message names each of them, and what would be right."""


@dataclass(frozen=True, slots=True)
class Whole:
    """Reads a whole number that is at least and at most so large."""

    least: int
    most: int | None = None

    def __call__(self, text: str) -> int:
        """Return the number; raises `ValueError`."""
        wanted = f"at least {self.least}" if self.most is None else f"{self.least} to {self.most}"
        if not text.isdecimal() or int(text) < self.least or (self.most is not None and int(text) > self.most):
            raise ValueError(f"is no whole number of {wanted}")
        return int(text)


@dataclass(frozen=True, slots=True)
class Variable:
    """Reads a variable of another name than the field's; empty if it is missing."""

    name: str


class Settings:
    """A subclass declares its fields: a text, a `Literal` of texts, or a type annotated with what reads it."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Read each field from its variable; raises `SettingsError`."""
        wrong = []
        for name, kind in _fields(type(self)).items():
            try:
                object.__setattr__(self, name, _read(kind, variable_of(name, kind), environment))
            except ValueError as error:
                wrong.append(f"{variable_of(name, kind)} {error}")
        if wrong:
            raise SettingsError("; ".join(wrong))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse a change."""
        raise AttributeError(f"settings are read once, and {name} cannot be changed")

    @classmethod
    def variables(cls) -> set[str]:
        """Return the names of the variables that must be set."""
        names = {variable_of(name, kind) for name, kind in _fields(cls).items()}
        return {name for name in names if name.startswith(PREFIX)}


def variable_of(name: str, kind: object) -> str:
    """Return the variable of a field."""
    other = [part.name for part in _parts(kind) if isinstance(part, Variable)]
    return other[0] if other else f"{PREFIX}{name.upper()}"


def _fields(settings: type[Settings]) -> dict[str, Any]:
    return get_type_hints(settings, include_extras=True)


def _parts(kind: object) -> tuple[Any, ...]:
    """Return what a type is annotated with."""
    return get_args(kind)[1:] if get_origin(kind) is Annotated else ()


def _read(kind: object, variable: str, environment: Mapping[str, str]) -> object:
    parts = _parts(kind)
    if any(isinstance(part, Variable) for part in parts):
        return environment.get(variable, "")
    if variable not in environment:
        raise ValueError("is missing")
    text = environment[variable]
    if get_origin(kind) is Literal and text not in get_args(kind):
        raise ValueError(f"is none of {', '.join(get_args(kind))}")
    reader: Callable[[str], object] = parts[0] if parts else str
    return reader(text)
