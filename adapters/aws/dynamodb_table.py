"""The ledger's table: consistent reads, conditional writes of items that expire, and errors that are translated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws.dynamodb_items import Item, number, partition, text
from application.ports.clock import Clock
from domain.errors import DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDbTable:
    """One table with the keys `pk` and `sk`; every method raises `DependencyUnavailable` if AWS fails."""

    def __init__(self, client: DynamoDBClient, name: str, clock: Clock) -> None:
        """Use a table of this client."""
        self._client = client
        self._name = name
        self._clock = clock

    def get(self, key: Item) -> Item | None:
        """Return an item as it was last written, or None if there is none."""
        with _translated():
            answer: Mapping[str, Any] = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True)
        return answer.get("Item")

    def query(self, sweep_id: str, prefix: str) -> Iterator[Mapping[str, Any]]:
        """Yield the items of a sweep whose sort key begins with `prefix`, in its order, as they were last written."""
        with _translated():
            pages = self._client.get_paginator("query").paginate(
                TableName=self._name,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
                ExpressionAttributeValues={":pk": text(partition(sweep_id)), ":prefix": text(prefix)},
                ConsistentRead=True,
            )
            for page in pages:
                yield from page["Items"]

    def newest(self, index: str, listing: str, limit: int, before: str | None) -> tuple[list[Item], bool]:
        """Return at most `limit` items of an index's partition, newest first, and whether there are more.

        `before` is the index key of the item after which the page begins, None for the first page.
        """
        earlier = {":before": text(before)} if before else {}
        with _translated():
            answer: Mapping[str, Any] = self._client.query(
                TableName=self._name,
                IndexName=index,
                KeyConditionExpression="gsi_pk = :listing" + (" AND gsi_sk < :before" if before else ""),
                ExpressionAttributeValues={":listing": text(listing), **earlier},
                ScanIndexForward=False,
                # One more than the page holds: DynamoDB says of every full page that more may follow.
                Limit=limit + 1,
            )
        found = answer["Items"]
        return found[:limit], len(found) > limit or "LastEvaluatedKey" in answer

    def put(
        self, item: Item, seconds: int, condition: str | None = None, values: Mapping[str, Any] | None = None
    ) -> bool:
        """Write an item whole, to expire in so many seconds; return whether the condition held."""
        expires = {"expires_at": number(int(self._clock.now()) + seconds)}
        more: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if values:
            more["ExpressionAttributeValues"] = values
        return _holds(lambda: self._client.put_item(TableName=self._name, Item={**item, **expires}, **more))

    def update(self, key: Item, change: str, condition: str, values: Mapping[str, Any]) -> bool:
        """Change an item, and return whether the condition held."""
        return _holds(
            lambda: self._client.update_item(
                TableName=self._name,
                Key=key,
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=dict(values),
            )
        )

    def delete(self, key: Item, condition: str, values: Mapping[str, Any]) -> bool:
        """Delete an item, and return whether the condition held."""
        return _holds(
            lambda: self._client.delete_item(
                TableName=self._name, Key=key, ConditionExpression=condition, ExpressionAttributeValues=dict(values)
            )
        )


def _holds(write: Any) -> bool:  # noqa: ANN401 - any call of the client
    """Carry out a conditional write, and return whether its condition held."""
    with _translated():
        try:
            write()
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
    return True


@contextmanager
def _translated() -> Iterator[None]:
    """Raise what AWS or its client raises as `DependencyUnavailable`, with a code and without any value."""
    try:
        yield
    except ClientError as error:
        raise DependencyUnavailable(f"the ledger answers {error.response['Error']['Code']}") from error
    except BotoCoreError as error:
        raise DependencyUnavailable(f"the ledger does not answer: {type(error).__name__}") from error
