"""What the ledger in DynamoDB takes: units of capacity, and items far below their limits."""

from __future__ import annotations

import pytest

from adapters.aws.dynamodb_items import PARTITIONS, block_key, shard_key, sweep_key
from application.documents.request import request_digest
from application.list_results import ListResults
from domain.block import Block
from domain.designs.point_list import PointList
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.places import BLOCK_SHARDS
from domain.progress import Progress, State
from domain.reasons import Reason
from domain.request import SweepRequest
from domain.standing import Redo
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed, Sweep
from tests.contract.dynamodb.watched_ledger import Watched
from tests.fakes.capacity import read_units, size_of, write_units
from tests.fakes.result_store import MemoryResults
from tests.fakes.sweeps import make_sweep

# Units and items are the same on every Python; the ledger's contract runs on each.
pytestmark = pytest.mark.one_python

LARGEST_ITEM = 400_000
LONGEST_ID = f"{'n' * 64}-{'0' * 12}"
WHOLE = (1 << BLOCK_SHARDS) - 1


def test_a_block_stays_below_one_write_unit(watched: Watched) -> None:
    """With the longest id, all shards done, several outcomes and a claim, the item has less than 1 KB."""
    sweep = watched.ledger.open(make_sweep(LONGEST_ID, size=128, shards=128))
    block = watched.ledger.claim(sweep.id, 0, sweep.id, 60)
    assert block is not None
    kinds = [
        (OutcomeKind.ACCEPTED, None),
        (OutcomeKind.UNKNOWN, Reason.NO_ANSWER),
        (OutcomeKind.EXHAUSTED, Reason.THROTTLED),
    ]
    outcomes = [Outcome(shard, *kinds[shard % 3]) for shard in range(128)]
    watched.ledger.record(sweep.id, block.after(outcomes, 1_700_000_000.123456), sweep.id)
    watched.ledger.claim(sweep.id, 0, sweep.id, 60)
    for shard in range(128):
        watched.capacity.clear()
        watched.ledger.mark_done(sweep.id, ShardDone(shard, 6))
        assert (watched.capacity.calls, watched.capacity.writes, watched.capacity.reads) == ({"UpdateItem": 1}, 1, 0)
    assert size_of(watched.item(block_key(sweep.id, 0))) < 1024
    assert watched.ledger.history(sweep.id).blocks[0].done == (1 << 128) - 1


def test_a_worker_reads_one_unit_before_it_starts(watched: Watched) -> None:
    """One request, at most one unit, and not the sweep's own item, which all its workers share."""
    sweep = watched.dispatched(make_sweep(LONGEST_ID, size=300, shards=300))
    for shard in (0, 127, 128, 299):
        watched.capacity.clear()
        assert not watched.ledger.look(sweep.id, shard).cancelled
        assert watched.capacity.calls == {"BatchGetItem": 1}
        assert watched.capacity.reads <= 1
        assert sweep_key(sweep.id)["pk"]["S"] not in watched.capacity.keys


def test_the_writes_of_a_sweep_spread_over_many_partition_keys(watched: Watched) -> None:
    """Of 40 blocks none but the 32nd next shares its partition key."""
    sweep = make_sweep(size=40 * 128, shards=40 * 128)
    keys = [block_key(sweep.id, number)["pk"]["S"] for number in range(40)]
    assert len(set(keys)) == PARTITIONS
    assert keys[:8] == keys[PARTITIONS:]


def test_a_block_is_dispatched_by_two_write_units(watched: Watched) -> None:
    """One to claim it, which reads it as well, and one to record what became of its shards."""
    watched.dispatched(make_sweep(size=300, shards=300))
    assert (watched.capacity.calls, watched.capacity.writes, watched.capacity.reads) == ({"UpdateItem": 6}, 6, 0)


def test_the_status_of_a_hundred_thousand_shards_takes_at_most_500_units(watched: Watched) -> None:
    """Measured for ten blocks whose shards are all done, the most numbers that a block can hold, and counted up."""
    sweep = watched.dispatched(make_sweep(LONGEST_ID, size=1280, shards=1280))
    for number in range(10):
        watched.ledger._blocks.add(sweep.id, Block(number, done=WHOLE))
    watched.capacity.clear()
    history = watched.ledger.history(sweep.id)
    assert Progress.of(history, 0).state is State.DONE
    assert watched.capacity.calls == {"GetItem": 1, "Query": 10}
    assert watched.capacity.reads == 11
    largest = max((watched.item(block_key(sweep.id, number)) for number in range(10)), key=size_of)
    blocks = -(-100_000 // BLOCK_SHARDS)
    assert 1 + PARTITIONS * read_units([largest] * -(-blocks // PARTITIONS)) <= 500


def test_a_page_of_results_reads_its_own_blocks(watched: Watched) -> None:
    """Nine blocks for the first page, and only the asked-for shards' blocks for a later one, in a sweep of fifty."""
    sweep = watched.ledger.open(make_sweep(size=6400, shards=6400))
    for number in range(50):
        watched.ledger._blocks.add(sweep.id, Block(number, done=WHOLE))
    listing = ListResults(watched.ledger, MemoryResults())
    watched.capacity.clear()
    page = listing(sweep.id, 100, 6000, no_deadline)
    assert (list(page.links), page.next) == (list(range(6001, 6101)), 6100)
    assert watched.capacity.reads <= 10
    watched.capacity.clear()
    assert listing(sweep.id, 1000, None, no_deadline).next == 999
    assert watched.capacity.reads <= 10


def test_listing_sweeps_reads_no_request(watched: Watched) -> None:
    """Twenty sweeps are one query of the index."""
    heads = [
        watched.ledger.open(make_sweep(f"lab-{number:012}", created_at=1.7e9 + number)).head for number in range(20)
    ]
    watched.capacity.clear()
    assert watched.ledger.heads(20).heads == tuple(reversed(heads))
    assert watched.capacity.calls == {"Query": 1}


def test_details_are_read_a_hundred_at_once(watched: Watched) -> None:
    """Why 120 shards failed is two requests, of a unit a shard: what was just written is read."""
    sweep = watched.ledger.open(make_sweep(size=120, shards=120))
    for shard in range(120):
        watched.ledger.mark_failed(sweep.id, ShardFailed(shard, Reason.WORKER_DIED, "text"))
    watched.capacity.clear()
    assert {end.number for end in watched.ledger.ends(sweep.id, range(120))} == set(range(120))
    assert (watched.capacity.calls, watched.capacity.reads) == ({"BatchGetItem": 2}, 120)


def test_many_blocks_are_read_by_queries(watched: Watched) -> None:
    """A hundred blocks are read by their keys, a unit each; a hundred and one by 32 queries, for the price of bytes."""
    sweep = watched.ledger.open(make_sweep(size=150 * 128, shards=150 * 128))
    for number in range(150):
        watched.ledger._blocks.add(sweep.id, Block(number, done=1 << number % 128))
    expected = {100: ({"BatchGetItem": 1}, 100), 101: ({"Query": PARTITIONS}, PARTITIONS)}
    for length, spent in expected.items():
        watched.capacity.clear()
        blocks = watched.ledger.blocks(sweep.id, range(9, 9 + length))
        assert {number: block.done for number, block in blocks.items()} == {
            number: 1 << number % 128 for number in range(9, 9 + length)
        }
        assert (watched.capacity.calls, watched.capacity.reads) == spent


def test_a_block_that_failed_fifty_times_stays_below_one_write_unit(watched: Watched) -> None:
    """Each record removes the marks of the runs before it: to mark a shard stays one unit, and the item below 1 KB."""
    sweep = watched.ledger.open(make_sweep(LONGEST_ID, size=128, shards=128))
    item = block_key(sweep.id, 0)
    for generation in range(50):
        block = watched.ledger.claim(sweep.id, 0, sweep.id, 60)
        assert block is not None
        shards = list(block.runs(sweep.plan, Redo.SHARDS, since=0))
        assert [shard.generation for shard in shards] == [generation] * 128
        outcomes = [Outcome.of(shard, OutcomeKind.ACCEPTED) for shard in shards]
        watched.ledger.record(sweep.id, block.after(outcomes, 1_700_000_000.123456 + generation), sweep.id)
        assert size_of(watched.item(item)) < 1024
        watched.capacity.clear()
        watched.ledger._blocks.add(sweep.id, Block(0, failed={generation: WHOLE}))
        assert watched.capacity.writes == 1
    assert watched.ledger.blocks(sweep.id, range(1))[0].failed == {49: WHOLE}
    watched.ledger._blocks.add(sweep.id, Block(0, failed={7: WHOLE}))  # late
    assert watched.ledger.blocks(sweep.id, range(1))[0].standing(sweep.plan, 0).failed == WHOLE
    block = watched.ledger.claim(sweep.id, 0, sweep.id, 60)
    assert block is not None
    again = [Outcome.of(shard, OutcomeKind.ACCEPTED) for shard in block.runs(sweep.plan, Redo.SHARDS, since=0)]
    watched.ledger.record(sweep.id, block.after(again, 1_700_000_100.0), sweep.id)
    assert "failed" not in watched.item(item)
    watched.capacity.clear()
    watched.ledger.mark_done(sweep.id, ShardDone(0, 6))
    assert watched.capacity.writes == 1


def test_the_details_of_a_shard_are_small(watched: Watched) -> None:
    """Ten kinds of errors, each with the longest message, are far from the limit of an item."""
    kinds = tuple(
        ErrorKind(PointError(n, "E" * 200, f"{n}" + "\U0001f600" * 999, ("x" * 200,) * 4), 1) for n in range(10)
    )
    end = ShardDone(0, 1, 10, kinds)
    sweep = watched.ledger.open(make_sweep())
    watched.ledger.mark_done(sweep.id, end)
    assert list(watched.ledger.ends(sweep.id, [0])) == [end]
    assert write_units(watched.item(shard_key(sweep.id, 0))) <= 2


def test_a_large_request_is_kept_in_pieces(watched: Watched) -> None:
    """The ledger returns a list of a hundred thousand points unchanged and stores it in items below the limit."""
    rows = tuple((float(number) ** 0.5, f"point {number * 7919 % 100_003}") for number in range(100_000))
    request = SweepRequest("many", "model:simulate", PointList(("x", "label"), rows))
    sweep = Sweep("many-000000000001", "k", request_digest(request), request, 1_700_000_000.0)
    assert watched.ledger.open(sweep) == sweep
    items = watched.items()
    assert len([item for item in items if item["sk"]["S"].startswith("REQUEST#")]) > 1
    assert max(map(size_of, items)) < LARGEST_ITEM


def test_the_spans_of_a_million_shards_are_one_small_item(watched: Watched) -> None:
    """An assignment is two writes, and each dispatcher's end one, of an item of less than 2 KB."""
    sweep = watched.ledger.open(make_sweep())
    watched.capacity.clear()
    watched.ledger.assign(sweep.id, range(245), "0123456789uv", 60)
    watched.ledger.prolong(sweep.id, "0123456789uv", 600)
    assert watched.capacity.calls == {"UpdateItem": 3}
    assert size_of(watched.item(sweep_key(sweep.id))) < 2048
    watched.capacity.clear()
    watched.ledger.settle(sweep.id, 200, "0123456789uv")
    watched.ledger.settle(sweep.id, 201, "0123456789uv", Reason.RETRIES_EXHAUSTED)
    assert watched.capacity.writes <= 4
