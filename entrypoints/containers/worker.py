"""A worker Lambda."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from application.execute_shard import ExecuteShard
from application.fail_shard import FailShard
from entrypoints.containers import deployed
from entrypoints.containers.injector import containers, providers

if TYPE_CHECKING:
    from adapters.aws.dynamodb_ledger import DynamoDbLedger
    from adapters.aws.s3_calls import S3Calls
    from adapters.aws.s3_results import S3ResultStore
    from adapters.aws.worker_event import WorkerEvents
    from adapters.machine.forks import SystemForks
    from adapters.machine.json_log import JsonLog
    from adapters.machine.python_targets import PythonTargets
    from application.ports.clock import Clock
    from application.ports.point_tables import PointTables
    from entrypoints.settings import WorkerSettings


def _settings() -> WorkerSettings:
    from entrypoints.settings import WorkerSettings

    return WorkerSettings()


def _results(settings: WorkerSettings, calls: S3Calls) -> S3ResultStore:
    from adapters.aws.s3_results import S3ResultStore

    return S3ResultStore(calls, settings.bucket, deployed.links)


def _tables(settings: WorkerSettings, calls: Callable[[], S3Calls]) -> PointTables:
    return deployed.LaterTables(settings.bucket, calls)


def _targets() -> PythonTargets:
    from adapters.machine.python_targets import PythonTargets

    return PythonTargets()


def _forks() -> SystemForks:
    from adapters.machine.forks import SystemForks

    return SystemForks()


def _allowed(settings: WorkerSettings) -> frozenset[str]:
    return settings.allowed_targets


def _events(execute_shard: ExecuteShard, fail_shard: FailShard, log: JsonLog) -> WorkerEvents:
    from adapters.aws.worker_event import WorkerEvents

    return WorkerEvents(execute_shard, fail_shard, log)


class WorkerContainer(containers.DeclarativeContainer):
    """What evaluates shards."""

    settings: providers.Provider[WorkerSettings] = providers.Singleton(_settings)
    clock: providers.Provider[Clock] = providers.Singleton(deployed.clock)
    log: providers.Provider[JsonLog] = providers.Singleton(deployed.log, "worker", settings)
    ledger: providers.Provider[DynamoDbLedger] = providers.Singleton(deployed.ledger, settings, clock)
    s3: providers.Provider[S3Calls] = providers.Singleton(deployed.s3, settings)
    results: providers.Provider[S3ResultStore] = providers.Singleton(_results, settings, s3)
    tables: providers.Provider[PointTables] = providers.Singleton(_tables, settings, s3.provider)
    targets: providers.Provider[PythonTargets] = providers.Singleton(_targets)
    forks: providers.Provider[SystemForks] = providers.Singleton(_forks)

    execute_shard: providers.Provider[ExecuteShard] = providers.Singleton(
        ExecuteShard, ledger, results, targets, forks, providers.Singleton(_allowed, settings), tables
    )
    events: providers.Provider[WorkerEvents] = providers.Singleton(
        _events, execute_shard, providers.Singleton(FailShard, ledger), log
    )
