"""The ledger in DynamoDB where items are damaged: one that makes no sense hides itself, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.aws.dynamodb_items import block_key, shard_key, sweep_key
from adapters.aws.dynamodb_spans import read_spans
from domain.errors import DependencyUnavailable
from domain.progress import Progress
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed, Sweep
from tests.contract.dynamodb.watched_ledger import Watched
from tests.fakes.sweeps import make_sweep

# The end-to-end tests run these adapters in the deployed functions, on the Python of those.
pytestmark = pytest.mark.one_python

_FAILED = ShardFailed(1, Reason.WORKER_DIED, "text")
_PARTIAL = ShardDone(1, 11, 1, (ErrorKind(PointError(13, "ValueError", "text"), 1),))


def _moments(*written: str) -> dict[str, Any]:
    """Return dispatches at these moments, each of another shard, and at last one of shard 5 that is whole."""
    rows = [f'["accepted","",0,{at},"{1 << place:x}"]' for place, at in enumerate(written)]
    return {"dispatches": {"S": f'[{",".join(rows)},["accepted","",0,1.0,"20"]]'}}


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"dispatches": {"S": "no JSON"}}, id="dispatches that are no JSON"),
        pytest.param({"dispatches": {"S": '[["accepted","",0,1.0]]'}}, id="a dispatch with a part missing"),
        pytest.param({"dispatches": {"S": '[["odd","Odd",0,1.0,"ff"]]'}}, id="an unknown outcome and reason"),
        pytest.param({"dispatches": {"S": '[["accepted","",0,1.0,"-ff"]]'}}, id="a negative set of places"),
        pytest.param({"dispatches": {"S": '[["accepted","",1e999,1.0,"ff"]]'}}, id="an endless generation"),
        pytest.param({"dispatches": {"S": '[["accepted","",0,"text","ff"]]'}}, id="a moment of text"),
        pytest.param({"dispatches": {"N": "5"}}, id="dispatches of another type"),
        pytest.param({"done": {"NS": ["128", "-1", "1.5", "9" * 38]}}, id="done shards beyond the block"),
        pytest.param({"done": {"S": "text"}}, id="done shards of text"),
        pytest.param({"errors": {"NS": ["-5", "1.5", "9" * 38]}}, id="odd marks of errors"),
        pytest.param({"failed": {"NS": ["-5", "1.5", "9" * 38]}}, id="odd marks of failures"),
        pytest.param({"skipped": {"NS": ["-5", "1.5", "9" * 38]}}, id="odd counts of skipped points"),
        pytest.param({"skipped": {"S": "text"}}, id="skipped points of text"),
        pytest.param({"claim_until": {"S": "text"}}, id="a claim until a text"),
        pytest.param({"claim_until": {"BOOL": True}}, id="a claim until a truth"),
        pytest.param({"claim_owner": {"N": "5"}}, id="a claim of a number"),
    ],
)
def test_a_damaged_entry_breaks_no_reading(watched: Watched, damage: dict[str, Any]) -> None:
    """Status, results and a worker's look still answer, and the block's other entries count."""
    sweep = watched.dispatched(make_sweep(size=12, shards=6))
    watched.ledger.mark_failed(sweep.id, _FAILED)
    watched.write([{**watched.item(block_key(sweep.id, 0)), **damage}])
    block = watched.ledger.history(sweep.id).blocks[0]
    assert Progress.of(watched.ledger.history(sweep.id), 0).shards_done == 0
    assert watched.ledger.look(sweep.id, 1).block == block == watched.ledger.blocks(sweep.id, range(1))[0]
    assert list(watched.ledger.ends(sweep.id, range(6))) == [_FAILED]
    claimed = watched.ledger.claim(sweep.id, 0, "me", 60)
    assert claimed
    watched.ledger.record(sweep.id, claimed, "me")
    if "done" not in damage or "NS" in damage["done"]:
        watched.ledger.mark_done(sweep.id, ShardDone(2, 12))
        assert Progress.of(watched.ledger.history(sweep.id), 0).shards_done == 1


def test_odd_moments_are_left_out(watched: Watched) -> None:
    """A dispatch of no moment that a calendar has counts as none; those beside it count."""
    sweep = watched.dispatched(make_sweep(size=12, shards=6))
    odd = _moments("NaN", "1e300", "-1.0", "1e999", "-0.5")
    watched.write([{**watched.item(block_key(sweep.id, 0)), **odd}])
    for block in (watched.ledger.history(sweep.id).blocks[0], watched.ledger.look(sweep.id, 0).block):
        standing = block.standing(sweep.plan, 0)
        assert (standing.accepted, standing.undispatched) == (0b100000, 0b011111)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"assigned_odd": {"NS": ["1"]}}, id="an assignment without a time"),
        pytest.param({"assigned_odd": {"NS": ["1"]}, "until_odd": {"S": "text"}}, id="a time of text"),
        pytest.param({"assigned_odd": {"NS": ["1"]}, "until_odd": {"N": "NaN"}}, id="a time that is no number"),
        pytest.param({"assigned_odd": {"NS": ["1.5"]}, "until_odd": {"N": "9e9"}}, id="half a span"),
        pytest.param({"assigned_odd": {"S": "1"}, "until_odd": {"N": "9e9"}}, id="spans of text"),
        pytest.param({"undelivered_x": {"S": "RetriesExhausted"}}, id="a span that is no number"),
        pytest.param({"undelivered_1": {"N": "5"}}, id="a reason that is a number"),
    ],
)
def test_a_damaged_span_hides_itself_alone(damage: dict[str, Any]) -> None:
    """The other spans of the sweep's item count."""
    whole = {"assigned_one": {"NS": ["0"]}, "until_one": {"N": "9e9"}, "undelivered_2": {"S": "Odd"}}
    for item in ({**whole, **damage}, {**damage, **whole}):
        assigned, undelivered = read_spans(item, 1e9)
        assert (set(assigned), dict(undelivered)) == ({0}, {2: Reason.OTHER})


@pytest.mark.parametrize(
    "number",
    ["x", "-0000001", *(pytest.param(one, marks=pytest.mark.long) for one in ("0000000x", "00000000x", "0000000", ""))],
)
def test_a_block_without_a_number_is_left_out(watched: Watched, number: str) -> None:
    """An item whose key names no block of the sweep hides none of the others, read by keys or by queries."""
    sweep = watched.dispatched(make_sweep(size=33 * 128, shards=33 * 128))
    before = watched.ledger.history(sweep.id)
    watched.write([{**watched.item(block_key(sweep.id, 0)), "sk": {"S": f"BLOCK#{number}"}, "done": {"NS": ["3"]}}])
    assert watched.ledger.history(sweep.id) == before
    assert watched.ledger.blocks(sweep.id, range(101)) == before.blocks
    assert watched.ledger.blocks(sweep.id, range(33)) == before.blocks
    assert watched.ledger.look(sweep.id, 0).block == before.blocks[0]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"kinds": {"B": b"no gzip"}}, id="kinds that are no gzip"),
        pytest.param({"kinds": {"S": "text"}}, id="kinds of text"),
        pytest.param({"errors_in": {"S": "text"}, "failed_in": {"S": "text"}}, id="generations of text"),
        pytest.param({"points": {"S": "text"}, "attempts": {"S": "text"}}, id="numbers of text"),
        pytest.param({"points": None, "message": None}, id="attributes missing"),
        pytest.param({"kinds": None, "reason": None}, id="kinds and reason missing"),
        pytest.param({"errors": None, "attempts": {"N": "1.5"}}, id="half an attempt"),
    ],
)
def test_damaged_details_are_left_out(watched: Watched, damage: dict[str, Any]) -> None:
    """The status says that the shard failed, and has no message; the details of other shards are returned."""
    sweep = watched.ledger.open(make_sweep())
    whole = ShardFailed(2, Reason.WORKER_DIED, "text")
    watched.ledger.mark_done(sweep.id, _PARTIAL)
    watched.ledger.mark_failed(sweep.id, _FAILED)
    watched.ledger.mark_failed(sweep.id, whole)
    item = {**watched.item(shard_key(sweep.id, 1)), **damage}
    watched.write([{name: value for name, value in item.items() if value}])
    found = list(watched.ledger.ends(sweep.id, range(6)))
    assert whole in found
    assert [end for end in found if end not in (whole, _FAILED, _PARTIAL)] == []
    assert len(found) < 3
    assert Progress.of(watched.ledger.history(sweep.id), 0).shards_failed == 1


def _without(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda item: {name: value for name, value in item.items() if name not in names}


def _with(**changed: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda item: {**item, **changed}


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(
            lambda item: {name: item[name] for name in ("pk", "sk", "gsi_pk", "gsi_sk")}, id="nothing but its keys"
        ),
        pytest.param(_without("created_at"), id="no moment"),
        pytest.param(_without("points"), id="no number of points"),
        pytest.param(_without("shards", "layout", "pieces"), id="no plan and no request"),
        pytest.param(_without("shards", "layout", "id"), id="no plan and no id"),
        pytest.param(_with(created_at={"S": "text"}), id="a moment of text"),
        pytest.param(_with(created_at={"N": "1e100"}), id="a moment beyond every calendar"),
        pytest.param(_with(created_at={"N": "-1"}), id="a negative moment"),
        pytest.param(_with(points={"S": "0"}), id="no point"),
        pytest.param(_with(shards={"S": "text"}), id="shards of text"),
        pytest.param(_with(shards={"N": "6"}), id="shards of another type"),
    ],
)
def test_a_damaged_sweep_hides_itself(watched: Watched, damage: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Other sweeps are listed; the sweep itself is an error of the ledger, for each call that reads it."""
    sweep = watched.ledger.open(make_sweep())
    later: Sweep = watched.ledger.open(make_sweep("lab-000000000002", created_at=sweep.created_at + 1))
    watched.write([damage(watched.item(sweep_key(sweep.id)))])
    assert watched.ledger.heads(10).heads == (later.head,)
    page = watched.ledger.heads(1)
    assert watched.ledger.heads(1, page.next).heads == ()
    calls: list[Callable[[str], object]] = [watched.ledger.head, watched.ledger.history, watched.ledger.cancel]
    for call in calls:
        with pytest.raises(DependencyUnavailable):
            call(sweep.id)


def test_a_damaged_piece_of_a_request_is_an_error_of_the_ledger(watched: Watched) -> None:
    """A piece without its bytes is no missing one: the sweep is there, and cannot be read."""
    sweep = watched.ledger.open(make_sweep())
    (piece,) = [item for item in watched.items() if item["sk"]["S"].startswith("REQUEST#")]
    watched.write([{"pk": piece["pk"], "sk": piece["sk"]}])
    with pytest.raises(DependencyUnavailable):
        watched.ledger.sweep(sweep.id)
    assert watched.ledger.head(sweep.id) == sweep.head
