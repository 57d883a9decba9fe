"""Calls of DynamoDB by boto3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

from adapters.aws.boto_failures import translated
from adapters.aws.dynamodb_calls import CONNECT, READ
from adapters.aws.failures import UnansweredError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# What one attempt can last; with less time left it is waited for no longer than that.
_LONGEST_ATTEMPT = CONNECT + READ
_METHODS = {
    "BatchGetItem": "batch_get_item",
    "GetItem": "get_item",
    "PutItem": "put_item",
    "Query": "query",
    "UpdateItem": "update_item",
}


def dynamodb_client(endpoint_url: str | None = None) -> DynamoDBClient:
    """Return a client that makes one attempt a call: the table decides whether there is time for another."""
    import boto3  # noqa: PLC0415 - loaded only by a process that keeps a ledger there
    from botocore.config import Config  # noqa: PLC0415 - likewise

    retries: Any = {"total_max_attempts": 1, "mode": "standard"}
    config = Config(connect_timeout=CONNECT, read_timeout=READ, retries=retries)
    return boto3.client("dynamodb", config=config, endpoint_url=endpoint_url)


@dataclass(frozen=True, slots=True)
class DynamoDbBoto:
    """The `DynamoDbCalls` of a client that `dynamodb_client` has made."""

    client: DynamoDBClient

    def call(self, operation: str, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Call the client's method of an operation."""
        method = getattr(self.client, _METHODS[operation])
        with translated():
            answer: dict[str, Any] = _within(seconds, lambda: method(**request))
            return answer


def _within(seconds: float, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - the answer of any call
    """Return the answer of a call if it comes in so many seconds; else leave the call to its own end."""
    if seconds >= _LONGEST_ATTEMPT:
        return call()
    answer: Future[Any] = Future()

    def run() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised again where the answer is waited for
            answer.set_exception(error)

    Thread(target=run, daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        raise UnansweredError("Timeout", sent=True) from None
