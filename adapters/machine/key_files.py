"""Pending idempotency keys in a folder, a file each: the port `PendingKeys`."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from domain.errors import DependencyUnavailable

_KEY = re.compile(r"[0-9a-f]{32}")


class KeyFiles:
    """One file for each request that is being submitted, named by the request's digest."""

    def __init__(self, folder: Path) -> None:
        """Use this folder, which the first key makes."""
        self._folder = folder

    def begin(self, digest: str) -> str:
        """Return the key of the request, on the disk by then; two callers at once get the same one."""
        path = self._folder / digest
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                self._write(path)
            key = path.read_text(encoding="ascii")
        except (OSError, ValueError) as error:
            raise DependencyUnavailable(f"cannot keep the idempotency key in {path}: {error}") from error
        if not _KEY.fullmatch(key):
            raise DependencyUnavailable(
                f"{path} holds no idempotency key; look with `sweep list` for the sweep, then delete the file"
            )
        return key

    def end(self, digest: str) -> None:
        """Remove the request's file."""
        try:
            (self._folder / digest).unlink(missing_ok=True)
        except OSError as error:
            raise DependencyUnavailable(f"cannot remove {self._folder / digest}: {error.strerror}") from error

    def _write(self, path: Path) -> None:
        """Write a new key whole or not at all; that of another caller who was first stays."""
        draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        with draft.open("w", encoding="ascii") as file:
            file.write(secrets.token_hex(16))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)
