"""The latest sweep of a place, in a file: the port `Latest`."""

from __future__ import annotations

import os
from pathlib import Path

from domain.errors import DependencyUnavailable


class LatestFile:
    """One file with the id of the sweep that the last command dealt with."""

    def __init__(self, path: Path) -> None:
        """Use this file, which the first command makes with its folder."""
        self._path = path

    def deal_with(self, sweep_id: str) -> None:
        """Write the id, whole or not at all."""
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.write_text(f"{sweep_id}\n", encoding="utf-8")
            draft.replace(self._path)
        except OSError as error:
            raise DependencyUnavailable(f"cannot keep the latest sweep in {self._path}: {error.strerror}") from error

    def latest(self) -> str | None:
        """Return the id; None without a file, or for one that cannot be read, as a memory is no more than a help."""
        try:
            return self._path.read_text(encoding="utf-8").strip() or None
        except (OSError, ValueError):
            return None
