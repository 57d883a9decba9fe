"""A ledger's SQLite file: opening it, and transactions in it."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from adapters.local.sqlite_migration import prepare
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable

# How many seconds a writer waits for another process's write, at most.
_PATIENCE = 30.0
_MILLISECONDS = 1000

# A reader has a snapshot, and waits for no write; a writer has the file's write lock from its first statement on.
Mode: TypeAlias = Literal["DEFERRED", "IMMEDIATE"]


class SqliteFile:
    """The connection of one process to `FOLDER/ledger.sqlite3`; its threads use it in turn."""

    def __init__(self, folder: Path, is_alive: Callable[[str], bool]) -> None:
        """Use a folder; the first transaction makes it and its file if they are missing, and opens the file.

        `is_alive` tells whether the process with a presence is.
        """
        self._folder = folder
        self._is_alive = is_alive
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the connection, if there is one."""
        with self._lock:
            if self._opened:
                self._opened.close()

    @contextmanager
    def transaction(self, mode: Mode, deadline: Deadline) -> Iterator[sqlite3.Connection]:
        """Run all statements of a `with` block on one state of the file, and commit all of them or none.

        Raises `DependencyUnavailable`, also where another process writes for longer than the deadline leaves.
        """
        with self._lock, self._translated():
            database = self._connection()
            seconds = max(0.0, min(_PATIENCE, deadline()))
            database.execute(f"PRAGMA busy_timeout = {int(_MILLISECONDS * seconds)}")
            database.execute(f"BEGIN {mode}")
            with database:
                yield database

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = _connect(self._folder, self._is_alive)
            # Python 3.13 warns of a connection that is left open.
            weakref.finalize(self, self._opened.close)
        return self._opened

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise DependencyUnavailable(f"the ledger in {self._folder} does not work: {error}") from error


def _connect(folder: Path, is_alive: Callable[[str], bool]) -> sqlite3.Connection:
    """Open the folder's file, after making both if they are missing; raises `DependencyUnavailable`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DependencyUnavailable(f"cannot make the folder {folder}: {error.strerror}") from error
    path = folder / "ledger.sqlite3"
    with _alone_in(folder), ExitStack() as opened:
        database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        opened.callback(database.close)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        prepare(database, is_alive)
        opened.pop_all()  # nothing failed: keep the connection open
    return database


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes from opening the file meanwhile: a switch to WAL fails at once beside another connection."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
