"""A worker process of the local engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from application.execute_shard import ExecuteShard
from entrypoints.containers import folder as shared
from entrypoints.containers.injector import containers, providers

if TYPE_CHECKING:
    from adapters.local.directory_results import DirectoryResultStore
    from adapters.local.sqlite_ledger import SqliteLedger
    from adapters.machine.forks import SystemForks
    from adapters.machine.python_targets import PythonTargets
    from application.ports.clock import Clock
    from application.ports.point_tables import PointTables


def _targets(folder: Path) -> PythonTargets:
    from adapters.machine.python_targets import PythonTargets

    return PythonTargets(shared.functions(folder))


def _forks() -> SystemForks:
    from adapters.machine.forks import SystemForks

    return SystemForks()


class LocalWorkerContainer(containers.DeclarativeContainer):
    """`folder` holds the ledger and the results; any target may run."""

    folder: providers.Dependency[Path] = providers.Dependency(instance_of=Path)

    clock: providers.Provider[Clock] = providers.Singleton(shared.clock)
    ledger: providers.Provider[SqliteLedger] = providers.Singleton(shared.ledger, folder, clock)
    results: providers.Provider[DirectoryResultStore] = providers.Singleton(shared.results, folder)
    targets: providers.Provider[PythonTargets] = providers.Singleton(_targets, folder)
    forks: providers.Provider[SystemForks] = providers.Singleton(_forks)

    tables: providers.Provider[PointTables] = providers.Singleton(shared.tables, folder)

    execute_shard: providers.Provider[ExecuteShard] = providers.Singleton(
        ExecuteShard, ledger, results, targets, forks, tables=tables
    )
