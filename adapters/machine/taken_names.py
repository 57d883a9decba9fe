"""Module names that are taken: Python holds one module of a name, and that of this program, loaded first, stays.

A user's file of such a name would silently not be the one that is imported.
"""

from __future__ import annotations

import builtins
import inspect
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import FrameType, ModuleType

from domain.errors import TargetUnavailable

_PACKAGES = frozenset({"domain", "application", "adapters", "entrypoints"})
# None where our packages are loaded under other names, which leaves these to the user (serverless_sweep/_own).
OUR_PACKAGES = _PACKAGES & {__name__.partition(".")[0]} and _PACKAGES


def check_module_name(module: str) -> None:
    """Raise `TargetUnavailable` for the module of a target whose name this program or Python has taken."""
    name = module.partition(".")[0]
    other = _other_place(name, sys.path)
    if name in OUR_PACKAGES or other:
        raise TargetUnavailable.at("target", f"the module {module} cannot be imported: {_reason(name, other)}")


def refuse_taken_names(paths: Sequence[str]) -> None:
    """Have the imports of the modules in these folders refused that would find a module of another place.

    From now on such an import raises `TargetUnavailable`, be it while the target's module is imported or in a call.
    """
    taken = dict(_taken(paths))
    if taken:
        _check_imports(taken, paths)


def _taken(paths: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Yield the loaded names that lie in these folders too, and where."""
    there = {entry.partition(".")[0] for path in paths if Path(path).is_dir() for entry in os.listdir(path)}  # noqa: PTH208 - names alone
    for name in there & sys.modules.keys():
        place = _other_place(name, paths)
        if place:
            yield name, place


def _other_place(name: str, paths: Sequence[str]) -> Path | None:
    """Return where a module lies in the paths, if another one of its name is loaded."""
    loaded = getattr(sys.modules.get(name), "__file__", None)
    spec = PathFinder.find_spec(name, paths) if loaded else None
    place = _place(name, spec) if spec else None
    return None if place is None or loaded is None or _is_same(place, loaded) else place


def _place(name: str, spec: ModuleSpec) -> Path | None:
    """Return a module's file, or the folder of a package without `__init__.py`."""
    if spec.origin:
        return Path(spec.origin)
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    # Such a folder never comes before a package with `__init__.py`, so that only ours can stand in its way.
    return next((folder for folder in folders if name in OUR_PACKAGES and any(folder.glob("**/*.py"))), None)


def _is_same(place: Path, loaded: str) -> bool:
    try:
        return place.samefile(loaded)
    except OSError:
        return False


def _check_imports(taken: Mapping[str, Path], paths: Sequence[str]) -> None:
    plain_import = builtins.__import__

    @cache
    def is_users(module: str) -> bool:
        return module not in OUR_PACKAGES and PathFinder.find_spec(module, paths) is not None

    def checked_import(
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - Python's own name of it
        locals: Mapping[str, object] | None = None,  # noqa: A002 - likewise
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        top = name.partition(".")[0]
        if level == 0 and top in taken and is_users(str((globals or {}).get("__name__")).partition(".")[0]):
            caller = inspect.currentframe()
            raise TargetUnavailable.at("target", f"{_importing(caller)} imports {name}: {_reason(top, taken[top])}")
        return plain_import(name, globals, locals, fromlist, level)

    builtins.__import__ = checked_import


def _importing(frame: FrameType | None) -> str:
    """Return file and line of the import that called a frame."""
    caller = frame.f_back if frame else None
    return f"{Path(caller.f_code.co_filename).name}, line {caller.f_lineno}," if caller else "the target"


def _reason(name: str, place: Path | None) -> str:
    owner = "is a package of serverless-sweep's own" if name in OUR_PACKAGES else "is a module that is loaded already"
    return f"{name} {owner}; rename {place or 'yours'}"
