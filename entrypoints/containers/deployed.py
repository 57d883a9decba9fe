"""What the deployed functions have in common: the clock, the ledger's table, the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.aws.dynamodb_ledger import DynamoDbLedger
    from adapters.machine.json_log import JsonLog
    from application.ports.clock import Clock
    from entrypoints.settings import FunctionSettings


def clock() -> Clock:
    """Return the machine's clock."""
    from adapters.machine.clock import SystemClock

    return SystemClock()


def ledger(settings: FunctionSettings, clock: Clock) -> DynamoDbLedger:
    """Return the ledger in the deployment's table."""
    from adapters.aws.dynamodb_ledger import DynamoDbLedger
    from adapters.aws.dynamodb_table import dynamodb_client

    return DynamoDbLedger(dynamodb_client(), settings.table, clock, settings.retention_days)


def log(function: str, settings: FunctionSettings) -> JsonLog:
    """Return the log of a function; Lambda's own name for it, where there is one, goes before `function`."""
    from adapters.machine.json_log import JsonLog

    return JsonLog(settings.log_level, settings.function_name or function)
