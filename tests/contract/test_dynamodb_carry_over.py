"""The ledger carries over what version 0.1 wrote into the table: the items in `golden/ledgers-0.1`."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from adapters.aws.dynamodb_ledger import DynamoDbLedger
from domain.dispatch import OutcomeKind
from domain.errors import DependencyUnavailable
from domain.progress import History, Progress, State
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed
from tests.fakes.at_once import at_once
from tests.fakes.aws import dynamodb, make_table, moto_server
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

GOLDEN = Path(__file__).parent / "golden" / "ledgers-0.1" / "ledger-items.json"
SWEEP = make_sweep()
_numbers = count()


def restored(part: Any) -> Any:  # noqa: ANN401 - any attribute of an item
    """Return an item as DynamoDB returns it: bytes where the file has them as base64."""
    if isinstance(part, dict) and part.keys() == {"base64"}:
        return base64.b64decode(part["base64"])
    return {name: restored(value) for name, value in part.items()} if isinstance(part, dict) else part


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Yield the address of one server for all tests."""
    with moto_server() as address:
        yield address


class OldTable:
    """A table with the items that version 0.1 wrote for one sweep."""

    def __init__(self, endpoint: str) -> None:
        """Make the table."""
        self.client = dynamodb(endpoint)
        self.name = f"old-{next(_numbers)}"
        make_table(self.client, self.name)
        self.ledger = DynamoDbLedger(self.client, self.name, HandClock(), retention_days=30)
        items = json.loads(GOLDEN.read_text(encoding="utf-8"))
        self.own: dict[str, Any] = restored(items["sweep"])
        for item in (items["sweep"], *items["pieces"], items["page"], *items["ends"]):
            self.client.put_item(TableName=self.name, Item=restored(item))

    def cancel(self) -> None:
        """Mark the sweep as version 0.1 did."""
        self.own["cancelled_at"] = {"N": "1700000001.0"}
        self.client.put_item(TableName=self.name, Item=self.own)

    def end(self, shards: range) -> None:
        """Mark shards done as version 0.1 did."""
        for shard in shards:
            key = {"pk": self.own["pk"], "sk": {"S": f"SHARD#{shard:08d}"}, "shard": {"N": str(shard)}}
            done: dict[str, Any] = {"done": {"BOOL": True}, "points": {"N": "12"}, "errors": {"N": "0"}}
            self.client.put_item(TableName=self.name, Item={**key, **done})


@pytest.fixture
def old(endpoint: str) -> OldTable:
    """Return an old table."""
    return OldTable(endpoint)


def test_a_sweep_of_version_1_has_its_course(old: OldTable) -> None:
    """Its request, outcomes with their reasons, ends and first errors are read as they were written."""
    assert old.ledger.heads(5).heads == (SWEEP.head,)
    history = old.ledger.history(SWEEP.id)
    kinds = {dispatch.kind: dispatch.reason for dispatch in history.blocks[0].dispatches}
    assert kinds[OutcomeKind.ACCEPTED] is None
    reasons = {dispatch.reason for dispatch in history.blocks[0].dispatches} - {None}
    assert reasons == {Reason.THROTTLED, Reason.NO_ANSWER, Reason.ACCESS_DENIED, Reason.OUT_OF_TIME, Reason.OTHER}
    progress = Progress.of(history, SWEEP.created_at)
    assert (progress.shards_done, progress.shards_partial, progress.shards_failed) == (1, 1, 2)
    assert (progress.done, progress.failed, progress.state) == (11, 25, State.INCOMPLETE)
    ends = sorted(old.ledger.ends(SWEEP.id, range(6)), key=lambda end: end.number)
    assert ends == [
        ShardDone(0, 11, 1, (ErrorKind(PointError(3, "ValueError", "no root"), 1),)),
        ShardFailed(1, Reason.RETRIES_EXHAUSTED, "Task timed out after 300.00 seconds", 3),
        ShardFailed(2, Reason.PAYLOAD_REFUSED, "version: is not 1"),
    ]
    assert old.ledger.sweep(SWEEP.id) == SWEEP


def test_an_acceptance_of_version_1_is_as_old_as_its_sweep(old: OldTable) -> None:
    """Version 0.1 recorded no moment: what it dispatched is overdue a shard's lifetime after the submission."""
    old.client.delete_item(TableName=old.name, Key={"pk": old.own["pk"], "sk": {"S": "SHARD#00000000"}})
    history = old.ledger.history(SWEEP.id)
    young, aged = (Progress.of(history, SWEEP.created_at + since) for since in (0, 1))
    assert (young.state, young.running, young.overdue) == (State.RUNNING, 1, 0)
    assert (aged.state, aged.running, aged.overdue) == (State.INCOMPLETE, 0, 1)


def test_carrying_over_twice_or_at_once_changes_nothing(old: OldTable) -> None:
    """Two callers may find the old sweep at the same moment."""
    histories: list[History] = at_once([lambda: old.ledger.history(SWEEP.id)] * 2)
    assert histories[0] == histories[1] == old.ledger.history(SWEEP.id)


def test_a_worker_of_a_sweep_that_is_not_carried_over_yet_may_go_on(old: OldTable) -> None:
    """It starts, and what it marks is there afterwards, among what was carried over."""
    assert not old.ledger.look(SWEEP.id, 4).cancelled
    old.ledger.mark_done(SWEEP.id, ShardDone(4, 12))
    assert Progress.of(old.ledger.history(SWEEP.id), SWEEP.created_at).shards_done == 2


def test_a_cancelled_sweep_of_version_1_stays_cancelled(old: OldTable) -> None:
    """For its workers, before and after it is carried over."""
    old.cancel()
    assert old.ledger.look(SWEEP.id, 4).cancelled
    assert Progress.of(old.ledger.history(SWEEP.id), 0).state is State.CANCELLED
    assert old.ledger.look(SWEEP.id, 4).cancelled


def test_a_sweep_that_was_cancelled_after_its_end_is_not_cancelled(old: OldTable) -> None:
    """Version 0.1 let a caller cancel a sweep that had failed, which could then never be retried."""
    old.cancel()
    old.end(range(3, 6))
    progress = Progress.of(old.ledger.history(SWEEP.id), 0)
    assert (progress.state, progress.can_retry) == (State.FAILED, True)
    assert not old.ledger.history(SWEEP.id).cancelled


def test_a_listing_leaves_out_an_old_sweep_that_cannot_be_read(old: OldTable) -> None:
    """One request that this version cannot read does not break the page."""
    piece = {"pk": old.own["pk"], "sk": {"S": "REQUEST#0000"}, "piece": {"B": b"no gzip"}}
    old.client.put_item(TableName=old.name, Item=piece)
    new = old.ledger.open(make_sweep("lab-000000000002", key="new", created_at=SWEEP.created_at + 1))
    assert old.ledger.heads(5).heads == (new.head,)
    with pytest.raises(DependencyUnavailable):
        old.ledger.history(SWEEP.id)
