"""The Lambda that records undelivered events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.fail_shard import FailShard
from application.settle_span import SettleSpan
from entrypoints.containers import deployed
from entrypoints.containers.injector import containers, providers

if TYPE_CHECKING:
    from adapters.aws.dynamodb_ledger import DynamoDbLedger
    from adapters.aws.undelivered_event import UndeliveredEvents
    from adapters.machine.json_log import JsonLog
    from application.ports.clock import Clock
    from entrypoints.settings import UndeliveredSettings


def _settings() -> UndeliveredSettings:
    from entrypoints.settings import UndeliveredSettings

    return UndeliveredSettings()


def _events(fail_shard: FailShard, settle_span: SettleSpan, log: JsonLog) -> UndeliveredEvents:
    from adapters.aws.undelivered_event import UndeliveredEvents

    return UndeliveredEvents(fail_shard, settle_span, log)


class UndeliveredContainer(containers.DeclarativeContainer):
    """What records the shards and the spans that Lambda gave up on."""

    settings: providers.Provider[UndeliveredSettings] = providers.Singleton(_settings)
    clock: providers.Provider[Clock] = providers.Singleton(deployed.clock)
    log: providers.Provider[JsonLog] = providers.Singleton(deployed.log, "undelivered", settings)
    ledger: providers.Provider[DynamoDbLedger] = providers.Singleton(deployed.ledger, settings, clock)
    events: providers.Provider[UndeliveredEvents] = providers.Singleton(
        _events, providers.Singleton(FailShard, ledger), providers.Singleton(SettleSpan, ledger), log
    )
