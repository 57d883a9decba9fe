"""Presence: a sign that a process is alive, which the operating system removes when the process ends, however it ends.

It is an exclusive lock (`flock`) on a file of its own. Another process asks for a shared lock, and receives it only if
the first one is dead. A process number would be no such sign, since the system uses numbers again.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from pathlib import Path


class Presence:
    """The sign of this process, from construction until `close` or the end of the process."""

    def __init__(self, folder: Path) -> None:
        """Make the sign in `folder`, which need not exist, and remove dead processes' signs there; raises `OSError`."""
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder)
        self.id = secrets.token_hex(8)
        self._path = _path(folder, self.id)
        hidden = self._path.with_suffix(".new")
        self._descriptor = os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        # Lock it before it has its name, or another process would remove it as the sign of a dead one.
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        hidden.rename(self._path)

    def close(self) -> None:
        """Remove the sign; a second call does nothing."""
        if self._descriptor >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1


def is_present(folder: Path, presence_id: str) -> bool:
    """Return whether the process with this sign is alive; raises `OSError` if its file cannot be opened."""
    return _is_held(_path(folder, presence_id))


class Presences:
    """The signs in one folder: our own, which is made when it is first needed, and those of other processes."""

    def __init__(self, folder: Path) -> None:
        """Make no sign yet."""
        self._folder = folder
        self._lock = threading.Lock()
        self._own: Presence | None = None

    def own(self) -> str:
        """Return the id of our own sign, which lasts until `close` or the end of the process; raises `OSError`.

        After `close` it is another one.
        """
        with self._lock:
            if self._own is None:
                self._own = Presence(self._folder)
            return self._own.id

    def has(self, presence_id: str) -> bool:
        """Return whether the process with this sign is alive; raises `OSError` if its file cannot be opened."""
        return is_present(self._folder, presence_id)

    def close(self) -> None:
        """Remove our own sign, if it was made."""
        with self._lock:
            if self._own:
                self._own.close()
                self._own = None


def _path(folder: Path, presence_id: str) -> Path:
    return folder / f"{presence_id}.lock"


def _is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _clear(folder: Path) -> None:
    for path in folder.glob("*.lock"):
        if not _is_held(path):
            path.unlink(missing_ok=True)
