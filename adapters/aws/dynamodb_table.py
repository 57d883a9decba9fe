"""The ledger's table: reads, conditional writes of items that expire, retries within a deadline, translated errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from adapters.aws.dynamodb_calls import DynamoDbCalls
from adapters.aws.dynamodb_items import Item, number, text
from adapters.aws.failures import RefusedError, UnansweredError, UnusableError
from adapters.aws.retries import attempted
from application.ports.clock import Clock
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import DependencyUnavailable

if TYPE_CHECKING:
    from tenacity import RetryCallState, Retrying

T = TypeVar("T")
_ATTEMPTS = 5
# A batch came without some of its items, for which DynamoDB had no capacity.
_UNPROCESSED = "UnprocessedKeys"
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
    _UNPROCESSED,
}
_CONDITION = "ConditionalCheckFailedException"
_FIRST_SERVER_ERROR = 500


class DynamoDbTable:
    """One table with the keys `pk` and `sk`; every method raises `DependencyUnavailable` if AWS fails."""

    def __init__(self, calls: DynamoDbCalls, name: str, clock: Clock, deadline: Deadline = no_deadline) -> None:
        """Use a table through these calls; none is waited for beyond the deadline."""
        self._calls = calls
        self._name = name
        self._clock = clock
        self._deadline = deadline

    def within(self, deadline: Deadline) -> DynamoDbTable:
        """Return the table for calls that fit another deadline."""
        return DynamoDbTable(self._calls, self._name, self._clock, deadline)

    def get(self, key: Item) -> Item | None:
        """Return an item as it was last written, or None if there is none."""
        answer = self._call("GetItem", {"TableName": self._name, "Key": key, "ConsistentRead": True})
        found: Item | None = answer.get("Item")
        return found

    def get_many(self, keys: Sequence[Item], *, consistent: bool) -> list[Item]:
        """Return those of at most 100 items that there are, in any order; `consistent` ones as last written."""
        found: list[Item] = []
        wanted: dict[str, Any] = {self._name: {"Keys": list(keys), "ConsistentRead": consistent}}

        def read() -> None:
            nonlocal wanted
            answer = self._attempt("BatchGetItem", {"RequestItems": wanted})
            found.extend(answer["Responses"].get(self._name, []))
            wanted = answer["UnprocessedKeys"]
            if wanted:
                raise RefusedError(_UNPROCESSED)

        self._retried(read)
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
            answer = self._call("Query", wanted)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            wanted["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def newest(self, index: str, listing: str, limit: int, before: str | None) -> tuple[list[Item], bool]:
        """Return at most `limit` items of an index's partition, newest first, and whether there are more.

        `before` is the index key of the item after which the page begins, None for the first page.
        """
        earlier = {":before": text(before)} if before else {}
        wanted: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": index,
            "KeyConditionExpression": "gsi_pk = :listing" + (" AND gsi_sk < :before" if before else ""),
            "ExpressionAttributeValues": {":listing": text(listing), **earlier},
            "ScanIndexForward": False,
            # One more than the page holds: DynamoDB says of every full page that more may follow.
            "Limit": limit + 1,
        }
        answer = self._call("Query", wanted)
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
        return self._write("PutItem", {"TableName": self._name, "Item": whole, **more}) is not None

    def update(
        self,
        key: Item,
        change: str,
        values: Mapping[str, Any],
        condition: str | None = None,
        *,
        names: Mapping[str, str] | None = None,
        returns: Literal["NONE", "ALL_NEW"] = "NONE",
    ) -> Item | None:
        """Change an item, made if it is missing, and return what is asked for; None if the condition does not hold."""
        more: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if names:
            more["ExpressionAttributeNames"] = names
        wanted: dict[str, Any] = {
            "TableName": self._name,
            "Key": key,
            "UpdateExpression": change,
            "ExpressionAttributeValues": dict(values),
            "ReturnValues": returns,
        }
        answer = self._write("UpdateItem", wanted | more)
        return None if answer is None else answer.get("Attributes", {})

    def expiry(self, seconds: int) -> dict[str, str]:
        """Return the attribute of an item that expires in so many seconds."""
        return number(int(self._clock.now()) + seconds)

    def _write(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """Carry out a conditional write, and return its answer, or None if its condition does not hold."""
        try:
            return self._call(operation, request)
        except _ConditionError:
            return None

    def _call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Call DynamoDB until it answers, for as long as there is time and sense."""
        return self._retried(lambda: self._attempt(operation, request))

    def _retried(self, call: Callable[[], T]) -> T:
        """Return the result of a call; raise its failure as `DependencyUnavailable`, with a code and without values."""
        try:
            return attempted(call, _may_pass, self._retrying)
        except RefusedError as error:
            if error.code == _CONDITION:
                raise _ConditionError from error
            raise DependencyUnavailable(f"the ledger answers {error.code}") from error
        except (UnansweredError, UnusableError) as error:
            raise DependencyUnavailable(f"the ledger does not answer: {error.cause}") from error

    def _attempt(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        left = self._deadline()
        if left <= 0:
            raise DependencyUnavailable("no time is left to ask the ledger")
        try:
            return self._calls.call(operation, request, left)
        except UnansweredError as error:
            if self._deadline() > 0:
                raise
            raise DependencyUnavailable("the ledger does not answer in the time that is left") from error

    def _retrying(self) -> Retrying:
        from tenacity import Retrying, retry_if_exception, wait_random_exponential  # noqa: PLC0415 - see `retries`

        return Retrying(
            retry=retry_if_exception(_may_pass),
            stop=self._gives_up,
            wait=wait_random_exponential(multiplier=0.05, max=1),
            sleep=time.sleep,
            reraise=True,
        )

    def _gives_up(self, state: RetryCallState) -> bool:
        enough = self._deadline() > state.upcoming_sleep
        return state.attempt_number >= _ATTEMPTS or not enough


class _ConditionError(Exception):
    """The condition of a write does not hold."""


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, RefusedError):
        return error.code in _TRANSIENT or error.status >= _FIRST_SERVER_ERROR
    return isinstance(error, UnansweredError)
