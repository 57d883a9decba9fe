"""The command line on one machine."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from application.describe_sweep import DescribeSweep
from application.dispatch_shards import DispatchShards
from application.fail_shard import FailShard
from application.find_sweep import FindSweep
from application.place import Place
from application.plan_sweep import PlanSweep
from application.remove_sweeps import RemoveSweeps
from application.retry_sweep import RetrySweep
from application.run_sweep import RunSweep
from application.start_run import StartRun
from application.submit_once import SubmitOnce
from application.submit_sweep import SubmitSweep
from application.survey import Survey
from application.sweeps import Sweeps
from domain.limits import Limits
from entrypoints.containers import folder as shared
from entrypoints.containers import use_cases
from entrypoints.containers.injector import containers, providers

if TYPE_CHECKING:
    from adapters.local.directory_results import DirectoryResultStore
    from adapters.local.folder_removal import FolderRemoval
    from adapters.local.folder_upkeep import FolderUpkeep
    from adapters.local.process_engine import ProcessEngine
    from adapters.local.run_log import RunLogs
    from adapters.local.runner_process import RunnerProcess
    from adapters.local.sqlite_ledger import SqliteLedger
    from adapters.local.sqlite_runs import SqliteRuns
    from adapters.machine.key_files import KeyFiles
    from application.ports.clock import Clock
    from application.ports.id_source import IdSource
    from application.ports.point_tables import PointTables
    from application.ports.runs import Runs

# What one machine can reasonably keep files for; the payload only has to fit through a pipe, and a shard's results into
# memory.
_LIMITS = Limits(max_shards=1_000_000, max_payload_bytes=64_000_000, max_points_per_shard=100_000_000)
STANDARD_ERROR = 2
# In seconds: a shard is never lost here, as the engine sees its worker end.
_LIFETIME = math.inf


def _ids() -> IdSource:
    from adapters.machine.random_ids import RandomIds

    return RandomIds()


def _engine(
    folder: Path, workers: int, import_paths: Sequence[str], output: int, worker: str, ledger: SqliteLedger
) -> ProcessEngine:
    from adapters.local.process_engine import EngineSetup, ProcessEngine

    # -P: what lies in the current folder must not stand in for a module of ours.
    command = (sys.executable, "-P", "-m", worker)
    return ProcessEngine(folder, EngineSetup(command, workers, import_paths, output), ledger.let_go)


def _runner(folder: Path, workers: int, import_paths: Sequence[str]) -> RunnerProcess:
    from adapters.local.runner_process import RunnerProcess, RunnerSetup

    command = (sys.executable, "-P", "-m", "entrypoints.local_runner")
    return RunnerProcess(folder, RunnerSetup(command, workers, import_paths))


def _logs(folder: Path) -> RunLogs:
    from adapters.local.run_log import RunLogs

    return RunLogs(folder)


def _sweeps(submit: SubmitSweep, describe: DescribeSweep, start: StartRun, tables: PointTables) -> Sweeps:
    """Return what a caller can ask for; no platform has workers, so that a run is started for each order."""
    return replace(use_cases.sweeps(submit, describe, tables), submit=start.submit, retry=start.retry)


def _runs(folder: Path) -> SqliteRuns:
    from adapters.local.sqlite_runs import SqliteRuns

    return SqliteRuns(shared.ledger_file(folder))


def _keys(folder: Path) -> KeyFiles:
    from adapters.machine.key_files import KeyFiles

    return KeyFiles(folder / "pending")


def _words(folder: Path) -> tuple[str, ...]:
    return ("--out", str(folder))


def _upkeep(folder: Path, results: DirectoryResultStore) -> FolderUpkeep:
    from adapters.local.folder_upkeep import FolderUpkeep

    return FolderUpkeep(results, shared.ledger_file(folder), shared.presences(folder).has)


def _import_paths(runs: Runs) -> Callable[[str], Sequence[str]]:
    """Return the function that tells where the last run of a sweep found its target."""

    def import_paths(sweep_id: str) -> Sequence[str]:
        run = runs.of(sweep_id)
        return run.import_paths if run else ()

    return import_paths


def _removal(folder: Path) -> FolderRemoval:
    from adapters.local.folder_removal import FolderRemoval

    return FolderRemoval(folder, shared.ledger_file(folder), shared.presences(folder).has)


class LocalContainer(containers.DeclarativeContainer):
    """`folder` holds the ledger and the results; `workers` processes look for targets in `import_paths` first."""

    folder: providers.Dependency[Path] = providers.Dependency(instance_of=Path)
    workers: providers.Dependency[int] = providers.Dependency(instance_of=int, default=1)
    import_paths: providers.Dependency[Sequence[str]] = providers.Dependency(default=())
    # The descriptor to which workers write what targets print.
    output: providers.Dependency[int] = providers.Dependency(instance_of=int, default=STANDARD_ERROR)

    # The module that a worker process runs.
    worker: providers.Dependency[str] = providers.Dependency(instance_of=str, default="entrypoints.local_worker")

    clock: providers.Provider[Clock] = providers.Singleton(shared.clock)
    ids: providers.Provider[IdSource] = providers.Singleton(_ids)
    ledger: providers.Provider[SqliteLedger] = providers.Singleton(shared.ledger, folder, clock)
    results: providers.Provider[DirectoryResultStore] = providers.Singleton(shared.results, folder)
    runs: providers.Provider[Runs] = providers.Singleton(_runs, folder)
    tables: providers.Provider[PointTables] = providers.Singleton(shared.tables, folder)
    engine: providers.Provider[ProcessEngine] = providers.Singleton(
        _engine, folder, workers, import_paths, output, worker, ledger
    )

    plan_sweep: providers.Provider[PlanSweep] = providers.Singleton(PlanSweep, providers.Object(_LIMITS))
    survey: providers.Provider[Survey] = providers.Singleton(Survey, clock, _LIFETIME)
    dispatch_shards: providers.Provider[DispatchShards] = providers.Singleton(DispatchShards, ledger, engine, survey)
    submit_sweep: providers.Provider[SubmitSweep] = providers.Singleton(
        SubmitSweep, plan_sweep, ledger, dispatch_shards, clock, ids
    )
    describe_sweep: providers.Provider[DescribeSweep] = providers.Singleton(
        DescribeSweep, ledger, results, survey, tables
    )
    fail_shard: providers.Provider[FailShard] = providers.Singleton(FailShard, ledger)
    run_sweep: providers.Provider[RunSweep] = providers.Singleton(
        RunSweep,
        plan_sweep,
        submit_sweep,
        providers.Singleton(RetrySweep, ledger, dispatch_shards, ids),
        describe_sweep,
        fail_shard,
        engine,
        runs,
        tables,
        import_paths,
        providers.Callable(os.getcwd),
    )
    start_run: providers.Provider[StartRun] = providers.Singleton(
        StartRun, plan_sweep, ledger, survey, ids, providers.Singleton(_runner, folder, workers, import_paths), tables
    )
    remove_sweeps: providers.Provider[RemoveSweeps] = providers.Singleton(
        RemoveSweeps, providers.Singleton(_removal, folder)
    )
    sweeps: providers.Provider[Sweeps] = providers.Singleton(_sweeps, submit_sweep, describe_sweep, start_run, tables)
    find_sweep: providers.Provider[FindSweep] = providers.Singleton(FindSweep, sweeps, runs)
    place: providers.Provider[Place] = providers.Singleton(
        Place,
        providers.Callable(str, folder),
        providers.Callable(_words, folder),
        sweeps,
        providers.Singleton(SubmitOnce, sweeps.provided.submit, providers.Singleton(_keys, folder)),
        find_sweep,
        results,
        log=providers.Singleton(_logs, folder),
        functions=providers.Singleton(shared.functions, folder),
        upkeep=providers.Singleton(_upkeep, folder, results),
        import_paths=providers.Singleton(_import_paths, runs),
    )
