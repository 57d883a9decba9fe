"""The port `Upkeep` for one folder: its result files, and their marks in the ledger's SQLite file."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from adapters.local import sqlite_skips
from adapters.local.directory_results import DirectoryResultStore
from adapters.local.sqlite_file import SqliteFile
from adapters.local.sqlite_rows import DONE, NEW_DONE, NO_RESULTS, PRESENCES, places_bytes, read_places
from application.documents.result_keys import shard_of
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, SweepConflict
from domain.places import block_of, place_of

# What workers are writing, or left when they were killed.
_DRAFT = re.compile(r"\..+\.tmp")


class FolderUpkeep:
    """Looks after the results of one folder; `is_alive` tells whether the process with a presence is."""

    def __init__(self, results: DirectoryResultStore, file: SqliteFile, is_alive: Callable[[str], bool]) -> None:
        """Use the folder's results, and the file of its ledger."""
        self._results = results
        self._file = file
        self._is_alive = is_alive

    def others(self, sweep_id: str) -> Sequence[str]:
        """Return the names beside the sweep's result files that are not called like one, in order, but for drafts."""
        folder = Path(self._results.location(sweep_id))
        try:
            names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        except OSError as error:
            raise DependencyUnavailable(f"cannot read {folder}: {error.strerror}") from error
        return sorted(name for name in names if shard_of(name) is None and not _DRAFT.fullmatch(name))

    def set_back(self, sweep_id: str, versions: Mapping[int, str | None]) -> int:
        """Remove the files of these versions, and the marks of the shards' results; return how many shards had either.

        All of it happens while no other process can claim a block or mark an end. The files go first: if this is
        interrupted, their shards are found without a file, and are set back by the next call.
        """
        with self._file.transaction("IMMEDIATE", no_deadline) as database:
            present = database.execute(PRESENCES, {"id": sweep_id}).fetchall()
            if any(self._is_alive(presence) for (presence,) in present):
                raise SweepConflict(f"a process is running {sweep_id}; nothing more of it is set back")
            gone = [shard for shard, version in versions.items() if self._results.remove(sweep_id, shard, version)]
            return sum(_forget(database, sweep_id, shard) or versions[shard] is not None for shard in gone)


def _forget(database: sqlite3.Connection, sweep_id: str, shard: int) -> bool:
    """Remove the marks of a shard's results, and return whether there was one. A failure of the shard stays."""
    block = sweep_id, block_of(shard)
    found = database.execute(DONE, block).fetchone()
    done, bit = read_places(found[0]) if found else 0, 1 << place_of(shard)
    if done & bit:
        database.execute(NEW_DONE, (*block, places_bytes(done ^ bit)))
    sqlite_skips.forget(database, sweep_id, shard)
    marks = database.execute(NO_RESULTS, (sweep_id, shard)).rowcount
    return bool(done & bit or marks)
