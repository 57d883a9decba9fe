"""Says which targets a bundle lacks, without importing them: the bundle may be for another processor."""

from __future__ import annotations

import re
import symtable
import sys
from pathlib import Path

# What binds names that only running the module can tell.
UNFORESEEABLE = re.compile(r"import \*|\b__getattr__\b|\bglobals\(|\bexec\(|\bsetattr\(|^\s*global ", re.MULTILINE)


class MissingTargetsError(Exception):
    """The bundle lacks targets that a sweep may have; the message names them and what to do."""


def refuse_missing(bundle: Path, targets: tuple[str, ...], folders: tuple[Path, ...]) -> None:
    """Raise `MissingTargetsError` if a bundle, made with these target folders, lacks one of these targets."""
    found = {target: what_lacks(bundle, target) for target in targets}
    lacking = [f"{target}: {lack}" for target, lack in found.items() if lack]
    if lacking:
        having = ", ".join(map(str, folders)) or "no target folder"
        raise MissingTargetsError(
            "AllowedTargets names what is not in the bundle, so nothing is deployed:\n  "
            + "\n  ".join(lacking)
            + f'\nThe bundle has {having}. Name every target\'s folder, as in TARGETS="one another", '
            "or leave the target out of AllowedTargets."
        )


def what_lacks(bundle: Path, target: str) -> str:
    """Return what a bundle lacks of a target `module:function`, or an empty text."""
    module, _, function = target.partition(":")
    if module.partition(".")[0] in sys.stdlib_module_names:
        return ""
    place = bundle / Path(*module.split("."))
    sources = [source for source in (place / "__init__.py", place.with_suffix(".py")) if source.is_file()]
    if not sources:
        compiled = any(place.parent.glob(f"{place.name}.*so"))
        return "" if compiled else f"there is no module {module}"
    return "" if _binds(sources[0], function) else f"the module {module} has no {function}"


def _binds(source: Path, name: str) -> bool:
    """Return whether a module gives itself a name, or may do so when it runs."""
    text = source.read_text(encoding="utf-8", errors="replace")
    if UNFORESEEABLE.search(text):
        return True
    try:
        symbols = symtable.symtable(text, str(source), "exec").get_symbols()
    except SyntaxError:
        return True  # Lambda's Python, which may be a later one, will tell.
    bound = (one for one in symbols if one.is_assigned() or one.is_imported() or one.is_namespace())
    return name in {one.get_name() for one in bound}
