"""Whose a file of code is, by the folder that it lies in."""

from __future__ import annotations

import os
import sysconfig
import tempfile
from collections.abc import Iterable
from enum import Enum, auto
from pathlib import Path

_PACKAGES = ("domain", "application", "adapters", "entrypoints", "serverless_sweep")
_OURS = [str(Path(__file__).parents[2] / name) for name in _PACKAGES]
# What these folders hold was installed, in whichever environment they are.
_INSTALLED = {"site-packages", "dist-packages"}


class Place(Enum):
    """Who changes a file of code."""

    USERS = auto()
    INSTALLED = auto()
    PYTHONS_OR_OURS = auto()


class SourcePlaces:
    """Finds the place of a file: the innermost folder around it that is known decides.

    So an environment in the user's folder is not the user's, and a folder of the user's in a library is. A folder in
    none of the known ones is the user's: that is where editable installs and the folders of PYTHONPATH lie.
    """

    def __init__(self, import_paths: Iterable[str]) -> None:
        """Know the folders of Python and of this program, and the user's import paths."""
        pythons = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
        self._places = {os.path.realpath(folder): Place.PYTHONS_OR_OURS for folder in (*pythons, *_OURS)}
        # Programs write modules with a new name each time into the temporary folder, and import them.
        self._places[os.path.realpath(tempfile.gettempdir())] = Place.INSTALLED
        self._places |= {os.path.realpath(folder): Place.USERS for folder in import_paths}

    def of(self, path: str) -> Place:
        """Return the place of a file or a folder, whose path has no symbolic links."""
        if path not in self._places:
            parent, name = os.path.split(path)
            around = self.of(parent) if parent != path else Place.USERS
            self._places[path] = Place.INSTALLED if name in _INSTALLED else around
        return self._places[path]
