"""The logs of a folder: what the targets of a run in the background print, and what ends such a run early."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from domain.errors import DependencyUnavailable


class RunLog:
    """The log of one run: `logs/SWEEP.log` in the folder; that of the sweep's second run is `logs/SWEEP.2.log`."""

    def __init__(self, folder: Path) -> None:
        """Make a log that has no sweep yet; raises `DependencyUnavailable`."""
        try:
            (folder / "logs").mkdir(parents=True, exist_ok=True)
            self._path = folder / "logs" / f"starting-{secrets.token_hex(8)}.log"
            self.descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o666)
        except OSError as error:
            raise DependencyUnavailable(f"cannot write to {folder}: {error.strerror}") from error

    def begin(self, sweep_id: str) -> None:
        """Name the log after the sweep; those of earlier runs stay."""
        for path in map(self._path.with_name, _names(sweep_id)):
            with suppress(FileExistsError):
                os.link(self._path, path)
                self._path.unlink()
                self._path = path
                return

    def end(self) -> None:
        """Remove the log if nothing was written."""
        if not os.fstat(self.descriptor).st_size:
            self.remove()

    def remove(self) -> None:
        """Remove the log."""
        self._path.unlink(missing_ok=True)


class RunLogs:
    """The logs of all sweeps of a folder."""

    def __init__(self, folder: Path) -> None:
        """Read nothing yet."""
        self._folder = folder / "logs"

    def __call__(self, sweep_id: str) -> str | None:
        """Return the path of the log of a sweep's last run; None if nothing was written there."""
        written = [path for _, size, path in self._found(sweep_id) if size]
        return str(written[-1]) if written else None

    def of(self, sweep_id: str) -> list[Path]:
        """Return the paths of a sweep's logs, the last one last."""
        return [path for _, _, path in self._found(sweep_id)]

    def _found(self, sweep_id: str) -> list[tuple[int, int, Path]]:
        """Return of each log when it was last written to, its size, and its path."""
        found = []
        for path in self._folder.glob(f"{sweep_id}.*log"):
            # An empty one is removed when its run ends.
            with suppress(FileNotFoundError):
                state = path.stat()
                found.append((state.st_mtime_ns, state.st_size, path))
        return sorted(found)


def _names(sweep_id: str) -> Iterator[str]:
    yield f"{sweep_id}.log"
    yield from (f"{sweep_id}.{number}.log" for number in count(2))
