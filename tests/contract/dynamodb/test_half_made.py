"""Callers of the ledger in DynamoDB that die between two writes, mix, or get a part of an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from adapters.aws.dynamodb_items import key_item
from application.documents.request import request_digest
from domain.errors import DependencyUnavailable
from domain.reasons import Reason
from domain.sweep import ShardFailed, Sweep
from tests.contract.dynamodb.watched_ledger import Watched
from tests.fakes.sweeps import make_sweep

# Units and items are the same on every Python; the ledger's contract runs on each.
pytestmark = pytest.mark.one_python


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
    assert watched.ledger.heads(10).heads == (opened.head,)


def test_a_key_without_its_sweep_keeps_its_id(watched: Watched) -> None:
    """Where a key is written and its sweep is not, the next `open` records the sweep under the id of the key."""
    half = make_sweep("lab-000000000001", key="k")
    watched.client.put_item(TableName=watched.table, Item=key_item(half))
    opened = watched.ledger.open(make_sweep("lab-000000000002", key="k"))
    assert opened.id == half.id


def test_callers_with_the_constants_in_another_order_do_not_mix(watched: Watched) -> None:
    """A second caller of the same key may write its own bytes of the request: the first one's stay whole."""
    sweep = make_sweep(key="k")
    request = replace(sweep.request, constants={"a": 1, **sweep.request.constants})
    turned = replace(sweep.request, constants={**sweep.request.constants, "a": 1})
    first = Sweep(sweep.id, "k", request_digest(request), request, sweep.created_at)
    second = replace(first, request=turned)
    assert first.digest == request_digest(turned)
    watched.ledger.open(first)
    watched.ledger._write_sweep(second)
    assert list(watched.ledger.sweep(first.id).request.constants) == list(request.constants)


@pytest.mark.parametrize("writes", range(1, 4))
def test_a_cancellation_that_died_half_way_is_made_whole_by_the_next(watched: Watched, writes: int) -> None:
    """The sweep counts as cancelled by the first write; the next call closes the gates that the dead caller did not."""
    sweep = watched.dispatched(make_sweep(size=300, shards=300))  # three partitions, so three gates
    watched.writes_left = writes
    with pytest.raises(DependencyUnavailable):
        watched.ledger.cancel(sweep.id)
    assert watched.ledger.history(sweep.id).cancelled
    assert sum(watched.ledger.look(sweep.id, shard).cancelled for shard in (0, 128, 256)) == writes - 1
    watched.writes_left = 100
    watched.ledger.cancel(sweep.id)
    assert watched.ledger.history(sweep.id).cancelled
    assert all(watched.ledger.look(sweep.id, shard).cancelled for shard in (0, 128, 256))


def test_a_mark_that_died_half_way_is_made_whole_by_the_next(watched: Watched) -> None:
    """Details are written before the mark: a marked shard has them, and one that only has details has not ended."""
    sweep = watched.ledger.open(make_sweep())
    end = ShardFailed(0, Reason.WORKER_DIED, "text")
    watched.writes_left = 1
    with pytest.raises(DependencyUnavailable):
        watched.ledger.mark_failed(sweep.id, end)
    assert watched.ledger.blocks(sweep.id, range(1)) == {}
    watched.writes_left = 2
    watched.ledger.mark_failed(sweep.id, end)
    assert list(watched.ledger.ends(sweep.id, [0])) == [end]
    assert len(watched.ledger.history(sweep.id).blocks[0].failed) == 1


def test_an_item_that_was_left_out_of_a_batch_is_asked_for_again(watched: Watched) -> None:
    """DynamoDB may leave out items for which it has no capacity."""
    sweep = watched.dispatched(make_sweep(size=300, shards=300))
    left_out = iter([True])

    def leave_out(parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        if next(left_out, False):
            items = parsed["Responses"][watched.table]
            dropped = items.pop()
            key = {name: dropped[name] for name in ("pk", "sk")}
            parsed["UnprocessedKeys"] = {watched.table: {"Keys": [key], "ConsistentRead": True}}

    watched.client.meta.events.register("after-call.dynamodb.BatchGetItem", leave_out)
    assert set(watched.ledger.blocks(sweep.id, range(3))) == {0, 1, 2}


def test_a_transient_error_is_tried_again(watched: Watched) -> None:
    """Throttling and errors of the server pass; the ledger answers."""
    codes = iter(["ProvisionedThroughputExceededException", "InternalServerError", "ThrottlingException"])

    def fail(model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's OperationModel
        code = next(codes, "")
        if code:
            raise ClientError({"Error": {"Code": code, "Message": ""}}, model.name)

    watched.client.meta.events.register("before-call.dynamodb", fail)
    sweep = make_sweep()
    assert watched.ledger.open(sweep) == sweep
    assert next(codes, None) is None
