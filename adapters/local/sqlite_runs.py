"""The runs in the ledger's SQLite file: the port `Runs` for one machine."""

from __future__ import annotations

import json
from contextlib import suppress

from adapters.local.sqlite_file import SqliteFile
from application.documents.compact_json import encode
from application.ports.runs import Run
from domain.dispatch_policy import no_deadline

_FORGET = "DELETE FROM runs WHERE sweep_id = ?"
_NEW_RUN = "INSERT INTO runs (sweep_id, digest, sources, import_paths, started_in) VALUES (?, ?, ?, ?, ?)"
_RUN = "SELECT sweep_id, digest, sources, import_paths, started_in FROM runs"
_RUN_OF = f"{_RUN} WHERE sweep_id = ? ORDER BY number DESC LIMIT 1"
_LAST_RUN = f"{_RUN} WHERE digest = ? ORDER BY number DESC LIMIT 1"
_NEW_LATEST = "INSERT INTO latest VALUES (0, ?) ON CONFLICT DO UPDATE SET sweep_id = excluded.sweep_id"
_LATEST = "SELECT sweep_id FROM latest"


class SqliteRuns:
    """The last run of every sweep of one folder, and the latest sweep."""

    def __init__(self, file: SqliteFile) -> None:
        """Use the file of the folder's ledger."""
        self._file = file

    def begin(self, run: Run) -> None:
        """Remember a run in place of earlier ones of its sweep, and its sweep as the latest."""
        row = run.sweep_id, run.digest, encode(dict(run.sources)), encode(list(run.import_paths)), run.started_in
        with self._file.transaction("IMMEDIATE", no_deadline) as database:
            database.execute(_FORGET, (run.sweep_id,))
            database.execute(_NEW_RUN, row)
            database.execute(_NEW_LATEST, (run.sweep_id,))

    def of(self, sweep_id: str) -> Run | None:
        """Return the last run of a sweep; None if there is none, or if its row is damaged."""
        return self._read(_RUN_OF, sweep_id)

    def last_of(self, digest: str) -> Run | None:
        """Return the last run of a request with this digest; None if there is none, or if its row is damaged."""
        return self._read(_LAST_RUN, digest)

    def deal_with(self, sweep_id: str) -> None:
        """Remember a sweep as the latest."""
        with self._file.transaction("IMMEDIATE", no_deadline) as database:
            database.execute(_NEW_LATEST, (sweep_id,))

    def latest(self) -> str | None:
        """Return the sweep that the last command dealt with, or None."""
        with self._file.transaction("DEFERRED", no_deadline) as database:
            row = database.execute(_LATEST).fetchone()
        return row[0] if row else None

    def _read(self, statement: str, key: str) -> Run | None:
        with self._file.transaction("DEFERRED", no_deadline) as database:
            row = database.execute(statement, (key,)).fetchone()
        with suppress(TypeError, ValueError):
            sweep_id, digest, sources, import_paths, started_in = row
            digests = {str(name): str(one) for name, one in dict(json.loads(sources)).items()}
            return Run(sweep_id, digest, digests, tuple(map(str, json.loads(import_paths))), started_in)
        return None
