"""The ledger in DynamoDB: few writes, small items, crashes between two writes, and expiry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError

from adapters.aws.dynamodb_items import key_item, piece_key
from adapters.aws.dynamodb_ledger import DynamoDbLedger, dynamodb_client
from application.documents.request import request_digest
from domain.designs.point_list import PointList
from domain.dispatch import Outcome, OutcomeKind
from domain.errors import DependencyUnavailable, SweepNotFound
from domain.request import SweepRequest
from domain.sweep import ShardDone, Sweep
from tests.fakes.aws import dynamodb, make_table, moto_server
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

LARGEST_ITEM = 400_000
_numbers = count()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Yield the address of one server for all tests."""
    with moto_server() as address:
        yield address


class Watched:
    """A ledger on a new table. It counts requests, and fails once `writes_left` writes are made."""

    def __init__(self, endpoint: str) -> None:
        """Make the table."""
        self.client = dynamodb(endpoint)
        self.table = f"watched-{next(_numbers)}"
        make_table(self.client, self.table)
        self.clock = HandClock()
        self.ledger = DynamoDbLedger(self.client, self.table, self.clock, retention_days=1)
        self.requests: Counter[str] = Counter()
        self.writes_left = 1_000_000
        self.client.meta.events.register("before-call.dynamodb", self._watch)

    def _watch(self, model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's OperationModel
        self.requests[model.name] += 1
        if model.name == "PutItem":
            self.writes_left -= 1
            if self.writes_left < 0:
                raise ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, model.name)

    def items(self) -> list[dict[str, Any]]:
        """Return every item of the table."""
        found: list[dict[str, Any]] = []
        for page in self.client.get_paginator("scan").paginate(TableName=self.table):
            found += page["Items"]
        return found


@pytest.fixture
def watched(endpoint: str) -> Watched:
    """Return a watched ledger on a new table."""
    return Watched(endpoint)


def size(item: dict[str, Any]) -> int:
    """Return an item's size as DynamoDB counts it: the lengths of names, and of values as UTF-8, digits or bytes."""
    return sum(
        len(name) + len(next(iter(value.values())) if "BOOL" not in value else "x") for name, value in item.items()
    )


def test_ten_thousand_outcomes_are_ten_writes(watched: Watched) -> None:
    """The ledger writes a thousand outcomes by one request, in an item far below DynamoDB's limit."""
    sweep = watched.ledger.open(make_sweep(size=10_000, shards=10_000))
    request_id = "0f3cf7a2-2f6b-4d4e-9a35-52b1f6a3c{:03d}"
    outcomes = [
        Outcome(number, OutcomeKind.ACCEPTED, request_id=request_id.format(number % 1000)) for number in range(10_000)
    ]
    watched.requests.clear()
    watched.ledger.record_outcomes(sweep.id, outcomes)
    assert watched.requests == {"PutItem": 10}
    assert max(map(size, watched.items())) < LARGEST_ITEM / 4
    assert watched.ledger.history(sweep.id).outcomes == {outcome.shard: outcome for outcome in outcomes}


def test_a_large_request_is_kept_in_pieces(watched: Watched) -> None:
    """The ledger returns a list of a hundred thousand points unchanged and stores it in items below the limit."""
    rows = tuple((float(number) ** 0.5, f"point {number * 7919 % 100_003}") for number in range(100_000))
    request = SweepRequest("many", "model:simulate", PointList(("x", "label"), rows))
    sweep = Sweep("many-000000000001", "k", request_digest(request), request, 1_700_000_000.0)
    assert watched.ledger.open(sweep) == sweep
    items = watched.items()
    assert len([item for item in items if item["sk"]["S"].startswith("REQUEST#")]) > 1
    assert max(map(size, items)) < LARGEST_ITEM


@pytest.mark.parametrize("writes", range(3))
def test_the_next_caller_completes_what_a_dead_one_began_to_open(watched: Watched, writes: int) -> None:
    """After any number of the dead caller's writes, the same request again finds or completes the one sweep."""
    first, again = make_sweep("lab-000000000001", key="k"), make_sweep("lab-000000000002", key="k")
    watched.writes_left = writes
    with pytest.raises(DependencyUnavailable):
        watched.ledger.open(first)
    watched.writes_left = 100
    opened = watched.ledger.open(again)
    assert opened.id == (first.id if writes else again.id)
    assert watched.ledger.open(first) == opened
    assert watched.ledger.sweeps(10).sweeps == (opened,)


def test_a_key_without_its_sweep_keeps_its_id(watched: Watched) -> None:
    """Where a key is written and its sweep is not, the next `open` records the sweep under the id of the key."""
    half = make_sweep("lab-000000000001", key="k")
    watched.client.put_item(TableName=watched.table, Item=key_item(half))
    opened = watched.ledger.open(make_sweep("lab-000000000002", key="k"))
    assert opened.id == half.id


def test_a_shard_may_end_before_its_outcome_is_recorded(watched: Watched) -> None:
    """The ledger keeps both the end and the outcome."""
    sweep = watched.ledger.open(make_sweep(size=4, shards=4))
    watched.ledger.mark_done(sweep.id, ShardDone(2, 1))
    outcome = Outcome(2, OutcomeKind.ACCEPTED, request_id="request")
    watched.ledger.record_outcomes(sweep.id, [outcome])
    history = watched.ledger.history(sweep.id)
    assert (history.ends, history.outcomes) == ({2: ShardDone(2, 1)}, {2: outcome})


def test_every_item_expires(watched: Watched) -> None:
    """Each item has the time at which DynamoDB may delete it: after the retention, a key one hour earlier."""
    sweep = watched.ledger.open(make_sweep(size=4, shards=4))
    watched.ledger.record_outcomes(sweep.id, [Outcome(0, OutcomeKind.ACCEPTED)])
    watched.ledger.mark_done(sweep.id, ShardDone(0, 1))
    now = HandClock().now()
    ends = {item["pk"]["S"]: int(item["expires_at"]["N"]) - int(now) for item in watched.items()}
    assert ends == {f"SWEEP#{sweep.id}": 24 * 3600, f"KEY#{sweep.key}": 23 * 3600}


def test_a_sweep_whose_request_has_expired_is_gone(watched: Watched) -> None:
    """A sweep of which DynamoDB has deleted an item is not found, and other sweeps are listed."""
    old = watched.ledger.open(make_sweep("lab-000000000001", key="old"))
    new = watched.ledger.open(make_sweep("lab-000000000002", key="new"))
    watched.client.delete_item(TableName=watched.table, Key=piece_key(old.id, 0))
    with pytest.raises(SweepNotFound):
        watched.ledger.sweep(old.id)
    assert watched.ledger.sweeps(10).sweeps == (new,)


def test_a_refused_connection_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger raises `DependencyUnavailable` with the type of the error if it cannot connect."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    ledger = DynamoDbLedger(dynamodb_client("http://127.0.0.1:9"), "ledger", HandClock(), 1)
    with pytest.raises(DependencyUnavailable, match="EndpointConnectionError"):
        ledger.sweep("lab-000000000001")


def test_a_key_is_free_again_before_anything_of_its_sweep_expires(watched: Watched) -> None:
    """A key belongs to its sweep until it expires, and then to a new one, also while old items are left."""
    first = make_sweep("lab-000000000001", key="key")
    later = make_sweep("lab-000000000002", key="key")
    assert watched.ledger.open(first).id == first.id
    ends = {item["pk"]["S"]: int(item["expires_at"]["N"]) for item in watched.items()}
    assert ends.pop("KEY#key") < min(ends.values())
    watched.clock.time += 23 * 3600 - 1
    assert watched.ledger.open(later).id == first.id
    watched.clock.time += 1
    assert watched.ledger.open(later).id == later.id
    assert watched.ledger.open(make_sweep("lab-000000000003", key="key")).id == later.id
