"""Which functions and classes another process can import by their names."""

from __future__ import annotations

import sys
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType


def module_name(code: object) -> str:
    """Return the module that a function or a class is of; that of the function of a partial one."""
    while isinstance(code, partial):
        code = code.func
    return str(getattr(code, "__module__", None))


def module_holds(code: object) -> bool:
    """Return whether a process with the same import paths finds this function or class in its module."""
    module = sys.modules.get(module_name(code))
    if module is None or not is_importable(module):
        return False
    found: object = module
    for part in str(getattr(code, "__qualname__", "")).split("."):
        found = getattr(found, part, None)
    return found is code


def is_importable(module: ModuleType) -> bool:
    """Return whether an import by the module's name, in another process, would find this module."""
    if module.__name__ == "__main__":
        return False
    spec = _spec(module.__name__)
    file = getattr(module, "__file__", None)
    # Modules that Python has built in or frozen have no location.
    return spec is not None and (file is None or not spec.has_location or _is_same(spec.origin, file))


def _spec(name: str) -> ModuleSpec | None:
    """Find a module anew: where it is loaded, `importlib.util.find_spec` would only return how that was done."""
    path: list[str] | None = None
    spec: ModuleSpec | None = None
    parts = name.split(".")
    for number in range(len(parts)):
        whole = ".".join(parts[: number + 1])
        found = (finder.find_spec(whole, path) for finder in sys.meta_path if hasattr(finder, "find_spec"))
        spec = next((one for one in found if one), None)
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or ())
    return spec


def _is_same(origin: str | None, file: str) -> bool:
    try:
        return origin is not None and Path(origin).samefile(file)
    except OSError:
        return False
