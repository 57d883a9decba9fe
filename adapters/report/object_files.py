"""Result objects as files of this machine: the port `ResultObjects`."""

from __future__ import annotations

from pathlib import Path

from domain.errors import DependencyUnavailable


class ObjectFiles:
    """Reads files as they are."""

    def read(self, path: str) -> bytes | None:
        """Return what a file holds, or None if there is none; a folder in its place holds nothing.

        Raises `DependencyUnavailable`.
        """
        try:
            return Path(path).read_bytes()
        except FileNotFoundError:
            return None
        except IsADirectoryError:
            return b""
        except OSError as error:
            raise DependencyUnavailable(f"cannot read {path}: {error.strerror}") from error
