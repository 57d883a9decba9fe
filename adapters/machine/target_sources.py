"""The sources of a target: which of the user's files decide its results, and what the target holds.

docs/sweep-file.md says what is seen, and what cannot be seen.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES
from pathlib import Path

from adapters.machine.held_values import HeldValues
from adapters.machine.source_places import Place, SourcePlaces
from adapters.machine.syntax_digest import syntax_digest
from application.ports.target_loader import Target
from domain.target_sources import TargetSources

# Their bytes are digested, as there is no source to parse.
_BINARY = (*BYTECODE_SUFFIXES, *EXTENSION_SUFFIXES)


@dataclass(frozen=True, slots=True)
class _Module:
    """A loaded module, its file, and whose it is."""

    name: str
    file: str
    place: Place

    @property
    def label(self) -> str:
        """The path by which it was imported; the name of its file alone if it was loaded under another name."""
        folder, file = os.path.split(self.file)
        stem, dot, suffix = file.partition(".")
        parts = self.name.split(".")
        path = Path(folder, *([] if stem == "__init__" else [stem]))
        if path.parts[-len(parts) :] != tuple(parts):
            return file
        return "/".join([*parts, *(["__init__"] if stem == "__init__" else [])]) + dot + suffix


def target_sources(name: str, target: Target, import_paths: Iterable[str]) -> TargetSources:
    """Return the sources of an imported target `module:function`: a SHA-256, in hexadecimal, by each one's name.

    A file has the path by which it is imported as its name, such as `model.py` or `package/part.py`; what the target
    holds has the target's. A file that cannot be read is left out.
    """
    modules = list(_modules(SourcePlaces(import_paths)))
    package = name.partition(":")[0].partition(".")[0]
    own = {one.name for one in modules if one.place is Place.USERS or one.name.partition(".")[0] == package}
    held = HeldValues(own)
    digest = held.digest(target)
    used = own | held.modules
    return {name: digest, **_digests(one for one in modules if one.name in used)}


def _modules(places: SourcePlaces) -> Iterator[_Module]:
    """Yield the modules that are loaded from a file, except for those of Python and of this program."""
    for name, module in sys.modules.copy().items():
        # Anything may be in this table and be called a module's file.
        with suppress(AttributeError, KeyError, TypeError, ValueError, OSError):
            # Asked for in any other way, a lazy module would load itself.
            file = os.fsdecode(object.__getattribute__(module, "__dict__")["__file__"])
            place = places.of(os.path.realpath(file))
            if place is not Place.PYTHONS_OR_OURS:
                yield _Module(name, file, place)


def _digests(modules: Iterable[_Module]) -> dict[str, str]:
    """Return the digest of each file by its name; files with one name have one digest."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in modules:
        digest = _file_digest(one.file)
        if digest:
            found[one.label].add(digest)
    return {label: _together(digests) for label, digests in found.items()}


def _file_digest(file: str) -> str | None:
    path = Path(file)
    try:
        # A pipe may be named as a module's file: reading it would not end.
        content = path.read_bytes() if path.is_file() else None
    except (OSError, ValueError):
        return None
    if content is None:
        return None
    return hashlib.sha256(content).hexdigest() if file.endswith(_BINARY) else syntax_digest(content)


def _together(digests: set[str]) -> str:
    return digests.pop() if len(digests) == 1 else hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()
