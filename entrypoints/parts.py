"""How each part of the program is made. The only place that chooses adapters.

Adapters are imported when they are first made, so that nobody loads the libraries of somebody else's adapters.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from application.cancel_sweep import CancelSweep
from application.describe_sweep import DescribeSweep
from application.dispatch_shards import HandOver
from application.execute_shard import FailShard, RunShard
from application.list_results import ListResults
from application.list_sweeps import ListSweeps
from application.retry_sweep import RetrySweep
from application.submit_sweep import SubmitSweep
from domain.dispatch_policy import DispatchPolicy
from domain.limits import Limits

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
    from application.ports.ports import Clock, IdSource, Ledger, ResultLocation
    from entrypoints.settings import FunctionSettings, ParentSettings, UndeliveredSettings, WorkerSettings

# What one machine can reasonably keep files for; the payload only has to fit through a pipe.
LOCAL_LIMITS = Limits(max_shards=1_000_000, max_payload_bytes=64_000_000)
# Lambda queues asynchronous events of up to 1 MB (Lambda quotas); a little is kept back.
LARGEST_EVENT = 1_000_000


def clock() -> Clock:
    """Tell the time."""
    from adapters.machine.clock import SystemClock

    return SystemClock()


def ids() -> IdSource:
    """Make random names."""
    from adapters.machine.clock import RandomIds

    return RandomIds()


def sqlite_ledger(folder: Path, clock: Clock) -> SqliteLedger:
    """Keep the ledger in a file of the folder."""
    from adapters.local.sqlite_ledger import SqliteLedger

    return SqliteLedger(folder, clock)


def directory_results(folder: Path) -> DirectoryResultStore:
    """Keep results in files of the folder."""
    from adapters.local.directory_results import DirectoryResultStore

    return DirectoryResultStore(folder)


def process_invoker(
    folder: Path, target: str, names: Sequence[str], import_paths: Sequence[str], workers: int
) -> ProcessInvoker:
    """Evaluate the target in processes of this machine."""
    from adapters.local.process_engine import ProcessInvoker, WorkerSetup

    # -P: what lies in the current folder must not stand in for a module of ours.
    command = (sys.executable, "-P", "-m", "entrypoints.local_worker")
    return ProcessInvoker(WorkerSetup(command, str(folder), target, names, import_paths), workers)


def parent_settings() -> ParentSettings:
    """Read the parent's environment."""
    from entrypoints.settings import ParentSettings

    return ParentSettings()


def worker_settings() -> WorkerSettings:
    """Read the worker's environment."""
    from entrypoints.settings import WorkerSettings

    return WorkerSettings()


def undelivered_settings() -> UndeliveredSettings:
    """Read the undelivered function's environment."""
    from entrypoints.settings import UndeliveredSettings

    return UndeliveredSettings()


def dynamodb_ledger(settings: FunctionSettings, clock: Clock) -> DynamoDbLedger:
    """Keep the ledger in the deployment's table."""
    from adapters.aws.dynamodb_ledger import DynamoDbLedger, dynamodb_client

    return DynamoDbLedger(dynamodb_client(), settings.table, clock, settings.retention_days)


def s3_location(settings: ParentSettings) -> S3ResultLocation:
    """Say where results lie in the deployment's bucket, and link to them."""
    from adapters.aws.s3_results import S3ResultLocation, s3_client

    # Most requests need no link, and so no client.
    return S3ResultLocation(settings.bucket, cache(s3_client))


def s3_results(settings: WorkerSettings) -> S3ResultStore:
    """Keep results in the deployment's bucket."""
    from adapters.aws.s3_results import S3ResultStore, s3_client

    return S3ResultStore(s3_client(), settings.bucket)


def policy(settings: ParentSettings) -> DispatchPolicy:
    """Dispatch as the deployment says."""
    return DispatchPolicy(concurrency=settings.dispatch_concurrency)


def lambda_client(policy: DispatchPolicy) -> LambdaClient:
    """Talk to Lambda as the policy asks."""
    from adapters.aws.lambda_invoker import lambda_client

    return lambda_client(policy)


def lambda_invoker(
    client: LambdaClient, settings: ParentSettings, policy: DispatchPolicy, remaining: Callable[[], float]
) -> LambdaInvoker:
    """Hand shards to the deployment's worker."""
    from adapters.aws.lambda_invoker import LambdaInvoker

    return LambdaInvoker(client, settings.worker_function, policy, remaining)


def deployed_limits(settings: ParentSettings) -> Limits:
    """Admit what the deployment allows."""
    return Limits(settings.max_shards, LARGEST_EVENT, settings.allowed_targets, settings.default_target)


def facts(function: str, settings: FunctionSettings) -> JsonLog:
    """Write a function's log."""
    from adapters.machine.json_log import JsonLog

    return JsonLog(settings.log_level, settings.function_name or function)


def http_api(
    ledger: Ledger,
    hand_over: HandOver,
    clock: Clock,
    ids: IdSource,
    limits: Limits,
    results: ResultLocation,
    facts: JsonLog,
) -> HttpApi:
    """Answer the API by all that a caller can ask for."""
    from adapters.api_gateway.http_api import HttpApi

    return HttpApi(
        SubmitSweep(ledger, hand_over, clock, ids, limits),
        RetrySweep(ledger, hand_over, ids),
        CancelSweep(ledger),
        DescribeSweep(ledger, results),
        ListSweeps(ledger),
        ListResults(ledger, results),
        facts,
    )


def shard_worker(run_shard: RunShard, fail_shard: FailShard, settings: WorkerSettings, facts: JsonLog) -> ShardWorker:
    """Run shards of the targets that the deployment allows."""
    from adapters.aws.worker_event import ShardWorker
    from adapters.machine.python_targets import load_target

    return ShardWorker(run_shard, fail_shard, cache(load_target), settings.allowed_targets, facts)


def undelivered(fail_shard: FailShard, facts: JsonLog) -> UndeliveredShards:
    """Mark what Lambda gave up on."""
    from adapters.aws.undelivered_event import UndeliveredShards

    return UndeliveredShards(fail_shard, facts)
