"""What the ledger's table says, decoded from its raw items by no code of the program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, dict[str, Any]]

_BLOCK = 128
_GENERATIONS = 65_536


@dataclass(slots=True)
class Ends:
    """What is recorded of one shard: by generation the failures, and the points without a value of stored results."""

    done: bool = False
    failed: set[int] = field(default_factory=set)
    lacking: dict[int, int] = field(default_factory=dict)
    dispatched: int = -1  # the generation of the last recorded dispatch
    kind: str = "waiting"  # what became of that dispatch

    @property
    def end(self) -> str:
        """The one end that counts: `done`, `partial`, `failed`, or `none`."""
        if self.done:
            return "done"
        counted = {generation for generation in (*self.failed, *self.lacking) if generation >= self.dispatched}
        if not counted:
            return "none"
        return "partial" if max(counted) in self.lacking else "failed"


@dataclass(slots=True)
class Recorded:
    """One sweep of the table."""

    id: str
    key: str
    points: int
    shards: int
    cancelled: bool
    ends: dict[int, Ends] = field(default_factory=dict)
    claims: dict[int, float] = field(default_factory=dict)  # until when, by block


def items_of(client: DynamoDBClient, table: str) -> Iterator[Item]:
    """Yield every item of a table."""
    more: dict[str, Any] = {}
    while True:
        answer: Any = client.scan(TableName=table, ConsistentRead=True, **more)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def read_ledger(items: list[Item]) -> tuple[dict[str, Recorded], dict[str, str]]:
    """Return the sweeps by their ids, and which sweep each key belongs to."""
    sweeps, keys = {}, {}
    for item in items:
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        if sk == "SWEEP":
            sweeps[item["id"]["S"]] = Recorded(
                item["id"]["S"],
                item["key"]["S"],
                int(item["points"]["S"]),
                int(item["shards"]["S"]),
                "cancelled_at" in item,
            )
        elif sk == "KEY":
            keys[pk.removeprefix("KEY#")] = item["sweep_id"]["S"]
    for item in items:
        if item["sk"]["S"].startswith("BLOCK#"):
            _add_block(sweeps[item["pk"]["S"].split("#")[1]], item)
    return sweeps, keys


def _add_block(sweep: Recorded, item: Item) -> None:
    block = int(item["sk"]["S"].removeprefix("BLOCK#"))

    def shard(place: int) -> Ends:
        return sweep.ends.setdefault(block * _BLOCK + place, Ends())

    for mark in item.get("done", {}).get("NS", ()):
        shard(int(mark)).done = True
    for mark in item.get("failed", {}).get("NS", ()):
        generation, place = divmod(int(mark), _BLOCK)
        shard(place).failed.add(generation)
    for mark in item.get("errors", {}).get("NS", ()):
        rest, place = divmod(int(mark), _BLOCK)
        lacking, generation = divmod(rest, _GENERATIONS)
        known = shard(place).lacking
        known[generation] = min(lacking, known.get(generation, lacking))
    for kind, _, generation, _, places in json.loads(item.get("dispatches", {}).get("S", "[]")):
        for place in (place for place in range(_BLOCK) if int(places, 16) >> place & 1):
            shard(place).dispatched = generation
            shard(place).kind = kind
    if "claim_until" in item:
        sweep.claims[block] = float(item["claim_until"]["N"])
