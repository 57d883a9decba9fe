"""What the deployed functions have in common: the clock, the ledger's table, the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from adapters.aws.dynamodb_calls import DynamoDbCalls
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

    return DynamoDbLedger(_dynamodb(settings), settings.table, clock, settings.retention_days)


def _dynamodb(settings: FunctionSettings) -> DynamoDbCalls:
    if settings.client == "curl":
        from adapters.aws.dynamodb_curl import dynamodb_curl

        return dynamodb_curl()
    from adapters.aws.dynamodb_boto import DynamoDbBoto, dynamodb_client

    return DynamoDbBoto(dynamodb_client())


def links() -> S3Client:
    """Return the client that signs links; most events need none."""
    from adapters.aws.s3_boto import s3_client

    return s3_client()


def log(function: str, settings: FunctionSettings) -> JsonLog:
    """Return the log of a function; Lambda's own name for it, where there is one, goes before `function`."""
    from adapters.machine.json_log import JsonLog

    return JsonLog(settings.log_level, settings.function_name or function)
