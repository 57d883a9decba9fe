"""Decides what a stack is built from: what the user says now, or else what the stack was built from the last time.

The stack itself remembers it, in parameters of its own. So an update from another machine, or without TARGETS, builds
the same bundle or fails; it never silently leaves out the targets.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from infra.parameters import SET_BY, ParameterError, allowed_targets, known
from infra.target_digest import PARAMETER, targets_digest


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """One deployment: the parameters that it sets, the targets that a sweep may have, and what stays as it was."""

    parameters: Mapping[str, str]
    default_target: str
    allowed: tuple[str, ...]
    kept: tuple[str, ...]

    @classmethod
    def of(cls, given: Mapping[str, str], said: Mapping[str, str], deployed: Mapping[str, str]) -> BuildPlan:
        """Return the plan for the parameters that are given, for make's variables, and for those of the deployed stack.

        Raises `ParameterError`.
        """
        told = {
            name: _listed(name, said[variable]) for name, variable in SET_BY.items() if said.get(variable, "").strip()
        }
        defaults = {name: str(rules["Default"]) for name, rules in known().items()}
        built = {name: told.get(name, deployed.get(name, defaults[name])) for name in SET_BY}
        values = {**defaults, **deployed, **given}
        kept = tuple(name for name in SET_BY if name in deployed and name not in told)
        return cls({**given, **built}, values["DefaultTarget"], allowed_targets(values), kept)

    @property
    def variables(self) -> dict[str, str]:
        """The variables of the build, which `infra/Makefile` reads."""
        built = {variable: self.parameters[name].replace(",", " ") for name, variable in SET_BY.items()}
        return {**built, "ALLOWED": " ".join(self.allowed)}

    @property
    def overrides(self) -> tuple[str, ...]:
        """The parameters as the SAM CLI reads them; without quotes it would refuse an empty value."""
        digest = targets_digest(self.parameters["TargetFolders"].split(","))
        parameters = {**self.parameters, PARAMETER: digest}
        return tuple(f'{name}="{_escaped(value)}"' for name, value in parameters.items())

    @property
    def note(self) -> str:
        """A line that says what is as it was, or an empty text."""
        words = (f"{SET_BY[name]}={shlex.quote(self.variables[SET_BY[name]])}" for name in self.kept)
        return f"built as before, with {' '.join(words)}" if self.kept else ""


def outside_make(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without make's own variables, which would overrule the plan in the build's make."""
    return {key: value for key, value in environment.items() if not key.startswith("MAKE")}


def _listed(name: str, words: str) -> str:
    """Return blank-separated words as the parameter holds them, separated by commas."""
    if "," in words:
        raise ParameterError(f"{SET_BY[name]}={words} has a comma, which cannot be part of a name there; use blanks")
    return ",".join(words.split())


def _escaped(value: str) -> str:
    return value.replace('"', '\\"')
