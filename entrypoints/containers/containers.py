"""What is built from what. The only module that knows dependency-injector."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dependency_injector import containers, providers

from application.describe_sweep import DescribeSweep
from application.dispatch_shards import HandOver
from application.execute_shard import FailShard, RunShard
from application.list_sweeps import ListSweeps
from application.submit_sweep import SubmitSweep
from domain.dispatch_policy import DispatchPolicy
from domain.limits import Limits
from entrypoints import parts

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from adapters.api_gateway.http_api import HttpApi
    from adapters.aws.dynamodb_ledger import DynamoDbLedger
    from adapters.aws.lambda_invoker import LambdaInvoker
    from adapters.aws.s3_results import S3ResultLocation, S3ResultStore
    from adapters.aws.undelivered_event import UndeliveredShards
    from adapters.aws.worker_event import ShardWorker
    from adapters.local.directory_results import DirectoryResultStore
    from adapters.local.process_engine import ProcessInvoker
    from adapters.local.sqlite_ledger import SqliteLedger
    from adapters.machine.json_log import JsonLog
    from application.ports.ports import Clock, IdSource
    from entrypoints.settings import ParentSettings, UndeliveredSettings, WorkerSettings


class LocalContainer(containers.DeclarativeContainer):
    """One machine: `folder` holds the ledger and the results, worker processes evaluate `target`."""

    folder: providers.Dependency[Path] = providers.Dependency(instance_of=Path)
    target: providers.Dependency[str] = providers.Dependency(instance_of=str)
    names: providers.Dependency[Sequence[str]] = providers.Dependency()
    import_paths: providers.Dependency[Sequence[str]] = providers.Dependency()
    workers: providers.Dependency[int] = providers.Dependency(instance_of=int)

    clock: providers.Provider[Clock] = providers.Singleton(parts.clock)
    ids: providers.Provider[IdSource] = providers.Singleton(parts.ids)
    ledger: providers.Provider[SqliteLedger] = providers.Singleton(parts.sqlite_ledger, folder, clock)
    results: providers.Provider[DirectoryResultStore] = providers.Singleton(parts.directory_results, folder)
    invoker: providers.Provider[ProcessInvoker] = providers.Singleton(
        parts.process_invoker, folder, target, names, import_paths, workers
    )

    hand_over: providers.Provider[HandOver] = providers.Factory(HandOver, ledger, invoker)
    submit_sweep: providers.Provider[SubmitSweep] = providers.Factory(
        SubmitSweep, ledger, hand_over, clock, ids, providers.Object(parts.LOCAL_LIMITS)
    )
    describe_sweep: providers.Provider[DescribeSweep] = providers.Factory(DescribeSweep, ledger, results)
    list_sweeps: providers.Provider[ListSweeps] = providers.Factory(ListSweeps, ledger)
    fail_shard: providers.Provider[FailShard] = providers.Factory(FailShard, ledger)


class ParentContainer(containers.DeclarativeContainer):
    """The parent Lambda. What lasts one request takes `remaining`, which gives the seconds until its deadline."""

    settings: providers.Provider[ParentSettings] = providers.Singleton(parts.parent_settings)
    clock: providers.Provider[Clock] = providers.Singleton(parts.clock)
    ids: providers.Provider[IdSource] = providers.Singleton(parts.ids)
    facts: providers.Provider[JsonLog] = providers.Singleton(parts.facts, "parent", settings)
    ledger: providers.Provider[DynamoDbLedger] = providers.Singleton(parts.dynamodb_ledger, settings, clock)
    results: providers.Provider[S3ResultLocation] = providers.Singleton(parts.s3_location, settings)
    policy: providers.Provider[DispatchPolicy] = providers.Singleton(parts.policy, settings)
    client: providers.Provider[LambdaClient] = providers.Singleton(parts.lambda_client, policy)
    limits: providers.Provider[Limits] = providers.Singleton(parts.deployed_limits, settings)
    invoker: providers.Provider[LambdaInvoker] = providers.Factory(parts.lambda_invoker, client, settings, policy)

    hand_over: providers.Provider[HandOver] = providers.Factory(HandOver, ledger, invoker=invoker)
    http_api: providers.Provider[HttpApi] = providers.Factory(
        parts.http_api, ledger, hand_over=hand_over, clock=clock, ids=ids, limits=limits, results=results, facts=facts
    )


class WorkerContainer(containers.DeclarativeContainer):
    """A worker Lambda."""

    settings: providers.Provider[WorkerSettings] = providers.Singleton(parts.worker_settings)
    clock: providers.Provider[Clock] = providers.Singleton(parts.clock)
    facts: providers.Provider[JsonLog] = providers.Singleton(parts.facts, "worker", settings)
    ledger: providers.Provider[DynamoDbLedger] = providers.Singleton(parts.dynamodb_ledger, settings, clock)
    results: providers.Provider[S3ResultStore] = providers.Singleton(parts.s3_results, settings)

    run_shard: providers.Provider[RunShard] = providers.Factory(RunShard, ledger, results)
    fail_shard: providers.Provider[FailShard] = providers.Factory(FailShard, ledger)
    worker: providers.Provider[ShardWorker] = providers.Singleton(
        parts.shard_worker, run_shard, fail_shard, settings, facts
    )


class UndeliveredContainer(containers.DeclarativeContainer):
    """The Lambda that collects undelivered shards."""

    settings: providers.Provider[UndeliveredSettings] = providers.Singleton(parts.undelivered_settings)
    clock: providers.Provider[Clock] = providers.Singleton(parts.clock)
    facts: providers.Provider[JsonLog] = providers.Singleton(parts.facts, "undelivered", settings)
    ledger: providers.Provider[DynamoDbLedger] = providers.Singleton(parts.dynamodb_ledger, settings, clock)

    fail_shard: providers.Provider[FailShard] = providers.Factory(FailShard, ledger)
    undelivered: providers.Provider[UndeliveredShards] = providers.Singleton(parts.undelivered, fail_shard, facts)
