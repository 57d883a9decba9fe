"""The result objects that are on this machine: reading them as they are, damaged ones too."""

from __future__ import annotations

from typing import Protocol


class ResultObjects(Protocol):
    """Reads result objects by their paths."""

    def read(self, path: str) -> bytes | None:
        """Return what an object holds, or None if it is not there; raises `DependencyUnavailable`."""
        ...
