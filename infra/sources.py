"""Copies the layers and the user's target folders into a bundle, each to the path from which it is imported."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.wheels import JUNK

ROOT = Path(__file__).parent.parent
LAYERS = ("domain", "application", "adapters", "entrypoints")
# Lambda imports from the bundle first, so a folder with a module's name would replace Python's own.
OWNERS = {
    **dict.fromkeys(sys.stdlib_module_names, "a module of Python's own"),
    **dict.fromkeys(LAYERS, "a package of this project"),
}


class TargetFolderError(Exception):
    """A target folder cannot go into a bundle; the message says why, and what to do."""


def refuse_what_is_no_folder(targets: tuple[Path, ...]) -> None:
    """Raise `TargetFolderError` for the first target that is no folder, or is the project's own."""
    for folder in targets:
        if not folder.is_dir():
            raise TargetFolderError(f"{folder} is no folder; TARGETS names folders of Python modules")
        if not import_path(folder).parts:
            raise TargetFolderError(f"{folder} is the project itself; TARGETS names folders inside or beside it")


def refuse_taken_names(targets: tuple[Path, ...], owners: Mapping[str, str]) -> None:
    """Raise `TargetFolderError` for the first target whose import name has an owner; `owners` says which, by name."""
    for folder in targets:
        name = import_path(folder).parts[0]
        if name in owners:
            raise TargetFolderError(
                f"the target folder {folder} would be imported as {'.'.join(import_path(folder).parts)}, but {name} is "
                f"{owners[name]}, which the folder would overwrite in the bundle; give the folder another name"
            )


def copy_sources(into: Path, targets: tuple[Path, ...]) -> None:
    """Copy the layers and the target folders, with the `__init__.py` of every package around them."""
    for folder in (*(ROOT / layer for layer in LAYERS), *targets):
        place = import_path(folder)
        shutil.copytree(folder, into / place, ignore=shutil.ignore_patterns(*JUNK), dirs_exist_ok=True)
        for parent in list(place.parents)[:-1]:
            marker = ROOT / parent / "__init__.py"
            if marker.is_file():
                shutil.copyfile(marker, into / parent / "__init__.py")


def import_path(folder: Path) -> Path:
    """Return a folder's path in a bundle: the one inside the project, or only its name if it is elsewhere."""
    resolved = folder.resolve()
    return resolved.relative_to(ROOT.resolve()) if resolved.is_relative_to(ROOT.resolve()) else Path(resolved.name)
