"""Targets by their name `module:function`: the port `TargetLoader` for functions in Python."""

from __future__ import annotations

import importlib
import inspect
import traceback
from collections.abc import Container, Iterable
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from adapters.machine.forks import one_process
from adapters.machine.taken_names import check_module_name
from application.ports.target_loader import Target
from application.target_keywords import taken
from domain.errors import InvalidSweep, TargetUnavailable
from domain.space.names import check_target

if TYPE_CHECKING:
    # A worker Lambda has no use for it, and should not load it.
    from adapters.machine.function_files import FunctionFiles


class PythonTargets:
    """Imports targets, each once."""

    def __init__(self, functions: FunctionFiles | None = None) -> None:
        """Import nothing yet. Functions that no module holds are loaded from `functions`."""
        self._functions = functions
        self._imported: dict[str, Target] = {}

    def load(
        self, name: str, keywords: Iterable[str], offered: Iterable[str] = (), optional: Iterable[str] = ()
    ) -> Target:
        """Return the function `module:function`; raises `TargetUnavailable` if it does not accept these keywords."""
        if name not in self._imported:
            kept = self._functions if self._functions and self._functions.knows(name) else None
            self._imported[name] = kept.load(name) if kept else import_target(name)
        check_signature(self._imported[name], keywords, offered, optional)
        return self._imported[name]


def import_target(name: str) -> Target:
    """Import the module and return the function; raises `TargetUnavailable` for any failure, the module's own too."""
    try:
        check_target(name)
    except InvalidSweep as error:
        raise TargetUnavailable(*error.problems) from error
    module_name, _, function_name = name.partition(":")
    check_module_name(module_name)
    module = _import(module_name)
    target: object = getattr(module, function_name, None)
    if target is None:
        close = get_close_matches(function_name, vars(module), n=1)
        hint = f"; did you mean {module_name}:{close[0]}?" if close else ""
        raise TargetUnavailable.at("target", f"the module {module_name} has no {function_name}{hint}")
    if not callable(target):
        raise TargetUnavailable.at("target", f"{name} is a {type(target).__name__}, not a function")
    return target


def check_signature(
    target: Target, names: Iterable[str], offered: Iterable[str] = (), optional: Iterable[str] = ()
) -> None:
    """Raise `TargetUnavailable` for a target that cannot be called with exactly these keyword arguments.

    It is called with those that are offered as well that its signature names, and at some points without those that are
    optional.
    """
    try:
        signature = inspect.signature(target)
    except (TypeError, ValueError):
        return  # Some functions written in C have no signature.
    given = [*names, *taken(target, offered)]
    misfit = _misfit(signature, given, set(optional))
    if misfit:
        message = f"takes {_bare(signature)}, but the sweep gives the keywords ({', '.join(given)}): {misfit}"
        raise TargetUnavailable.at("target", message)


def _misfit(signature: inspect.Signature, given: list[str], optional: Container[str]) -> str:
    """Return what is wrong with these keywords, or ""; the messages of `bind` differ between Python versions."""
    parameters = list(signature.parameters.values())
    takes = {one.name for one in parameters if one.kind in {one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY}}
    for one in parameters:
        needed = one.default is one.empty and one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}
        if needed and one.kind is one.POSITIONAL_ONLY:
            return f"the argument {one.name!r} cannot be given as a keyword"
        if needed and one.name not in given:
            return f"missing a required argument: {one.name!r}"
        if needed and one.name in optional:
            return f"the argument {one.name!r} needs a default, as it exists only at some points (when)"
    unknown = [name for name in given if name not in takes]
    takes_any = any(one.kind is one.VAR_KEYWORD for one in parameters)
    return f"got an unexpected keyword argument {unknown[0]!r}" if unknown and not takes_any else ""


def _bare(signature: inspect.Signature) -> inspect.Signature:
    """Return a signature without annotations, as their texts differ between Python versions."""
    parameters = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
    return signature.replace(parameters=parameters, return_annotation=signature.empty)


def _import(module_name: str) -> ModuleType:
    try:
        with one_process():
            return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and f"{module_name}.".startswith(f"{error.name}."):
            message = f"there is no module {module_name}; run from the folder that holds it, or install it"
        else:
            message = f"the module {module_name} needs {error.name}, which is not installed"
        raise TargetUnavailable.at("target", message) from error
    except TargetUnavailable:
        raise
    except (Exception, SystemExit) as error:  # an import runs the user's code, which may raise anything
        raise TargetUnavailable.at("target", f"importing {module_name} failed: {_where(error)}") from error


def _where(error: BaseException) -> str:
    """Return an exception as `Type: message (file, line n)`, with the place that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    if isinstance(error, SyntaxError):
        place = f" ({Path(error.filename or '?').name}, line {error.lineno})"
        return f"{type(error).__name__}: {error.msg}{place}"
    return f"{type(error).__name__}: {error}{place}"
