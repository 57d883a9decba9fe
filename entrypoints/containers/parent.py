"""The parent Lambda."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dependency_injector import containers, providers

from application.cancel_sweep import CancelSweep
from application.describe_sweep import DescribeSweep
from application.dispatch_shards import DispatchShards
from application.list_results import ListResults
from application.list_sweeps import ListSweeps
from application.plan_sweep import PlanSweep
from application.retry_sweep import RetrySweep
from application.submit_sweep import SubmitSweep
from application.sweeps import Sweeps
from domain.dispatch_policy import DispatchPolicy
from domain.limits import Limits
from entrypoints.containers import deployed

if TYPE_CHECKING:
    from adapters.api_gateway.http_api import HttpApi
    from adapters.aws.dynamodb_ledger import DynamoDbLedger
    from adapters.aws.lambda_invoker import LambdaInvoker
    from adapters.aws.s3_results import S3ResultLocation
    from adapters.machine.json_log import JsonLog
    from application.ports.clock import Clock
    from application.ports.id_source import IdSource
    from entrypoints.settings import ParentSettings

# Lambda queues asynchronous events of up to 1 MB (Lambda quotas).
_LARGEST_EVENT = 1_000_000


def _settings() -> ParentSettings:
    from entrypoints.settings import ParentSettings

    return ParentSettings()


def _ids() -> IdSource:
    from adapters.machine.random_ids import RandomIds

    return RandomIds()


def _results(settings: ParentSettings) -> S3ResultLocation:
    from adapters.aws.s3_results import S3ResultLocation, s3_client

    # Most requests need no link, and so no client.
    return S3ResultLocation(settings.bucket, cache(s3_client))


def _limits(settings: ParentSettings) -> Limits:
    return Limits(settings.max_shards, _LARGEST_EVENT, settings.allowed_targets, settings.default_target)


def _invoker(settings: ParentSettings, log: JsonLog) -> LambdaInvoker:
    from adapters.aws.invocation import Invocation
    from adapters.aws.lambda_client import lambda_client
    from adapters.aws.lambda_invoker import LambdaInvoker

    policy = DispatchPolicy(concurrency=settings.dispatch_concurrency)
    return LambdaInvoker(Invocation(lambda_client(policy), settings.worker_function), policy, log)


def _api(sweeps: Sweeps, log: JsonLog) -> HttpApi:
    from adapters.api_gateway.http_api import HttpApi

    return HttpApi(sweeps, log)


class ParentContainer(containers.DeclarativeContainer):
    """What answers the API and dispatches shards."""

    settings: providers.Provider[ParentSettings] = providers.Singleton(_settings)
    clock: providers.Provider[Clock] = providers.Singleton(deployed.clock)
    ids: providers.Provider[IdSource] = providers.Singleton(_ids)
    log: providers.Provider[JsonLog] = providers.Singleton(deployed.log, "parent", settings)
    ledger: providers.Provider[DynamoDbLedger] = providers.Singleton(deployed.ledger, settings, clock)
    results: providers.Provider[S3ResultLocation] = providers.Singleton(_results, settings)
    invoker: providers.Provider[LambdaInvoker] = providers.Singleton(_invoker, settings, log)

    plan_sweep: providers.Provider[PlanSweep] = providers.Singleton(PlanSweep, providers.Singleton(_limits, settings))
    dispatch_shards: providers.Provider[DispatchShards] = providers.Singleton(DispatchShards, ledger, invoker)
    sweeps: providers.Provider[Sweeps] = providers.Singleton(
        Sweeps,
        plan=plan_sweep,
        submit=providers.Singleton(SubmitSweep, plan_sweep, ledger, dispatch_shards, clock, ids),
        describe=providers.Singleton(DescribeSweep, ledger, results),
        list_sweeps=providers.Singleton(ListSweeps, ledger),
        list_results=providers.Singleton(ListResults, ledger, results),
        retry=providers.Singleton(RetrySweep, ledger, dispatch_shards, ids),
        cancel=providers.Singleton(CancelSweep, ledger),
    )
    api: providers.Provider[HttpApi] = providers.Singleton(_api, sweeps, log)
