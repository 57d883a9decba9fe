"""Pages of links to results."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.link_pages import LARGEST_PAGE
from domain.block import Block
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, SweepNotFound
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.desk import Desk
from tests.fakes.result_store import MemoryResults
from tests.fakes.sweeps import sweep_of

SHARDS = 1300


def pages(desk: Desk, sweep_id: str, limit: int) -> list[list[int]]:
    """Return the shards of every page of links."""
    page = desk.sweeps.list_results(sweep_id, limit, None, no_deadline)
    found = [list(page.links)]
    while page.next is not None:
        after = page.next
        page = desk.sweeps.list_results(sweep_id, limit, after, no_deadline)
        assert page.next is None or page.next > after
        found.append(list(page.links))
    return found


shards = st.sets(st.sampled_from([0, 1, 127, 128, 129, 700, 1151, 1152, 1299]) | st.integers(0, SHARDS - 1))


@given(shards, shards, st.integers(1, 5))
def test_pages_of_links_lead_to_every_stored_shard(done: set[int], partial: set[int], limit: int) -> None:
    """In the order of the shards, those with errors included; every page but the last is full, and there is one."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(SHARDS, SHARDS))
    for shard in done:
        desk.ledger.mark_done(sweep.id, ShardDone(shard, 1))
    for shard in partial:
        desk.ledger.mark_done(sweep.id, ShardDone(shard, 0, 1))
    found = pages(desk, sweep.id, limit)
    assert [shard for page in found for shard in page] == sorted(done | partial)
    assert {len(page) for page in found[:-1]} <= {limit}
    assert found == [[]] or all(found)


def test_a_failed_shard_has_a_link_to_the_results_of_an_earlier_run_alone() -> None:
    """What a run stored stays, whatever becomes of the next one."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(8, 4))
    desk.ledger.mark_done(sweep.id, ShardDone(2, 1, 1))
    for shard, generation in ((1, 0), (2, 1)):
        desk.ledger.mark_failed(sweep.id, ShardFailed(shard, Reason.WORKER_DIED, "killed", generation=generation))
    assert pages(desk, sweep.id, 10) == [[2]]


def test_a_shard_that_runs_again_keeps_its_link() -> None:
    """Its earlier results are there until the new ones take their place."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(8, 4))
    desk.ledger.mark_done(sweep.id, ShardDone(2, 1, 1))
    desk.sweeps.retry(sweep.id, no_deadline)
    assert desk.sweeps.follow(sweep.id, 1, no_deadline).progress.running == 4
    assert pages(desk, sweep.id, 10) == [[2]]


def test_a_page_reads_the_ledger_twice_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many blocks there are, and wherever the first stored shard is."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(SHARDS, SHARDS))
    desk.ledger.mark_done(sweep.id, ShardDone(SHARDS - 1, 1))
    read: list[range] = []
    blocks = desk.ledger.blocks

    def counted(sweep_id: str, numbers: range) -> Mapping[int, Block]:
        read.append(numbers)
        return blocks(sweep_id, numbers)

    monkeypatch.setattr(desk.ledger, "blocks", counted)
    assert pages(desk, sweep.id, 10) == [[SHARDS - 1]]
    assert read == [range(9), range(9, 11)]


def test_entries_beyond_the_plan_have_no_link() -> None:
    """A ledger may hold shards that the plan does not have."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(8, 4))
    for end in (ShardDone(3, 2), ShardDone(4, 2), ShardDone(5, 1, 1), ShardDone(999, 2)):
        desk.ledger.mark_done(sweep.id, end)
    assert pages(desk, sweep.id, 10) == [[3]]
    assert desk.sweeps.list_results(sweep.id, 10, 999, no_deadline).links == {}


def test_a_page_of_long_links_ends_early() -> None:
    """An answer has a limit of its own, which signed links of a thousand shards would pass."""

    class LongLinks(MemoryResults):
        def link(self, sweep_id: str, shard: int, seconds: int) -> str:
            return "x" * 100_000

    desk = Desk(location=LongLinks())
    sweep = desk.ledger.open(sweep_of(8, 8))
    for shard in range(8):
        desk.ledger.mark_done(sweep.id, ShardDone(shard, 1))
    assert pages(desk, sweep.id, 1000) == [[0, 1, 2, 3, 4, 5], [6, 7]]


@pytest.mark.parametrize("limit", [0, LARGEST_PAGE + 1])
def test_a_page_of_links_has_1_to_1000(limit: int) -> None:
    """Another limit is refused by name."""
    with pytest.raises(InvalidSweep, match="limit: must be 1 to 1000"):
        Desk().sweeps.list_results("demo-x", limit, None, no_deadline)


def test_an_unknown_sweep_has_no_results() -> None:
    """The caller gets `SweepNotFound` with the id."""
    with pytest.raises(SweepNotFound, match="'demo-x'"):
        Desk().sweeps.list_results("demo-x", 1, None, no_deadline)
