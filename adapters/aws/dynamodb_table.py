"""The ledger's table: reads, conditional writes of items that expire, retries within a deadline, translated errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnectedError
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

from adapters.aws.dynamodb_items import Item, number, text
from application.ports.clock import Clock
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# In seconds. DynamoDB answers within milliseconds: what takes longer than this is lost, and better asked again.
_CONNECT, _READ = 1.0, 1.5
# What one attempt can last; with less time left it is waited for no longer than that.
_LONGEST_ATTEMPT = _CONNECT + _READ
_ATTEMPTS = 5
# The codes that botocore's standard retry mode counts as throttling or transient, as DynamoDB uses them.
_TRANSIENT = {
    "InternalServerError",
    "ItemCollectionSizeLimitExceededException",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionInProgressException",
}
_FIRST_SERVER_ERROR = 500


def dynamodb_client(endpoint_url: str | None = None) -> DynamoDBClient:
    """Return a client that makes one attempt a call: the table decides whether there is time for another."""
    import boto3  # noqa: PLC0415 - loaded only by a process that keeps a ledger there
    from botocore.config import Config  # noqa: PLC0415 - likewise

    retries: Any = {"total_max_attempts": 1, "mode": "standard"}
    config = Config(connect_timeout=_CONNECT, read_timeout=_READ, retries=retries)
    return boto3.client("dynamodb", config=config, endpoint_url=endpoint_url)


class DynamoDbTable:
    """One table with the keys `pk` and `sk`; every method raises `DependencyUnavailable` if AWS fails."""

    def __init__(self, client: DynamoDBClient, name: str, clock: Clock, deadline: Deadline = no_deadline) -> None:
        """Use a table of this client; no call is waited for beyond the deadline."""
        self._client = client
        self._name = name
        self._clock = clock
        self._deadline = deadline
        self._retrying = Retrying(
            retry=retry_if_exception(_may_pass),
            stop=self._gives_up,
            wait=wait_random_exponential(multiplier=0.05, max=1),
            sleep=time.sleep,
            reraise=True,
        )

    def within(self, deadline: Deadline) -> DynamoDbTable:
        """Return the table for calls that fit another deadline."""
        return DynamoDbTable(self._client, self._name, self._clock, deadline)

    def get(self, key: Item) -> Item | None:
        """Return an item as it was last written, or None if there is none."""
        answer = self._call(lambda: self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True))
        found: Item | None = answer.get("Item")
        return found

    def get_many(self, keys: Sequence[Item], *, consistent: bool) -> list[Item]:
        """Return those of at most 100 items that there are, in any order; `consistent` ones as last written."""
        found: list[Item] = []
        wanted: Any = {self._name: {"Keys": list(keys), "ConsistentRead": consistent}}

        def read() -> None:
            nonlocal wanted
            answer: Any = self._client.batch_get_item(RequestItems=wanted)
            found.extend(answer["Responses"].get(self._name, []))
            wanted = answer["UnprocessedKeys"]
            if wanted:
                raise _UnprocessedError

        self._call(read)
        return found

    def query(self, partition: str, first: str, last: str) -> Iterator[Item]:
        """Yield a partition's items with sort keys from `first` to `last`, in order, as they were last written."""
        wanted: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": {":pk": text(partition), ":first": text(first), ":last": text(last)},
            "ConsistentRead": True,
        }
        while True:
            answer = self._call(lambda: self._client.query(**wanted))
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            wanted["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def newest(self, index: str, listing: str, limit: int, before: str | None) -> tuple[list[Item], bool]:
        """Return at most `limit` items of an index's partition, newest first, and whether there are more.

        `before` is the index key of the item after which the page begins, None for the first page.
        """
        earlier = {":before": text(before)} if before else {}
        answer = self._call(
            lambda: self._client.query(
                TableName=self._name,
                IndexName=index,
                KeyConditionExpression="gsi_pk = :listing" + (" AND gsi_sk < :before" if before else ""),
                ExpressionAttributeValues={":listing": text(listing), **earlier},
                ScanIndexForward=False,
                # One more than the page holds: DynamoDB says of every full page that more may follow.
                Limit=limit + 1,
            )
        )
        found: list[Item] = answer["Items"]
        return found[:limit], len(found) > limit or "LastEvaluatedKey" in answer

    def put(
        self, item: Item, seconds: int, condition: str | None = None, values: Mapping[str, Any] | None = None
    ) -> bool:
        """Write an item whole, to expire in so many seconds; return whether the condition held."""
        more: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if values:
            more["ExpressionAttributeValues"] = values
        whole = {**item, "expires_at": self.expiry(seconds)}
        return self._write(lambda: self._client.put_item(TableName=self._name, Item=whole, **more)) is not None

    def update(
        self,
        key: Item,
        change: str,
        values: Mapping[str, Any],
        condition: str | None = None,
        *,
        returns: Literal["NONE", "ALL_NEW"] = "NONE",
    ) -> Item | None:
        """Change an item, made if it is missing, and return what is asked for; None if the condition does not hold."""
        more: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        answer = self._write(
            lambda: self._client.update_item(
                TableName=self._name,
                Key=key,
                UpdateExpression=change,
                ExpressionAttributeValues=dict(values),
                ReturnValues=returns,
                **more,
            )
        )
        return None if answer is None else answer.get("Attributes", {})

    def expiry(self, seconds: int) -> dict[str, str]:
        """Return the attribute of an item that expires in so many seconds."""
        return number(int(self._clock.now()) + seconds)

    def _write(self, write: Callable[[], Any]) -> Any:  # noqa: ANN401 - the answer of any call
        """Carry out a conditional write, and return its answer, or None if its condition does not hold."""
        try:
            return self._call(write)
        except _ConditionError:
            return None

    def _call(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - the answer of any call
        """Call AWS until it answers, for as long as there is time and sense."""
        with _translated():
            return self._retrying(self._attempt, call)

    def _attempt(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - likewise
        left = self._deadline()
        if left >= _LONGEST_ATTEMPT:
            return call()
        if left <= 0:
            raise DependencyUnavailable("no time is left to ask the ledger")
        return _within(left, call)

    def _gives_up(self, state: RetryCallState) -> bool:
        enough = self._deadline() > state.upcoming_sleep
        return state.attempt_number >= _ATTEMPTS or not enough


class _ConditionError(Exception):
    """The condition of a write does not hold."""


class _UnprocessedError(BotoCoreError):
    """DynamoDB left out items for which it had no capacity."""


def _within(seconds: float, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - the answer of any call
    """Return the answer of a call if it comes in so many seconds; else leave the call to its own end."""
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
        raise DependencyUnavailable("the ledger does not answer in the time that is left") from None


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, ClientError):
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return error.response["Error"]["Code"] in _TRANSIENT or status >= _FIRST_SERVER_ERROR
    return isinstance(error, NotConnectedError | HTTPClientError | _UnprocessedError)


@contextmanager
def _translated() -> Iterator[None]:
    """Raise what AWS or its client raises as `DependencyUnavailable`, with a code and without any value."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            raise _ConditionError from error
        raise DependencyUnavailable(f"the ledger answers {code}") from error
    except BotoCoreError as error:
        raise DependencyUnavailable(f"the ledger does not answer: {type(error).__name__}") from error
