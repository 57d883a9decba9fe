"""What is built from what. The only module that knows dependency-injector, and the only place that chooses adapters.

Adapters are imported when they are first built, so that nobody loads the libraries of somebody else's adapters.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dependency_injector import containers, providers

from application.describe_sweep import DescribeSweep
from application.list_sweeps import ListSweeps
from application.run_shard import FailShard
from application.submit_sweep import SubmitSweep
from domain.limits import Limits

if TYPE_CHECKING:
    from adapters.directory_results import DirectoryResultStore
    from adapters.process_invoker import ProcessInvoker
    from adapters.sqlite_ledger import SqliteLedger
    from application.ports import Clock, IdSource

# What one machine can reasonably keep files for; the payload only has to fit through a pipe.
LOCAL_LIMITS = Limits(max_shards=1_000_000, max_payload_bytes=64_000_000)


def _clock() -> Clock:
    from adapters.system_clock import SystemClock

    return SystemClock()


def _ids() -> IdSource:
    from adapters.system_clock import RandomIds

    return RandomIds()


def _sqlite_ledger(folder: Path, clock: Clock) -> SqliteLedger:
    from adapters.sqlite_ledger import SqliteLedger

    return SqliteLedger(folder, clock)


def _directory_results(folder: Path) -> DirectoryResultStore:
    from adapters.directory_results import DirectoryResultStore

    return DirectoryResultStore(folder)


def _process_invoker(
    folder: Path, target: str, names: Sequence[str], import_paths: Sequence[str], workers: int
) -> ProcessInvoker:
    from adapters.process_invoker import ProcessInvoker, WorkerSetup

    # -P: what lies in the current folder must not stand in for a module of ours.
    command = (sys.executable, "-P", "-m", "entrypoints.local_worker")
    return ProcessInvoker(WorkerSetup(command, str(folder), target, names, import_paths), workers)


class LocalContainer(containers.DeclarativeContainer):
    """One machine: `folder` holds the ledger and the results, worker processes evaluate `target`."""

    folder: providers.Dependency[Path] = providers.Dependency(instance_of=Path)
    target: providers.Dependency[str] = providers.Dependency(instance_of=str)
    names: providers.Dependency[Sequence[str]] = providers.Dependency()
    import_paths: providers.Dependency[Sequence[str]] = providers.Dependency()
    workers: providers.Dependency[int] = providers.Dependency(instance_of=int)

    clock: providers.Provider[Clock] = providers.Singleton(_clock)
    ids: providers.Provider[IdSource] = providers.Singleton(_ids)
    ledger: providers.Provider[SqliteLedger] = providers.Singleton(_sqlite_ledger, folder, clock)
    results: providers.Provider[DirectoryResultStore] = providers.Singleton(_directory_results, folder)
    invoker: providers.Provider[ProcessInvoker] = providers.Singleton(
        _process_invoker, folder, target, names, import_paths, workers
    )

    submit_sweep: providers.Provider[SubmitSweep] = providers.Factory(
        SubmitSweep, ledger, invoker, clock, ids, providers.Object(LOCAL_LIMITS)
    )
    describe_sweep: providers.Provider[DescribeSweep] = providers.Factory(DescribeSweep, ledger, results)
    list_sweeps: providers.Provider[ListSweeps] = providers.Factory(ListSweeps, ledger)
    fail_shard: providers.Provider[FailShard] = providers.Factory(FailShard, ledger)
