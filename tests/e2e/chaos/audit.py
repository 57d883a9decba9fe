"""The audit after a round: it shares no code with the program, and finds whatever is not as it was asked for.

It reads the table and the bucket raw, decodes both by itself, and computes what each point must be.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.e2e.chaos.asked import Asked
from tests.e2e.chaos.ledger_reading import Ends, Item, Recorded, items_of, read_ledger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

Json = dict[str, Any]
AT_REST = {"done", "done_with_errors", "cancelled"}


@dataclass(frozen=True, slots=True)
class Stored:
    """All that is stored: the items of the table, and the objects of the bucket."""

    items: list[Item]
    objects: dict[str, bytes]

    @classmethod
    def read(cls, table: DynamoDBClient, table_name: str, bucket: S3Client, bucket_name: str) -> Stored:
        """Read everything."""
        objects = {}
        for page in bucket.get_paginator("list_objects_v2").paginate(Bucket=bucket_name):
            for found in page.get("Contents", ()):
                objects[found["Key"]] = bucket.get_object(Bucket=bucket_name, Key=found["Key"])["Body"].read()
        return cls(list(items_of(table, table_name)), objects)


def audit(stored: Stored, sweeps: Sequence[Asked], statuses: Mapping[str, Json]) -> list[str]:
    """Return what is wrong, a line each; `statuses` has what the API says of each sweep, by its id."""
    recorded, keys = read_ledger(stored.items)
    return [
        *_keys(sweeps, recorded, keys),
        *(f"{item['pk']['S']} {item['sk']['S']} never expires" for item in stored.items if "expires_at" not in item),
        *_strays(stored, recorded),
        *(
            f"{one.name}: {finding}"
            for one in sweeps
            if (found := recorded.get(keys.get(one.key, "")))
            for finding in _Sweep(one, found, stored.objects, statuses.get(found.id, {})).findings()
        ),
    ]


def _keys(sweeps: Sequence[Asked], recorded: Mapping[str, Recorded], keys: Mapping[str, str]) -> Iterator[str]:
    """Yield where a key has no sweep, or a sweep is not that of its key."""
    for one in sweeps:
        found = recorded.get(keys.get(one.key, ""))
        if found is None:
            yield f"{one.name}: the key {one.key} has no sweep"
        elif one.sweep_id not in {None, found.id}:
            yield f"{one.name}: a caller was told {one.sweep_id}, the ledger has {found.id}"
    expected = Counter(one.key for one in sweeps)
    for key, count in (Counter(one.key for one in recorded.values()) - expected).items():
        yield f"{key} has {count} sweeps more than were asked for"


def _strays(stored: Stored, recorded: Mapping[str, Recorded]) -> Iterator[str]:
    """Yield what belongs to no sweep."""
    for key in stored.objects:
        if key.split("/")[1] not in recorded:
            yield f"{key} belongs to no sweep"
    for item in stored.items:
        kind, _, rest = item["pk"]["S"].partition("#")
        if kind in {"SWEEP", "MARKS"} and rest.split("#")[0] not in recorded:
            yield f"{item['pk']['S']} belongs to no sweep"


class _Sweep:
    """The audit of one sweep."""

    def __init__(self, asked: Asked, recorded: Recorded, objects: Mapping[str, bytes], status: Json) -> None:
        prefix = f"sweeps/{recorded.id}/results/"
        self._asked = asked
        self._recorded = recorded
        self._bodies = {key.removeprefix(prefix): body for key, body in objects.items() if key.startswith(prefix)}
        self._status = status
        self._lacking: dict[int, int] = {}  # points without a value in the object of a shard

    def findings(self) -> Iterator[str]:
        """Yield what is wrong with it."""
        asked, recorded = self._asked, self._recorded
        if (recorded.points, recorded.shards) != (len(asked.points), asked.shards):
            yield f"the ledger has {recorded.points} points in {recorded.shards} shards"
        names = {f"{shard:08d}.jsonl.gz": shard for shard in range(asked.shards)}
        yield from (f"the object {name} is of no shard" for name in self._bodies.keys() - names.keys())
        for name, shard in names.items():
            if name in self._bodies:
                yield from (f"shard {shard}: {finding}" for finding in self._object(shard, self._bodies[name]))
        yield from (f"the ledger marks shard {shard}" for shard in recorded.ends if shard >= asked.shards)
        for shard in range(asked.shards):
            end = recorded.ends.get(shard, Ends())
            yield from (f"shard {shard}: {finding}" for finding in self._end(shard, end))
        yield from self._counts()

    def _object(self, shard: int, body: bytes) -> Iterator[str]:
        """Yield what is wrong with the object of a shard: each index has one line, and that line the right result."""
        try:
            lines = [json.loads(line) for line in gzip.decompress(body).splitlines()]
        except (OSError, EOFError, ValueError) as error:
            yield f"its object cannot be read: {error!r}"
            return
        expected = self._asked.range_of(shard)
        indices = [line["index"] for line in lines]
        for index, count in Counter(indices).items():
            if count > 1 or index not in expected:
                yield f"index {index} has {count} lines"
        if indices != list(expected):
            yield f"its object has the indices {indices} and not {expected}"
        self._lacking[shard] = sum("error" in line for line in lines)
        for line in lines:
            if line["index"] in expected:
                yield from self._line(line)

    def _line(self, line: Json) -> Iterator[str]:
        index, value = line["index"], self._asked.value(line["index"])
        if line["point"] != self._asked.points[index] or list(line["point"]) != list(self._asked.points[index]):
            yield f"index {index} is of the point {line['point']}"
        if "value" in line and (value is None or line["value"] != value or "error" in line):
            yield f"index {index} has the value {line['value']} and not {value}"
        if "value" not in line and value is not None and not self._recorded.cancelled:
            yield f"index {index} has no value but {line.get('error')}"

    def _end(self, shard: int, end: Ends) -> Iterator[str]:
        """Yield where the recorded end is not the one that the object has."""
        stored = self._lacking.get(shard)
        if end.end in {"done", "partial"} and stored is None:
            yield f"it is {end.end} in the ledger, and has no object"
        if end.end == "done" and stored:
            yield f"it is done in the ledger, and {stored} points have no value"
        if end.end == "partial" and end.lacking[max(end.lacking)] != stored:
            yield f"the ledger has {end.lacking} points without a value by generation, the object {stored}"
        if not self._recorded.cancelled and end.end not in {"done", "partial"}:
            yield f"its end is {end.end} ({end.kind} in generation {end.dispatched})"

    def _counts(self) -> Iterator[str]:
        """Yield where the API counts otherwise."""
        status, shards = self._status, self._asked.shards
        if status.get("state") not in AT_REST:
            yield f"it is left {status.get('state')}"
        if (status.get("state") == "cancelled") > self._asked.is_cancelled:
            yield "it is cancelled, and was never asked to be"
        for name, count in self._expected().items():
            if status.get(name) != count:
                yield f"the API says {name} {status.get(name)} and not {count}"
        tally = status.get("dispatch", {})
        told = sum(
            tally.get(kind, 0) for kind in ("accepted", "rejected", "exhausted", "unknown", "deferred", "waiting")
        )
        if told != shards:
            yield f"the API has dispatches of {told} shards, there are {shards}"

    def _expected(self) -> dict[str, int]:
        """Return the counts that are in the table and in the bucket."""
        ends = {shard: self._recorded.ends.get(shard, Ends()) for shard in range(self._asked.shards)}
        kinds = Counter(end.end for end in ends.values())
        stored = [shard for shard, end in ends.items() if end.end in {"done", "partial"}]
        size = sum(len(self._asked.range_of(shard)) for shard in stored)
        lacking = sum(self._lacking.get(shard, 0) for shard in stored)
        counts = {
            "size": len(self._asked.points),
            "shards": self._asked.shards,
            "shards_done": kinds["done"] + kinds["partial"],
            "shards_with_errors": kinds["partial"],
            "shards_failed": kinds["failed"],
        }
        if not self._recorded.cancelled:
            # Of a cancelled sweep, a shard that runs again has stored results as well.
            counts |= {"done": size - lacking, "failed": lacking, "settled": size}
        waiting = {"running": 0, "unknown": 0, "overdue": 0, "undispatched": 0}
        return counts if self._recorded.cancelled else counts | waiting
