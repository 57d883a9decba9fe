"""What the ledger in DynamoDB keeps of a sweep, and for how long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.aws.dynamodb_items import key_item, piece_keys, sweep_items, sweep_key
from domain.errors import SweepNotFound
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed
from tests.contract.dynamodb.watched_ledger import Watched
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

# Units and items are the same on every Python; the ledger's contract runs on each.
pytestmark = pytest.mark.one_python


def test_a_sweep_remembers_which_code_was_deployed(watched: Watched) -> None:
    """Also one that its first caller left half written; what is not known takes no place in an item."""
    sweep = replace(make_sweep(), code="0123456789abcdef")
    assert watched.ledger.open(sweep) == watched.ledger.sweep(sweep.id) == sweep
    other = replace(sweep, id="lab-000000000002", key="other")
    watched.client.put_item(TableName=watched.table, Item=key_item(other))
    assert watched.ledger.open(replace(other, id="lab-000000000003")) == other
    assert "code" not in sweep_items(make_sweep())[0]


def test_a_sweep_of_version_0_1_has_no_spans_and_may_have_some(watched: Watched) -> None:
    """An item without their attributes reads as one of which nothing was assigned."""
    sweep = watched.ledger.open(make_sweep())
    history = watched.ledger.history(sweep.id)
    assert (set(history.assigned), dict(history.undelivered)) == (set(), {})
    assert not [name for name in watched.item(sweep_key(sweep.id)) if name.startswith(("assigned", "until"))]


def test_every_item_expires(watched: Watched) -> None:
    """Each item has the time at which DynamoDB may delete it: after the retention, a key one hour earlier."""
    sweep = watched.dispatched(make_sweep(size=4, shards=4))
    watched.ledger.mark_done(sweep.id, ShardDone(0, 6))
    watched.ledger.mark_failed(sweep.id, ShardFailed(1, Reason.WORKER_DIED, "text"))
    watched.ledger.mark_done(sweep.id, ShardDone(300, 6))  # a block that no dispatcher has claimed
    watched.ledger.cancel(sweep.id)
    now = int(HandClock().now())
    ends = {(item["pk"]["S"][:3], int(item["expires_at"]["N"]) - now) for item in watched.items()}
    assert ends == {("SWE", 24 * 3600), ("MAR", 24 * 3600), ("KEY", 23 * 3600)}


def test_a_sweep_whose_request_has_expired_is_gone(watched: Watched) -> None:
    """A sweep of which DynamoDB has deleted an item is not found; to list it takes no request."""
    old = watched.ledger.open(make_sweep("lab-000000000001", key="old"))
    new = watched.ledger.open(make_sweep("lab-000000000002", key="new"))
    (key,) = piece_keys(watched.item(sweep_key(old.id)))
    watched.client.delete_item(TableName=watched.table, Key=key)
    with pytest.raises(SweepNotFound):
        watched.ledger.sweep(old.id)
    assert set(watched.ledger.heads(10).heads) == {old.head, new.head}


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
