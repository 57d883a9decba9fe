"""What is built from what. The only module that knows dependency-injector, and the only place that chooses adapters.

Adapters are imported when they are first built, so that nobody loads the libraries of somebody else's adapters.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dependency_injector import containers, providers

from application.cancel_sweep import CancelSweep
from application.describe_sweep import DescribeSweep
from application.hand_over import HandOver
from application.list_results import ListResults
from application.list_sweeps import ListSweeps
from application.retry_sweep import RetrySweep
from application.run_shard import FailShard, RunShard
from application.submit_sweep import SubmitSweep
from domain.dispatch_policy import DispatchPolicy
from domain.limits import Limits

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from adapters.directory_results import DirectoryResultStore
    from adapters.dynamodb_ledger import DynamoDbLedger
    from adapters.http_api import HttpApi
    from adapters.json_log import JsonLog
    from adapters.lambda_invoker import LambdaInvoker
    from adapters.process_invoker import ProcessInvoker
    from adapters.s3_results import S3ResultLocation, S3ResultStore
    from adapters.sqlite_ledger import SqliteLedger
    from adapters.undelivered_event import UndeliveredShards
    from adapters.worker_event import ShardWorker
    from application.ports import Clock, IdSource, Ledger, ResultLocation
    from entrypoints.settings import FunctionSettings, ParentSettings, UndeliveredSettings, WorkerSettings

# What one machine can reasonably keep files for; the payload only has to fit through a pipe.
LOCAL_LIMITS = Limits(max_shards=1_000_000, max_payload_bytes=64_000_000)
# Lambda queues asynchronous events of up to 1 MB (Lambda quotas); a little is kept back.
LARGEST_EVENT = 1_000_000


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


def _parent_settings() -> ParentSettings:
    from entrypoints.settings import ParentSettings

    return ParentSettings()


def _worker_settings() -> WorkerSettings:
    from entrypoints.settings import WorkerSettings

    return WorkerSettings()


def _undelivered_settings() -> UndeliveredSettings:
    from entrypoints.settings import UndeliveredSettings

    return UndeliveredSettings()


def _dynamodb_ledger(settings: FunctionSettings, clock: Clock) -> DynamoDbLedger:
    from adapters.dynamodb_ledger import DynamoDbLedger, dynamodb_client

    return DynamoDbLedger(dynamodb_client(), settings.table, clock, settings.retention_days)


def _s3_location(settings: ParentSettings) -> S3ResultLocation:
    from adapters.s3_results import S3ResultLocation, s3_client

    # Most requests need no link, and so no client.
    return S3ResultLocation(settings.bucket, cache(s3_client))


def _s3_results(settings: WorkerSettings) -> S3ResultStore:
    from adapters.s3_results import S3ResultStore, s3_client

    return S3ResultStore(s3_client(), settings.bucket)


def _policy(settings: ParentSettings) -> DispatchPolicy:
    return DispatchPolicy(concurrency=settings.dispatch_concurrency)


def _lambda_client(policy: DispatchPolicy) -> LambdaClient:
    from adapters.lambda_invoker import lambda_client

    return lambda_client(policy)


def _lambda_invoker(
    client: LambdaClient, settings: ParentSettings, policy: DispatchPolicy, remaining: Callable[[], float]
) -> LambdaInvoker:
    from adapters.lambda_invoker import LambdaInvoker

    return LambdaInvoker(client, settings.worker_function, policy, remaining)


def _deployed_limits(settings: ParentSettings) -> Limits:
    return Limits(settings.max_shards, LARGEST_EVENT, settings.allowed_targets, settings.default_target)


def _facts(function: str, settings: FunctionSettings) -> JsonLog:
    from adapters.json_log import JsonLog

    return JsonLog(settings.log_level, settings.function_name or function)


def _http_api(
    ledger: Ledger,
    hand_over: HandOver,
    clock: Clock,
    ids: IdSource,
    limits: Limits,
    results: ResultLocation,
    facts: JsonLog,
) -> HttpApi:
    from adapters.http_api import HttpApi

    return HttpApi(
        SubmitSweep(ledger, hand_over, clock, ids, limits),
        RetrySweep(ledger, hand_over, ids),
        CancelSweep(ledger),
        DescribeSweep(ledger, results),
        ListSweeps(ledger),
        ListResults(ledger, results),
        facts,
    )


def _shard_worker(run_shard: RunShard, fail_shard: FailShard, settings: WorkerSettings, facts: JsonLog) -> ShardWorker:
    from adapters.python_target import load_target
    from adapters.worker_event import ShardWorker

    return ShardWorker(run_shard, fail_shard, cache(load_target), settings.allowed_targets, facts)


def _undelivered(fail_shard: FailShard, facts: JsonLog) -> UndeliveredShards:
    from adapters.undelivered_event import UndeliveredShards

    return UndeliveredShards(fail_shard, facts)


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

    hand_over: providers.Provider[HandOver] = providers.Factory(HandOver, ledger, invoker)
    submit_sweep: providers.Provider[SubmitSweep] = providers.Factory(
        SubmitSweep, ledger, hand_over, clock, ids, providers.Object(LOCAL_LIMITS)
    )
    describe_sweep: providers.Provider[DescribeSweep] = providers.Factory(DescribeSweep, ledger, results)
    list_sweeps: providers.Provider[ListSweeps] = providers.Factory(ListSweeps, ledger)
    fail_shard: providers.Provider[FailShard] = providers.Factory(FailShard, ledger)


class ParentContainer(containers.DeclarativeContainer):
    """The parent Lambda. What lasts one request takes `remaining`, which gives the seconds until its deadline."""

    settings: providers.Provider[ParentSettings] = providers.Singleton(_parent_settings)
    clock: providers.Provider[Clock] = providers.Singleton(_clock)
    ids: providers.Provider[IdSource] = providers.Singleton(_ids)
    facts: providers.Provider[JsonLog] = providers.Singleton(_facts, "parent", settings)
    ledger: providers.Provider[DynamoDbLedger] = providers.Singleton(_dynamodb_ledger, settings, clock)
    results: providers.Provider[S3ResultLocation] = providers.Singleton(_s3_location, settings)
    policy: providers.Provider[DispatchPolicy] = providers.Singleton(_policy, settings)
    client: providers.Provider[LambdaClient] = providers.Singleton(_lambda_client, policy)
    limits: providers.Provider[Limits] = providers.Singleton(_deployed_limits, settings)
    invoker: providers.Provider[LambdaInvoker] = providers.Factory(_lambda_invoker, client, settings, policy)

    hand_over: providers.Provider[HandOver] = providers.Factory(HandOver, ledger, invoker=invoker)
    http_api: providers.Provider[HttpApi] = providers.Factory(
        _http_api, ledger, hand_over=hand_over, clock=clock, ids=ids, limits=limits, results=results, facts=facts
    )


class WorkerContainer(containers.DeclarativeContainer):
    """A worker Lambda."""

    settings: providers.Provider[WorkerSettings] = providers.Singleton(_worker_settings)
    clock: providers.Provider[Clock] = providers.Singleton(_clock)
    facts: providers.Provider[JsonLog] = providers.Singleton(_facts, "worker", settings)
    ledger: providers.Provider[DynamoDbLedger] = providers.Singleton(_dynamodb_ledger, settings, clock)
    results: providers.Provider[S3ResultStore] = providers.Singleton(_s3_results, settings)

    run_shard: providers.Provider[RunShard] = providers.Factory(RunShard, ledger, results)
    fail_shard: providers.Provider[FailShard] = providers.Factory(FailShard, ledger)
    worker: providers.Provider[ShardWorker] = providers.Singleton(_shard_worker, run_shard, fail_shard, settings, facts)


class UndeliveredContainer(containers.DeclarativeContainer):
    """The Lambda that collects undelivered shards."""

    settings: providers.Provider[UndeliveredSettings] = providers.Singleton(_undelivered_settings)
    clock: providers.Provider[Clock] = providers.Singleton(_clock)
    facts: providers.Provider[JsonLog] = providers.Singleton(_facts, "undelivered", settings)
    ledger: providers.Provider[DynamoDbLedger] = providers.Singleton(_dynamodb_ledger, settings, clock)

    fail_shard: providers.Provider[FailShard] = providers.Factory(FailShard, ledger)
    undelivered: providers.Provider[UndeliveredShards] = providers.Singleton(_undelivered, fail_shard, facts)
