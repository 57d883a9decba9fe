"""What the deployed functions have in common: the clock, ids, the ledger's table, the log, and what sends events."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from application.survey import Survey
from domain.dispatch_policy import DispatchPolicy

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from adapters.aws.dynamodb_calls import DynamoDbCalls
    from adapters.aws.dynamodb_ledger import DynamoDbLedger
    from adapters.aws.events import EventSender
    from adapters.aws.lambda_invoker import LambdaInvoker
    from adapters.aws.s3_calls import S3Calls
    from adapters.machine.json_log import JsonLog
    from application.ports.background import Background
    from application.ports.clock import Clock
    from application.ports.id_source import IdSource
    from application.ports.point_tables import PointTables
    from entrypoints.settings import FunctionSettings, SendingSettings

_CALLS_AT_ONCE = 4


def clock() -> Clock:
    """Return the machine's clock."""
    from adapters.machine.clock import SystemClock

    return SystemClock()


def ids() -> IdSource:
    """Return the machine's random source."""
    from adapters.machine.random_ids import RandomIds

    return RandomIds()


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


def s3(settings: FunctionSettings) -> S3Calls:
    """Return the calls of S3."""
    if settings.client == "curl":
        from adapters.aws.s3_curl import s3_curl

        return s3_curl()
    from adapters.aws.s3_boto import S3Boto, s3_client

    return S3Boto(s3_client())


def brief_s3(settings: FunctionSettings) -> S3Calls:
    """Return the calls of S3 of a function for whose answer the gateway waits."""
    from adapters.aws.s3_calls import BRIEF_SILENCE

    if settings.client == "curl":
        from adapters.aws.s3_curl import s3_curl

        return s3_curl(BRIEF_SILENCE)
    from adapters.aws.s3_boto import S3Boto, s3_client

    return S3Boto(s3_client(silence=BRIEF_SILENCE))


class LaterTables:
    """The tables of points in the bucket, which are made when an event needs them: most have no table."""

    def __init__(self, bucket: str, calls: Callable[[], S3Calls], *, brief: bool = False) -> None:
        """Use a bucket by what `calls` returns, with few attempts where a caller waits."""
        self._bucket, self._calls, self._brief = bucket, calls, brief
        self._made: PointTables | None = None

    def has(self, digest: str, chunks: int) -> bool:
        """Return whether a table is there."""
        return self._tables().has(digest, chunks)

    def put(self, digest: str, number: int, body: bytes) -> None:
        """Store a chunk."""
        self._tables().put(digest, number, body)

    def chunk(self, digest: str, number: int) -> bytes:
        """Return a chunk."""
        return self._tables().chunk(digest, number)

    def _tables(self) -> PointTables:
        if self._made is None:
            from adapters.aws.s3_attempts import ATTEMPTS
            from adapters.aws.s3_calls import BRIEF_ATTEMPTS
            from adapters.aws.s3_tables import S3PointTables

            self._made = S3PointTables(self._calls(), self._bucket, BRIEF_ATTEMPTS if self._brief else ATTEMPTS)
        return self._made


def links() -> S3Client:
    """Return the client that signs links; most events need none."""
    from adapters.aws.s3_boto import s3_client

    return s3_client()


def log(function: str, settings: FunctionSettings) -> JsonLog:
    """Return the log of a function; Lambda's own name for it, where there is one, goes before `function`."""
    from adapters.machine.json_log import JsonLog

    return JsonLog(settings.log_level, settings.function_name or function)


def survey(settings: SendingSettings, clock: Clock) -> Survey:
    """Return what knows how long a shard can live."""
    return Survey(clock, settings.shard_lifetime)


def background() -> Background:
    """Return threads for the calls of one dispatch to the ledger.

    A block is two calls before its shards are sent and one after, of about 5 ms each; in as many milliseconds the
    shards of one are sent.
    """
    from adapters.machine.background import ThreadedBackground

    return ThreadedBackground(_CALLS_AT_ONCE)


def sender(function: str, settings: SendingSettings, log: JsonLog) -> EventSender:
    """Return what sends events to a function."""
    policy = DispatchPolicy(concurrency=settings.dispatch_concurrency)
    if settings.client == "curl":
        from adapters.aws.curl_sender import curl_sender

        return curl_sender(function, policy, log)
    from adapters.aws.invocation import Invocation
    from adapters.aws.lambda_client import lambda_client
    from adapters.aws.threaded_sender import ThreadedSender

    return ThreadedSender(Invocation(lambda_client(policy), function), policy, log)


def invoker(settings: SendingSettings, log: JsonLog) -> LambdaInvoker:
    """Return what dispatches shards to workers."""
    from adapters.aws.lambda_invoker import LambdaInvoker

    return LambdaInvoker(sender(settings.worker_function, settings, log))
