"""What a function that no module holds consists of: its code, and the values of the names that it uses.

The digest of a pickle would not do: it holds the name of the notebook's cell, which is another one in every process.
"""

from __future__ import annotations

import dis
import hashlib
import pickle
from collections.abc import Iterator
from types import CodeType, FunctionType

from adapters.machine.held_values import HeldValues
from adapters.machine.importable import module_holds, module_name
from application.ports.target_loader import Target

_LOADS = {"LOAD_GLOBAL", "LOAD_NAME"}


def code_digest(function: Target, pickled: bytes) -> str:
    """Return the SHA-256, in hexadecimal, of a function's code and of all that it refers to.

    The same Python finds the same digest in every process. Comments and line breaks do not change it. Of a function
    that refers to too many values, it is the digest of its pickle.
    """
    values = _CodeValues({"__main__", module_name(function)})
    digest = values.digest(function)
    return digest if values.is_whole else hashlib.sha256(pickled).hexdigest()


class _CodeValues(HeldValues):
    """Digests values as `HeldValues` does, and code that no module holds by what it does."""

    def _parts(self, value: object) -> Iterator[str]:
        held = list(super()._parts(value))
        yield from held
        if isinstance(value, FunctionType) and not module_holds(value):
            yield from self._code(value.__code__)
            yield from map(self._digest, _globals(value))
        elif isinstance(value, type) and not module_holds(value):
            yield from map(self._digest, value.__bases__)
            yield from (f"{name} {self._digest(_plain(member))}" for name, member in _members(value))
        elif not held:
            # Of an object of a library only the type is known: its pickle is the same in most processes, and where it
            # is not, no result of another value can pass for one of this.
            yield hashlib.sha256(pickle.dumps(value)).hexdigest()

    def _code(self, code: CodeType) -> Iterator[str]:
        yield repr(
            (code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_flags, code.co_exceptiontable)
        )
        for constant in code.co_consts:
            yield from self._code(constant) if isinstance(constant, CodeType) else [self._digest(constant)]


def _globals(function: FunctionType) -> Iterator[object]:
    """Yield by pairs the names of global variables that a function uses, and their values."""
    for name in sorted(set(_names(function.__code__))):
        if name in function.__globals__:
            yield name, function.__globals__[name]


def _names(code: CodeType) -> Iterator[str]:
    yield from (str(one.argval) for one in dis.get_instructions(code) if one.opname in _LOADS)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _members(kind: type) -> Iterator[tuple[str, object]]:
    """Yield what a class defines, in order of the names; of what Python adds itself, functions alone."""
    for name, member in sorted(vars(kind).items()):
        is_pythons = name.startswith("__") and name.endswith("__")
        if not is_pythons or isinstance(member, (FunctionType, staticmethod, classmethod)):
            yield name, member


def _plain(member: object) -> object:
    """Return the functions of a method or a property, and any other member itself."""
    if isinstance(member, property):
        return member.fget, member.fset, member.fdel
    return member.__func__ if isinstance(member, (staticmethod, classmethod)) else member
