"""DynamoDB's capacity units, counted as AWS bills them: by the size of items, for every call of a client.

Sizes by the developer guide, "DynamoDB item sizes and formats"; units by "DynamoDB throughput capacity": a write unit
for each KB, a read unit for each 4 KB, half of it where the read may be a moment old. A query counts the bytes of all
its items together, a batch each item by itself.
"""

from __future__ import annotations

from collections import Counter
from math import ceil
from threading import local
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WRITE_BYTES = 1024
_READ_BYTES = 4096
# Whether this thread reads on behalf of a count: no count has such a read.
_asking = local()


def size_of(item: dict[str, Any]) -> int:
    """Return an item's size in bytes: the names of its attributes, and their values."""
    return sum(len(name) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number_size(content)
        case "NS":
            # The guide is silent on what a member of a set costs beside its value: count a byte, as for a list's.
            return 3 + sum(_number_size(one) + 1 for one in content)
        case "B":
            return len(bytes(content))
        case _:
            return 1


def _number_size(digits: str) -> int:
    significant = digits.strip("-").replace(".", "").strip("0")
    return ceil(len(significant) / 2) + 1


def write_units(item: dict[str, Any]) -> int:
    """Return the units of a write of an item that has this content before or after, whichever is larger."""
    return max(1, ceil(size_of(item) / _WRITE_BYTES))


def read_units(items: list[dict[str, Any]], *, consistent: bool = True) -> float:
    """Return the units of one query that reads these items."""
    return max(1, ceil(sum(map(size_of, items)) / _READ_BYTES)) * (1 if consistent else 0.5)


class Capacity:
    """Counts the calls of a client by name, and the units that they consume."""

    def __init__(self, client: DynamoDBClient) -> None:
        """Count from now on."""
        self.calls: Counter[str] = Counter()
        self.keys: Counter[str] = Counter()  # how often each partition key was written or read by its key
        self.reads = 0.0
        self.writes = 0
        self._client = client
        self._items: dict[tuple[str, str, str], dict[str, Any]] = {}  # by table and key, as last written
        client.meta.events.register("before-parameter-build.dynamodb", self._remember)
        client.meta.events.register("after-call.dynamodb", self._count)

    def clear(self) -> None:
        """Count anew."""
        self.calls.clear()
        self.keys.clear()
        self.reads, self.writes = 0.0, 0

    def _remember(self, params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context["params"] = params

    def _count(self, model: Any, parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore's OperationModel
        if getattr(_asking, "is_this", False):
            return
        params = context["params"]
        self.calls[model.name] += 1
        match model.name:
            case "GetItem":
                self.keys[params["Key"]["pk"]["S"]] += 1
                self.reads += read_units([parsed.get("Item", {})], consistent=params.get("ConsistentRead", False))
            case "Query":
                self.reads += read_units(parsed["Items"], consistent=params.get("ConsistentRead", False))
            case "BatchGetItem":
                self._count_batch(params["RequestItems"], parsed["Responses"])
            case "PutItem":
                self.keys[params["Item"]["pk"]["S"]] += 1
                self._written(params, params["Item"], params["Item"])
            case "UpdateItem":
                self.keys[params["Key"]["pk"]["S"]] += 1
                self._written(params, params["Key"], parsed.get("Attributes") or self._item(params))

    def _written(self, params: dict[str, Any], key: dict[str, Any], item: dict[str, Any]) -> None:
        """Count a write by the size of the item before or after it."""
        place = params["TableName"], key["pk"]["S"], key["sk"]["S"]
        self.writes += max(write_units(item), write_units(self._items.get(place, {})))
        self._items[place] = item

    def _item(self, params: dict[str, Any]) -> dict[str, Any]:
        """Return an item of which the answer to its write says nothing; the read is not counted."""
        _asking.is_this = True
        try:
            answer: Any = self._client.get_item(TableName=params["TableName"], Key=params["Key"], ConsistentRead=True)
        finally:
            _asking.is_this = False
        found: dict[str, Any] = answer.get("Item", {})
        return found

    def _count_batch(self, asked: dict[str, Any], found: dict[str, Any]) -> None:
        for table, request in asked.items():
            consistent = request.get("ConsistentRead", False)
            for key in request["Keys"]:
                self.keys[key["pk"]["S"]] += 1
            missing = len(request["Keys"]) - len(found.get(table, []))
            for item in [*found.get(table, []), *[{}] * missing]:
                self.reads += read_units([item], consistent=consistent)
