"""The port `Removal` for one folder: a sweep's results, its logs, its table of points, and its rows in the ledger."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.local.run_log import RunLogs
from adapters.local.sqlite_file import SqliteFile
from adapters.local.sqlite_rows import PRESENCES
from application.documents.result_keys import results_prefix
from application.documents.table_chunks import table_prefix
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, SweepConflict
from domain.space.names import TABLE_DIGEST

_ROWS = ("blocks", "dispatches", "ends", "runs", "latest", "assigned", "undelivered", "skipped")


class FolderRemoval:
    """Removes sweeps of one folder; `is_alive` tells whether the process with a presence is."""

    def __init__(self, root: Path, file: SqliteFile, is_alive: Callable[[str], bool]) -> None:
        """Use the folder of the results, and the file of its ledger."""
        self._root = root
        self._file = file
        self._is_alive = is_alive
        self._logs = RunLogs(root)

    def size(self, sweep_id: str) -> int:
        """Return how many bytes the sweep's results have."""
        with self._translated():
            files = [*self._folder(sweep_id).rglob("*"), *self._logs.of(sweep_id)]
            return sum(path.stat().st_size for path in files if path.is_file())

    def remove(self, sweep_id: str) -> None:
        """Remove the sweep's results, logs and rows; raises `SweepConflict` if a process is running it.

        So is the table of its points, unless another sweep has it too. The results go out of sight first: a process
        that is killed then leaves a sweep that can be removed again.
        """
        with self._file.transaction("IMMEDIATE", no_deadline) as database:
            presences = database.execute(PRESENCES, {"id": sweep_id}).fetchall()
            if any(self._is_alive(presence) for (presence,) in presences):
                raise SweepConflict(f"a process is running {sweep_id}; it is not removed")
            with self._translated():
                self._hide(self._folder(sweep_id))
                for digest in _tables_of_no_other(database, sweep_id):
                    self._hide(self._root / table_prefix(digest))
            _remove_rows(database, sweep_id)
        with self._translated():
            for log in self._logs.of(sweep_id):
                log.unlink(missing_ok=True)
            # With what earlier removals left, if they were killed.
            shutil.rmtree(self._hidden)

    def _hide(self, folder: Path) -> None:
        self._hidden.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            folder.rename(self._hidden / f"{folder.name}.{secrets.token_hex(4)}")

    @property
    def _hidden(self) -> Path:
        return self._root / ".removed"

    def _folder(self, sweep_id: str) -> Path:
        return (self._root / results_prefix(sweep_id)).parent

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            place = error.filename or self._root
            raise DependencyUnavailable(f"cannot read or remove {place}: {error.strerror}") from error


def _tables_of_no_other(database: sqlite3.Connection, sweep_id: str) -> Iterator[str]:
    """Yield the digest of the sweep's table of points, if it has one and no other sweep names it."""
    found = database.execute("SELECT request FROM sweeps WHERE id = ?", (sweep_id,)).fetchone()
    # What cannot be read names no table; what is left of one takes space, and nothing else.
    with suppress(ValueError, LookupError, TypeError):
        digest = json.loads(found[0])["design"]["table"]
        others = database.execute(
            "SELECT 1 FROM sweeps WHERE id != ? AND instr(request, ?) LIMIT 1", (sweep_id, digest)
        )
        if re.fullmatch(TABLE_DIGEST, digest) and not others.fetchone():
            yield digest


def _remove_rows(database: sqlite3.Connection, sweep_id: str) -> None:
    for table in _ROWS:
        database.execute(f"DELETE FROM {table} WHERE sweep_id = ?", (sweep_id,))  # noqa: S608 - a name of this file
    database.execute("DELETE FROM sweeps WHERE id = ?", (sweep_id,))
