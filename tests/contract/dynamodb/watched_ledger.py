"""A ledger on a table of its own, whose calls and units are counted, and which can die between two writes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError

from adapters.aws.dynamodb_boto import DynamoDbBoto
from adapters.aws.dynamodb_ledger import DynamoDbLedger
from domain.dispatch import Outcome, OutcomeKind
from domain.places import BLOCK_SHARDS
from domain.sweep import Sweep
from tests.fakes.aws import dynamodb, make_table
from tests.fakes.capacity import Capacity
from tests.fakes.clock import HandClock

_BATCH = 25  # DynamoDB writes so many items at once
_numbers = count()


class Watched:
    """A ledger on a new table. It counts calls and units, and fails once `writes_left` writes are made."""

    def __init__(self, endpoint: str) -> None:
        """Make the table."""
        self.client = dynamodb(endpoint)
        self.table = f"watched-{next(_numbers)}"
        make_table(self.client, self.table)
        self.clock = HandClock()
        self.ledger = DynamoDbLedger(DynamoDbBoto(self.client), self.table, self.clock, retention_days=1)
        self.capacity = Capacity(self.client)
        self.writes_left = 1_000_000
        self._lock = Lock()
        self.client.meta.events.register("before-call.dynamodb", self._watch)

    def _watch(self, model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's OperationModel
        if model.name in {"PutItem", "UpdateItem"}:
            with self._lock:
                self.writes_left -= 1
                is_dead = self.writes_left < 0
            if is_dead:
                raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, model.name)

    def write(self, items: Sequence[dict[str, Any]]) -> None:
        """Write items behind the ledger's back, whatever is in them."""
        for start in range(0, len(items), _BATCH):
            puts: list[Any] = [{"PutRequest": {"Item": item}} for item in items[start : start + _BATCH]]
            self.client.batch_write_item(RequestItems={self.table: puts})

    def items(self) -> list[dict[str, Any]]:
        """Return every item of the table."""
        found: list[dict[str, Any]] = []
        for page in self.client.get_paginator("scan").paginate(TableName=self.table):
            found += page["Items"]
        return found

    def item(self, key: dict[str, Any]) -> dict[str, Any]:
        """Return an item by its key."""
        found: dict[str, Any] = self.client.get_item(TableName=self.table, Key=key)["Item"]
        return found

    def dispatched(self, sweep: Sweep) -> Sweep:
        """Open a sweep and record that every shard of it was accepted."""
        self.ledger.open(sweep)
        self.capacity.clear()
        for number in range(-(-sweep.plan.shards // BLOCK_SHARDS)):
            block = self.ledger.claim(sweep.id, number, sweep.id, 60)
            assert block is not None
            outcomes = [Outcome(shard, OutcomeKind.ACCEPTED) for shard in block.shards(sweep.plan)]
            self.ledger.record(sweep.id, block.after(outcomes, self.clock.now()), sweep.id)
        return sweep
