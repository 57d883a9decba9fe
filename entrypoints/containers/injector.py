"""dependency-injector without the libraries that it only has to know classes of.

It imports asyncio, pydantic-settings, PyYAML and each installed web framework, which takes longer than all else that a
command or a function loads. While it is imported, stand-ins take the places of these libraries. docs/adr/0002 has the
figures.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType

# The modules that it imports if they are there, and the class that it takes from each.
_COMPARED = {
    "fast_depends.dependencies": "Depends",
    "fast_depends.dependencies.model": "Dependant",
    "fastapi.params": "Depends",
    "pydantic_settings": "BaseSettings",
    "starlette.requests": "Request",
    "werkzeug.local": "LocalProxy",
    "yaml": "SafeLoader",
}
# What it takes of asyncio, and the module in which it looks for marks of old Pythons. The stand-ins are as good from
# Python 3.12 on, whose `inspect` marks coroutine functions; before, asyncio's own mark is needed.
_ASYNCIO = ("Future", "ensure_future", "gather")
_MARKS = "asyncio.coroutines"
_STANDS_IN_FOR_ASYNCIO = sys.version_info >= (3, 12)


class _Compared(type):
    """The type of stand-ins. What is compared with one is compared with the class of its module, if that is loaded.

    Before a module is loaded, nothing can be of its class.
    """

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _own(cls))

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, _own(cls))


def _own(stand_in: type) -> tuple[type, ...]:
    module = sys.modules.get(stand_in.__module__)
    return (getattr(module, stand_in.__name__),) if module else ()


def _of_asyncio(name: str) -> Callable[..., object]:
    """Return a function that calls asyncio's own."""

    def call(*arguments: object, **more: object) -> object:
        result: object = getattr(importlib.import_module("asyncio"), name)(*arguments, **more)
        return result

    return call


def _load_yaml(stream: object, loader: type) -> object:
    """Read YAML by PyYAML itself."""
    yaml = importlib.import_module("yaml")
    document: object = yaml.load(stream, yaml.SafeLoader if isinstance(loader, _Compared) else loader)
    return document


def _modules() -> dict[str, ModuleType]:
    """Return the stand-ins by the names of the modules that they stand in for."""
    modules = {name: ModuleType(name) for name in _COMPARED}
    for name, kind in _COMPARED.items():
        vars(modules[name]).update({kind: _Compared(kind, (), {"__module__": name}), "load": _load_yaml})
    if _STANDS_IN_FOR_ASYNCIO:
        modules |= {"asyncio": ModuleType("asyncio"), _MARKS: ModuleType(_MARKS)}
        vars(modules["asyncio"]).update({name: _of_asyncio(name) for name in _ASYNCIO})
    return modules


@contextmanager
def _stand_ins() -> Iterator[None]:
    """Put stand-ins in the places of modules that are not loaded yet, in a process whose only thread this is.

    Another thread might import one of the modules itself in the meantime.
    """
    alone = threading.active_count() == 1
    absent = {name: module for name, module in _modules().items() if alone and name not in sys.modules}
    sys.modules |= absent
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with _stand_ins():
    from dependency_injector import containers, providers

__all__ = ["containers", "providers"]
