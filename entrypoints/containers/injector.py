"""dependency-injector for processes that people wait for, without the libraries that it only has to know classes of.

It imports pydantic-settings, PyYAML and each installed web framework, which takes longer than all else that a command
loads. While it is imported, stand-ins take the places of these libraries. docs/adr/0002 has the figures.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
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


def _load_yaml(stream: object, loader: type) -> object:
    """Read YAML by PyYAML itself."""
    yaml = importlib.import_module("yaml")
    document: object = yaml.load(stream, yaml.SafeLoader if isinstance(loader, _Compared) else loader)
    return document


@contextmanager
def _stand_ins() -> Iterator[None]:
    """Put stand-ins in the places of modules that are not loaded yet, in a process whose only thread this is.

    Another thread might import one of the modules itself in the meantime.
    """
    alone = threading.active_count() == 1
    absent = {name: kind for name, kind in _COMPARED.items() if alone and name not in sys.modules}
    for name, kind in absent.items():
        module = ModuleType(name)
        vars(module).update({kind: _Compared(kind, (), {"__module__": name}), "load": _load_yaml})
        sys.modules[name] = module
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with _stand_ins():
    from dependency_injector import containers, providers

__all__ = ["containers", "providers"]
