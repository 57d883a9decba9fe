"""What the processes that work on one folder have in common: the clock, the ledger's file, the results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.local.directory_results import DirectoryResultStore
    from adapters.local.directory_tables import DirectoryTables
    from adapters.local.presence import Presences
    from adapters.local.sqlite_file import SqliteFile
    from adapters.local.sqlite_ledger import SqliteLedger
    from adapters.machine.function_files import FunctionFiles
    from application.ports.clock import Clock


def clock() -> Clock:
    """Return the machine's clock."""
    from adapters.machine.clock import SystemClock

    return SystemClock()


def ledger(folder: Path, clock: Clock) -> SqliteLedger:
    """Return the ledger in the folder's file."""
    from adapters.local.sqlite_ledger import SqliteLedger

    return SqliteLedger(folder, clock)


def ledger_file(folder: Path) -> SqliteFile:
    """Return a further connection to the ledger's file."""
    from adapters.local.sqlite_file import SqliteFile

    return SqliteFile(folder, presences(folder).has)


def presences(folder: Path) -> Presences:
    """Return the signs of the folder's processes."""
    from adapters.local.presence import Presences

    return Presences(folder / "presence")


def results(folder: Path) -> DirectoryResultStore:
    """Return the result store below the folder."""
    from adapters.local.directory_results import DirectoryResultStore

    return DirectoryResultStore(folder)


def tables(folder: Path) -> DirectoryTables:
    """Return the tables of points below the folder."""
    from adapters.local.directory_tables import DirectoryTables

    return DirectoryTables(folder)


def functions(folder: Path) -> FunctionFiles:
    """Return the functions that no module holds, which are kept below the folder."""
    from adapters.machine.function_files import FunctionFiles

    return FunctionFiles(folder / "functions")
