"""The ledger carries over what version 0.1 wrote into the table: the items in `golden/ledgers-0.1`."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from adapters.aws.dynamodb_items import sweep_key
from domain.dispatch import OutcomeKind
from domain.errors import DependencyUnavailable
from domain.places import BLOCK_SHARDS
from domain.progress import History, Progress, State
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed, Sweep
from tests.contract.dynamodb.watched_ledger import Watched
from tests.fakes.at_once import at_once
from tests.fakes.sweeps import make_sweep

GOLDEN = Path(__file__).parents[1] / "golden" / "ledgers-0.1" / "ledger-items.json"
SWEEP = make_sweep()

# The end-to-end tests run this adapter in the deployed functions, on the Python of those.
pytestmark = pytest.mark.one_python


def restored(part: Any) -> Any:  # noqa: ANN401 - any attribute of an item
    """Return an item as DynamoDB returns it: bytes where the file has them as base64."""
    if isinstance(part, dict) and part.keys() == {"base64"}:
        return base64.b64decode(part["base64"])
    return {name: restored(value) for name, value in part.items()} if isinstance(part, dict) else part


class OldTable(Watched):
    """A table with the items that version 0.1 wrote for one sweep."""

    def __init__(self, endpoint: str) -> None:
        """Make the table."""
        super().__init__(endpoint)
        items = json.loads(GOLDEN.read_text(encoding="utf-8"))
        self.own: dict[str, Any] = restored(items["sweep"])
        self.write([restored(item) for item in (items["sweep"], *items["pieces"], items["page"], *items["ends"])])

    def cancel(self) -> None:
        """Mark the sweep as version 0.1 did."""
        self.own["cancelled_at"] = {"N": "1700000001.0"}
        self.write([self.own])

    def end(self, shards: range) -> None:
        """Mark shards done as version 0.1 did."""
        self.write([old_done(SWEEP, shard) for shard in shards])

    def large(self, shards: int) -> Sweep:
        """Return a sweep of many shards as version 0.1 left it: each second one failed, the others are done."""
        sweep = self.ledger.open(make_sweep("large-000000000001", size=shards, shards=shards))
        own = self.item(sweep_key(sweep.id))
        (piece,) = [one for one in self.items() if one["pk"] == own["pk"] and one["sk"]["S"].startswith("REQUEST#")]
        old = {name: own[name] for name in self.own if name in own}
        ends = [old_failed(sweep, shard) if shard % 2 else old_done(sweep, shard) for shard in range(shards)]
        self.client.delete_item(TableName=self.table, Key={name: own[name] for name in ("pk", "sk")})
        self.write([old, {**piece, "sk": {"S": "REQUEST#0000"}}, accepted_page(sweep), *ends])
        self.capacity.clear()
        return sweep


def old_done(sweep: Sweep, shard: int) -> dict[str, Any]:
    """Return the item that version 0.1 wrote of a done shard."""
    return {**old_key(sweep, shard), "done": {"BOOL": True}, "points": {"N": "12"}, "errors": {"N": "0"}}


def old_failed(sweep: Sweep, shard: int) -> dict[str, Any]:
    """Return the item that version 0.1 wrote of a failed shard."""
    why = {"reason": {"S": "WorkerDied"}, "message": {"S": f"shard {shard}"}, "attempts": {"N": "1"}}
    return {**old_key(sweep, shard), "done": {"BOOL": False}, **why}


def old_key(sweep: Sweep, shard: int) -> dict[str, Any]:
    """Return what the items of ended shards have in common."""
    return {"pk": {"S": f"SWEEP#{sweep.id}"}, "sk": {"S": f"SHARD#{shard:08d}"}, "shard": {"N": str(shard)}}


def accepted_page(sweep: Sweep) -> dict[str, Any]:
    """Return a page that says that each shard of the sweep was accepted."""
    return old_page(sweep, "00000000", [[shard.number, "accepted", "request-id", 1] for shard in sweep.plan])


def old_page(sweep: Sweep, name: str, rows: object) -> dict[str, Any]:
    """Return a page of outcomes as version 0.1 wrote it."""
    packed = gzip.compress(json.dumps(rows).encode())
    return {"pk": {"S": f"SWEEP#{sweep.id}"}, "sk": {"S": f"OUTCOMES#{name}"}, "page": {"B": packed}}


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
    old.client.delete_item(TableName=old.table, Key={"pk": old.own["pk"], "sk": {"S": "SHARD#00000000"}})
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
    old.write([piece])
    new = old.ledger.open(make_sweep("lab-000000000002", key="new", created_at=SWEEP.created_at + 1))
    assert old.ledger.heads(5).heads == (new.head,)
    with pytest.raises(DependencyUnavailable):
        old.ledger.history(SWEEP.id)


def test_a_large_sweep_is_carried_over_by_two_writes_a_block(old: OldTable) -> None:
    """Of 1,000 shards half failed: 8 blocks are written, their details stay, and the next reading writes nothing."""
    sweep = old.large(1000)
    progress = Progress.of(old.ledger.history(sweep.id), sweep.created_at)
    assert (progress.shards_done, progress.shards_failed, progress.state) == (500, 500, State.FAILED)
    assert old.capacity.calls["UpdateItem"] + old.capacity.calls["PutItem"] <= 2 * -(-1000 // BLOCK_SHARDS) + 2
    old.capacity.clear()
    old.ledger.history(sweep.id)
    assert old.capacity.writes == 0
    ends = sorted(old.ledger.ends(sweep.id, range(600, 900)), key=lambda end: end.number)
    assert ends == [ShardFailed(shard, Reason.WORKER_DIED, f"shard {shard}") for shard in range(601, 900, 2)]


@pytest.mark.parametrize(
    "writes", [0, 1, 2, 6, *(pytest.param(writes, marks=pytest.mark.long) for writes in (3, 4, 5))]
)
def test_a_carrying_over_that_died_half_way_is_finished_by_the_next_call(old: OldTable, writes: int) -> None:
    """After any number of the dead caller's writes, the next caller carries over the rest, and none is there twice."""
    sweep = old.large(300)  # three blocks, of two writes each, and one for the sweep's item
    old.writes_left = writes
    with pytest.raises(DependencyUnavailable):
        old.ledger.history(sweep.id)
    old.writes_left = 7
    progress = Progress.of(old.ledger.history(sweep.id), sweep.created_at)
    assert (progress.shards_done, progress.shards_failed, progress.done) == (150, 150, 150 * 6)


def test_a_failure_of_version_1_is_read_until_the_shard_fails_anew(old: OldTable) -> None:
    """The details of a later run are those of this version."""
    old.ledger.history(SWEEP.id)
    again = ShardFailed(1, Reason.WORKER_DIED, "again", generation=1)
    old.ledger.mark_failed(SWEEP.id, again)
    second = ShardFailed(2, Reason.PAYLOAD_REFUSED, "version: is not 1")
    assert sorted(old.ledger.ends(SWEEP.id, [1, 2]), key=lambda end: end.number) == [again, second]


def test_a_shard_that_version_1_left_done_has_no_details(old: OldTable) -> None:
    """`ends` has nothing of a shard of which every point has a value, also of an old one."""
    old.end(range(3, 6))
    old.ledger.history(SWEEP.id)
    assert {end.number for end in old.ledger.ends(SWEEP.id, range(6))} == {0, 1, 2}
    assert list(old.ledger.ends(SWEEP.id, range(3, 6))) == []


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([["x", "accepted", "", 1]], id="a shard of text"),
        pytest.param([[None, "accepted", "", 1]], id="no shard"),
        pytest.param([[10**300, "accepted", "", 1], [-1, "accepted", "", 1]], id="shards beyond the plan"),
        pytest.param([[1e999, "accepted", "", 1]], id="an endless shard"),
        pytest.param([[3, ["accepted"], {}, 1]], id="a reason of another type"),
        pytest.param([[3, "accepted"]], id="a row that is cut"),
        pytest.param({"3": "accepted"}, id="no list"),
        pytest.param(7, id="a number"),
    ],
)
def test_a_damaged_page_of_version_1_is_left_out(old: OldTable, rows: object) -> None:
    """What was dispatched by the other pages is carried over."""
    whole = old_page(SWEEP, "00000002", [[5, "accepted", "", 1]])
    old.write([old_page(SWEEP, "00000001", rows), whole])
    history = old.ledger.history(SWEEP.id)
    assert list(history.blocks) == [0]
    assert history.blocks[0].standing(SWEEP.plan, 0).accepted >> 5 & 1
    assert {item["pk"]["S"] for item in old.items() if item["sk"]["S"].startswith("BLOCK#")} == {f"MARKS#{SWEEP.id}#0"}


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"page": {"B": b"no gzip"}}, id="no gzip"),
        pytest.param({"page": {"B": gzip.compress(b"[[3")}}, id="no JSON"),
        pytest.param({"page": {"B": gzip.compress(b"[]" * 9)[:-9]}}, id="cut"),
        pytest.param({"page": {"S": "text"}}, id="text"),
        pytest.param({}, id="nothing"),
    ],
)
def test_a_page_that_cannot_be_unpacked_is_left_out(old: OldTable, damage: dict[str, Any]) -> None:
    """The ends of shards are carried over all the same."""
    page = old_page(SWEEP, "00000001", [])
    del page["page"]
    old.write([{**page, **damage}])
    assert Progress.of(old.ledger.history(SWEEP.id), SWEEP.created_at).shards_failed == 2


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"shard": None}, id="no number"),
        pytest.param({"shard": {"N": "-1"}}, id="a negative number"),
        pytest.param({"shard": {"N": "6"}}, id="a number beyond the plan"),
        pytest.param({"shard": {"N": "9" * 38}}, id="a number far beyond it"),
        pytest.param({"shard": {"S": "text"}}, id="a number of text"),
        pytest.param({"done": None}, id="no kind"),
        pytest.param({"done": {"BOOL": False}}, id="a failure without a reason"),
        pytest.param({"done": {"S": "text"}}, id="a kind of text"),
        pytest.param({"points": None}, id="no number of points"),
        pytest.param({"errors": {"S": "text"}}, id="errors of text"),
    ],
)
def test_a_damaged_end_of_version_1_is_left_out(old: OldTable, damage: dict[str, Any]) -> None:
    """The shard counts as one without an end; the sweep's other shards are carried over."""
    item = {**old_done(SWEEP, 5), **damage}
    old.write([{name: value for name, value in item.items() if value}])
    history = old.ledger.history(SWEEP.id)
    assert list(history.blocks) == [0]
    assert not history.blocks[0].standing(SWEEP.plan, 0).ended >> 5 & 1
    assert Progress.of(history, SWEEP.created_at).shards_failed == 2
    assert {end.number for end in old.ledger.ends(SWEEP.id, range(6))} == {0, 1, 2}
