"""What a target holds beside its source: a partial's arguments, an instance's attributes, a function's closure.

Two processes find the same digest. So nothing counts that differs between them: no address, no order of a set, and
nothing of an object whose meaning only its own library knows.
"""

from __future__ import annotations

import functools
import hashlib
import sys
from array import array
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import is_dataclass
from enum import Enum
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    NoneType,
)
from typing import Any

# So much is looked at, which takes about two seconds. A number or a text counts as one, anything else as more.
_MOST = 1_000_000
_COSTLY = 10
# The modules of the standard library whose objects are told apart by their `repr`.
_TOLD_BY_REPR = {"datetime", "decimal", "fractions", "pathlib", "uuid"}
# The types of most values. `repr` would refuse long integers, and escape other characters in other versions of Python.
_QUICK: dict[type, Callable[[Any], str]] = {float: repr, int: hex, str: ascii, bool: repr, NoneType: repr}
# Values that have no parts; an instance of a subclass counts as such a value, too.
_SINGLE: dict[type, Callable[[Any], str]] = {
    ModuleType: lambda value: value.__name__,
    Enum: lambda value: value.name,
    str: lambda value: ascii(str.__str__(value)),
    int: lambda value: hex(int(value)),
    float: float.__repr__,
    complex: complex.__repr__,
    range: repr,
    **dict.fromkeys((bytes, bytearray, array), lambda value: hashlib.sha256(value).hexdigest()),
}
# The kinds of numpy's dtypes whose bytes are the values: there are no pointers and no gaps in them.
_PLAIN_KINDS = "biufcmMSU"


class HeldValues:
    """Digests values, and notes in `modules` whose code they are made of."""

    def __init__(self, own: Container[str]) -> None:
        """Look into the instances of classes that are defined in one of the `own` modules."""
        self.modules: set[str] = set()
        self._own = own
        self._left = _MOST
        self._path: set[int] = set()

    @property
    def is_whole(self) -> bool:
        """Whether all values have been looked at so far."""
        return self._left >= 0

    def digest(self, value: object) -> str:
        """Return the SHA-256, in hexadecimal; only of the value's type if it holds too many values."""
        try:
            return self._digest(value)
        except _TooManyError:
            return _sha256(_name(type(value)))

    def _digest(self, value: object) -> str:
        quick = _QUICK.get(type(value))
        self._left -= 1 if quick else _COSTLY
        if self._left < 0:
            raise _TooManyError
        if quick:
            return f"{type(value).__name__} {quick(value)}"
        if id(value) in self._path:
            return "a cycle"
        self._path.add(id(value))
        try:
            return _sha256(_name(type(value)), *self._parts(value))
        except _TooManyError:
            raise
        except Exception:  # noqa: BLE001 - a value of the user's may raise anything: it counts by its type
            return _sha256(_name(type(value)))
        finally:
            self._path.remove(id(value))

    def _parts(self, value: object) -> Iterator[str]:
        """Yield a text or a digest for each thing that the value consists of; nothing if only its type is known."""
        text = _text(value)
        if text is not None:
            yield text
        elif isinstance(value, (FunctionType, BuiltinFunctionType, type)):
            self.modules.add(value.__module__)
            yield _name(value)
            yield from map(self._digest, _bound(value))
            return
        elif isinstance(value, (dict, MappingProxyType)):
            yield from sorted(_sha256(self._digest(key), self._digest(item)) for key, item in value.items())
        elif isinstance(value, (set, frozenset)):
            yield from sorted(map(self._digest, value))
        elif isinstance(value, (list, tuple, deque)):
            yield from map(self._digest, value)
        elif _is_of_numpy(value):
            yield from self._array(value)
        elif isinstance(value, functools.partial):
            yield from map(self._digest, (value.func, value.args, value.keywords))
        elif isinstance(value, MethodType):
            yield from map(self._digest, (value.__func__, value.__self__))
        if self._counts_by_attributes(value):
            self.modules.add(type(value).__module__)
            yield from sorted(_sha256(name, self._digest(item)) for name, item in _attributes(value))

    def _counts_by_attributes(self, value: object) -> bool:
        """Return whether an instance is code, or of the user's. An enumeration's members stand in its source."""
        known = callable(value) or is_dataclass(type(value)) or type(value).__module__ in self._own
        return known and not isinstance(value, Enum)

    def _array(self, value: Any) -> Iterator[str]:  # noqa: ANN401 - the type is of a library that may be missing
        """Yield what an array or a scalar of numpy is; numpy is not imported for it."""
        value = value.astype(str) if value.dtype.char in "gG" else value  # long doubles have gaps
        yield f"{value.dtype.str} {value.shape}"
        if value.dtype.kind in _PLAIN_KINDS:
            yield hashlib.sha256(value.tobytes()).hexdigest()
        else:
            yield self._digest(value.tolist())


class _TooManyError(Exception):
    """There are more values than can be digested in a few seconds."""


def _text(value: object) -> str | None:
    """Return what tells a single value from others of its type, or None if it is not a single value."""
    for kind, text in _SINGLE.items():
        if isinstance(value, kind):
            return text(value)
    if type(value).__module__.partition(".")[0] in _TOLD_BY_REPR:
        told = repr(value)
        return None if "<" in told else told  # a time zone of the user's may be told by its address
    return None


def _bound(code: FunctionType | BuiltinFunctionType | type) -> Iterable[object]:
    """Return the values that a function was made with; a class's stand in its source."""
    if isinstance(code, FunctionType):
        return code.__defaults__, code.__kwdefaults__, *map(_content, code.__closure__ or ())
    owner = getattr(code, "__self__", None)
    return () if isinstance(code, type) or isinstance(owner, ModuleType) else (owner,)


def _content(cell: CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # the variable has no value yet
        return None


def _attributes(value: object) -> Iterator[tuple[str, object]]:
    """Yield the attributes that an instance has of its own, without running any code of its class.

    Of those that Python itself sets (`functools.wraps` sets some), only the function that is wrapped counts.
    """
    with suppress(AttributeError):  # it has none
        yield "__name__", object.__getattribute__(value, "__name__")
    with suppress(AttributeError):  # it has slots alone
        for name, item in object.__getattribute__(value, "__dict__").items():
            if name == "__wrapped__" or not (name.startswith("__") and name.endswith("__")):
                yield name, item
    for kind in type(value).__mro__:
        for name, member in vars(kind).items():
            if isinstance(member, MemberDescriptorType) and "__slots__" in vars(kind):
                with suppress(AttributeError):  # it is not set
                    yield name, member.__get__(value)


def _is_of_numpy(value: object) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic))


def _name(code: FunctionType | BuiltinFunctionType | type) -> str:
    """Return where code is imported from: the private modules that a library is made of differ between versions."""
    return f"{str(code.__module__).partition('._')[0]}.{code.__qualname__}"


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
