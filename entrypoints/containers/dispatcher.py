"""A dispatcher Lambda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.dispatch_span import DispatchSpan
from application.settle_span import SettleSpan
from application.survey import Survey
from entrypoints.containers import deployed
from entrypoints.containers.injector import containers, providers

if TYPE_CHECKING:
    from adapters.aws.dispatcher_event import DispatcherEvents
    from adapters.aws.dynamodb_ledger import DynamoDbLedger
    from adapters.aws.lambda_invoker import LambdaInvoker
    from adapters.machine.json_log import JsonLog
    from application.ports.clock import Clock
    from application.ports.id_source import IdSource
    from entrypoints.settings import DispatcherSettings


def _settings() -> DispatcherSettings:
    from entrypoints.settings import DispatcherSettings

    return DispatcherSettings()


def _events(dispatch_span: DispatchSpan, settle_span: SettleSpan, log: JsonLog) -> DispatcherEvents:
    from adapters.aws.dispatcher_event import DispatcherEvents

    return DispatcherEvents(dispatch_span, settle_span, log)


class DispatcherContainer(containers.DeclarativeContainer):
    """What dispatches the shards of spans."""

    settings: providers.Provider[DispatcherSettings] = providers.Singleton(_settings)
    clock: providers.Provider[Clock] = providers.Singleton(deployed.clock)
    ids: providers.Provider[IdSource] = providers.Singleton(deployed.ids)
    log: providers.Provider[JsonLog] = providers.Singleton(deployed.log, "dispatcher", settings)
    ledger: providers.Provider[DynamoDbLedger] = providers.Singleton(deployed.ledger, settings, clock)
    invoker: providers.Provider[LambdaInvoker] = providers.Singleton(deployed.invoker, settings, log)
    survey: providers.Provider[Survey] = providers.Singleton(deployed.survey, settings, clock)

    dispatch_span: providers.Provider[DispatchSpan] = providers.Singleton(
        DispatchSpan, ledger, invoker, survey, ids, providers.Object(deployed.background)
    )
    events: providers.Provider[DispatcherEvents] = providers.Singleton(
        _events, dispatch_span, providers.Singleton(SettleSpan, ledger), log
    )
