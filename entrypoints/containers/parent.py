"""The parent Lambda."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from application.assign_spans import AssignSpans
from application.describe_sweep import DescribeSweep
from application.dispatch_shards import DispatchShards
from application.dispatch_sweep import DispatchSweep
from application.plan_sweep import PlanSweep
from application.submit_sweep import SubmitSweep
from application.survey import Survey
from application.sweeps import Sweeps
from domain.dispatch_policy import DispatchPolicy
from domain.limits import Limits
from entrypoints.containers import deployed, use_cases
from entrypoints.containers.injector import containers, providers

if TYPE_CHECKING:
    from adapters.api_gateway.http_api import HttpApi
    from adapters.aws.dynamodb_ledger import DynamoDbLedger
    from adapters.aws.lambda_dispatchers import LambdaDispatchers
    from adapters.aws.lambda_invoker import LambdaInvoker
    from adapters.aws.s3_calls import S3Calls
    from adapters.aws.s3_results import S3ResultLocation
    from adapters.aws.s3_table_links import S3TableLinks
    from adapters.machine.json_log import JsonLog
    from application.ports.clock import Clock
    from application.ports.id_source import IdSource
    from application.ports.point_tables import PointTables
    from application.ports.table_links import TableLinks
    from entrypoints.settings import ParentSettings

# Lambda queues asynchronous events of up to 1 MB (Lambda quotas).
_LARGEST_EVENT = 1_000_000


def _settings() -> ParentSettings:
    from entrypoints.settings import ParentSettings

    return ParentSettings()


def _results(settings: ParentSettings) -> S3ResultLocation:
    from adapters.aws.s3_results import S3ResultLocation

    return S3ResultLocation(settings.bucket, cache(deployed.links))


def _tables(settings: ParentSettings, calls: Callable[[], S3Calls]) -> PointTables:
    return deployed.LaterTables(settings.bucket, calls, brief=True)


def _table_links(settings: ParentSettings, calls: S3Calls) -> S3TableLinks:
    from adapters.aws.s3_calls import BRIEF_ATTEMPTS
    from adapters.aws.s3_table_links import S3TableLinks

    return S3TableLinks(calls, settings.bucket, cache(deployed.links), BRIEF_ATTEMPTS)


def _limits(settings: ParentSettings) -> Limits:
    return Limits(
        settings.max_shards,
        _LARGEST_EVENT,
        settings.allowed_targets,
        settings.default_target,
        settings.max_points_per_shard,
    )


def _code(settings: ParentSettings) -> str:
    return settings.targets_digest


def _dispatchers(settings: ParentSettings, log: JsonLog) -> LambdaDispatchers:
    from adapters.aws.lambda_dispatchers import LambdaDispatchers

    return LambdaDispatchers(deployed.sender(settings.dispatcher_function, settings, log))


def _lifetime(settings: ParentSettings) -> float:
    return settings.assignment_lifetime


def _policy(settings: ParentSettings) -> DispatchPolicy:
    return DispatchPolicy(concurrency=settings.dispatch_concurrency, direct_shards=settings.direct_shards)


def _api(sweeps: Sweeps, log: JsonLog, table_links: Callable[[], TableLinks]) -> HttpApi:
    from adapters.api_gateway.http_api import HttpApi

    return HttpApi(sweeps, log, table_links)


class ParentContainer(containers.DeclarativeContainer):
    """What answers the API and dispatches shards."""

    settings: providers.Provider[ParentSettings] = providers.Singleton(_settings)
    clock: providers.Provider[Clock] = providers.Singleton(deployed.clock)
    ids: providers.Provider[IdSource] = providers.Singleton(deployed.ids)
    log: providers.Provider[JsonLog] = providers.Singleton(deployed.log, "parent", settings)
    ledger: providers.Provider[DynamoDbLedger] = providers.Singleton(deployed.ledger, settings, clock)
    results: providers.Provider[S3ResultLocation] = providers.Singleton(_results, settings)
    s3: providers.Provider[S3Calls] = providers.Singleton(deployed.brief_s3, settings)
    tables: providers.Provider[PointTables] = providers.Singleton(_tables, settings, s3.provider)
    table_links: providers.Provider[S3TableLinks] = providers.Singleton(_table_links, settings, s3)
    invoker: providers.Provider[LambdaInvoker] = providers.Singleton(deployed.invoker, settings, log)
    dispatchers: providers.Provider[LambdaDispatchers] = providers.Singleton(_dispatchers, settings, log)

    plan_sweep: providers.Provider[PlanSweep] = providers.Singleton(PlanSweep, providers.Singleton(_limits, settings))
    survey: providers.Provider[Survey] = providers.Singleton(deployed.survey, settings, clock)
    dispatch_shards: providers.Provider[DispatchShards] = providers.Singleton(
        DispatchShards, ledger, invoker, survey, providers.Object(deployed.background)
    )
    assign_spans: providers.Provider[AssignSpans] = providers.Singleton(
        AssignSpans, ledger, dispatchers, survey, ids, providers.Singleton(_lifetime, settings)
    )
    dispatch_sweep: providers.Provider[DispatchSweep] = providers.Singleton(
        DispatchSweep, dispatch_shards, assign_spans, providers.Singleton(_policy, settings)
    )
    submit_sweep: providers.Provider[SubmitSweep] = providers.Singleton(
        SubmitSweep, plan_sweep, ledger, dispatch_sweep, clock, ids, providers.Singleton(_code, settings), tables
    )
    describe_sweep: providers.Provider[DescribeSweep] = providers.Singleton(
        DescribeSweep, ledger, results, survey, tables
    )
    sweeps: providers.Provider[Sweeps] = providers.Singleton(use_cases.sweeps, submit_sweep, describe_sweep, tables)
    api: providers.Provider[HttpApi] = providers.Singleton(_api, sweeps, log, table_links.provider)
