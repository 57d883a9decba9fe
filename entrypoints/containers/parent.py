"""The parent Lambda."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from application.describe_sweep import DescribeSweep
from application.dispatch_shards import DispatchShards
from application.plan_sweep import PlanSweep
from application.submit_sweep import SubmitSweep
from application.survey import Survey
from application.sweeps import Sweeps
from domain.limits import Limits
from entrypoints.containers import deployed, use_cases
from entrypoints.containers.injector import containers, providers

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
    from adapters.aws.s3_results import S3ResultLocation

    return S3ResultLocation(settings.bucket, cache(deployed.links))


def _limits(settings: ParentSettings) -> Limits:
    return Limits(
        settings.max_shards,
        _LARGEST_EVENT,
        settings.allowed_targets,
        settings.default_target,
        settings.max_points_per_shard,
    )


def _survey(settings: ParentSettings, clock: Clock) -> Survey:
    return Survey(clock, settings.shard_lifetime)


def _invoker(settings: ParentSettings, log: JsonLog) -> LambdaInvoker:
    from adapters.aws.lambda_invoker import LambdaInvoker

    return LambdaInvoker(deployed.sender(settings.worker_function, settings.dispatch_concurrency, settings, log))


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
    survey: providers.Provider[Survey] = providers.Singleton(_survey, settings, clock)
    dispatch_shards: providers.Provider[DispatchShards] = providers.Singleton(DispatchShards, ledger, invoker, survey)
    submit_sweep: providers.Provider[SubmitSweep] = providers.Singleton(
        SubmitSweep, plan_sweep, ledger, dispatch_shards, clock, ids
    )
    describe_sweep: providers.Provider[DescribeSweep] = providers.Singleton(DescribeSweep, ledger, results, survey)
    sweeps: providers.Provider[Sweeps] = providers.Singleton(use_cases.sweeps, submit_sweep, describe_sweep)
    api: providers.Provider[HttpApi] = providers.Singleton(_api, sweeps, log)
