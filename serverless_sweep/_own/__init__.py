"""The four packages of serverless-sweep under names of their own, such as `serverless_sweep._own.domain`.

Their plain names stay free for packages of the user's, which may be called `domain` as well. docs/adr/0015 has the
reasons. Nothing outside this folder and nothing that a user imports is changed: a finder that knows these names alone
loads the same files, and runs each with a built-in `__import__` that finds the four packages here.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType

_PACKAGES = frozenset({"domain", "application", "adapters", "entrypoints"})
# The packages lie side by side, in a clone as in an installation.
__path__ = [str(Path(__file__).parents[2])]


class _Finder:
    """Finds the modules whose names begin with this package's."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return the spec of one of the modules; None for any other name."""
        package, _, own = name.partition(f"{__name__}.")
        if package or own.partition(".")[0] not in _PACKAGES:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.origin:
            spec.loader = _Loader(name, spec.origin)
        return spec


class _Loader(SourceFileLoader):
    """Loads a module, whose functions keep our `__import__` for the imports that they make when they are called."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module. `exec` takes the built-in names from its globals, where they are there already."""
        vars(module)["__builtins__"] = _BUILTINS
        super().exec_module(module)


def _import(
    name: str,
    globals: Mapping[str, object] | None = None,  # noqa: A002 - Python's own name of it
    locals: Mapping[str, object] | None = None,  # noqa: A002 - likewise
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """Import as Python does, but one of the four packages from here."""
    top = name.partition(".")[0]
    if level or top not in _PACKAGES:
        return builtins.__import__(name, globals, locals, fromlist, level)
    found = builtins.__import__(f"{__name__}.{name}", globals, locals, fromlist)
    # `import domain.plan` binds `domain`, and `from domain.plan import ...` needs the module itself.
    return found if fromlist else importlib.import_module(f"{__name__}.{top}")


_BUILTINS = {**vars(builtins), "__import__": _import}
sys.meta_path.insert(0, _Finder)
