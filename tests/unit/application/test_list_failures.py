"""Pages of failures: which shards have points without a value, and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.list_failures import LARGEST_PAGE
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, SweepNotFound
from domain.failure import Failure
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed
from tests.fakes.courses import ShardModel, marks
from tests.fakes.desk import Desk
from tests.fakes.sweeps import sweep_of

SHARDS = 260


def pages(desk: Desk, sweep_id: str, limit: int) -> list[list[Failure]]:
    """Return the failures of every page."""
    page = desk.sweeps.list_failures(sweep_id, limit, None, no_deadline)
    found = [list(page.failures)]
    while page.next is not None:
        after = page.next
        page = desk.sweeps.list_failures(sweep_id, limit, after, no_deadline)
        assert page.next is None or page.next > after
        found.append(list(page.failures))
    return found


# Of one run of a shard, a ledger keeps one end of each kind.
ends_of_runs = st.lists(
    marks(st.sampled_from([0, 1, 5, 127, 128, 255, 256, SHARDS - 1]), 2),
    unique_by=lambda end: (type(end), end.number, end.generation),
)


@given(ends_of_runs, st.integers(1, 3))
def test_pages_have_the_failures_of_every_failing_shard(ends: list[ShardDone | ShardFailed], limit: int) -> None:
    """In the order of the shards, each by the end that counts; every page but the last is full, and there is one."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(2 * SHARDS, SHARDS))
    for end in ends:
        if isinstance(end, ShardFailed):
            desk.ledger.mark_failed(sweep.id, end)
        else:
            desk.ledger.mark_done(sweep.id, end)
    expected = {}
    for shard in sorted({end.number for end in ends}):
        model = ShardModel.of(sweep.plan, shard, ends)
        lacking = model.points(0)[1]
        if lacking:
            expected[shard] = (lacking, "WorkerDied" if model.state(0) == "failed" else "Other")
    found = pages(desk, sweep.id, limit)
    listed = [failure for page in found for failure in page]
    assert {failure.shard: (failure.points, failure.reason) for failure in listed} == expected
    assert [failure.shard for failure in listed] == list(expected)
    assert {len(page) for page in found[:-1]} <= {limit}
    assert found == [[]] or all(found)


def test_every_kind_of_error_is_told_with_its_first_point() -> None:
    """Message, index and keywords of the point, and the place of the raise; a shard counts once in the limit."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(8, 2))
    places = ("lab/model.py:7 root", "lab/model.py:3 sqrt")
    kinds = (
        ErrorKind(PointError(0, "ValueError", "no root", places), 2),
        ErrorKind(PointError(3, "OverflowError", "too large"), 1),
    )
    desk.ledger.mark_done(sweep.id, ShardDone(0, 1, 3, kinds))
    desk.ledger.mark_failed(sweep.id, ShardFailed(1, Reason.WORKER_DIED, "killed", 3))
    page = desk.sweeps.list_failures(sweep.id, 1, None, no_deadline)
    assert page.failures == (
        Failure(0, 2, "ValueError", "no root", index=0, places=places),
        Failure(0, 1, "OverflowError", "too large", index=3),
    )
    assert (page.points, page.next) == ({0: {"x": 0}, 3: {"x": 3}}, 0)
    last = desk.sweeps.list_failures(sweep.id, 1, page.next, no_deadline)
    assert last.failures == (Failure(1, 4, "WorkerDied", "killed", 3),)
    assert (last.points, last.next) == ({}, None)


def test_a_shard_without_details_breaks_no_page() -> None:
    """What a ledger lost, or has of points that the plan does not have, is left out."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(8, 4))
    desk.ledger.mark_failed(sweep.id, ShardFailed(1, Reason.WORKER_DIED, "killed"))
    desk.ledger._entries[sweep.id].ends.clear()
    desk.ledger.mark_done(sweep.id, ShardDone(2, 1, 1, (ErrorKind(PointError(99, "E", "m"), 1),)))
    desk.ledger.mark_failed(sweep.id, ShardFailed(77, Reason.WORKER_DIED, "killed"))
    page = desk.sweeps.list_failures(sweep.id, 100, None, no_deadline)
    assert (page.failures, page.points, page.next) == ((Failure(2, 1, "E", "m", index=99),), {}, None)
    assert desk.sweeps.list_failures(sweep.id, 100, 10**9, no_deadline).failures == ()


@pytest.mark.parametrize("failed", [False, True])
def test_no_shard_has_more_failures_than_points(*, failed: bool) -> None:
    """A damaged entry may have more errors: all points of the shard count, and none twice."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(8, 4))
    desk.ledger.mark_done(sweep.id, ShardDone(2, 0, 99))
    if failed:
        desk.ledger.mark_failed(sweep.id, ShardFailed(2, Reason.WORKER_DIED, "killed", generation=1))
    page = desk.sweeps.list_failures(sweep.id, 100, None, no_deadline)
    assert [failure.points for failure in page.failures] == [2]
    progress = desk.sweeps.follow(sweep.id, 1, no_deadline).progress
    assert (progress.done, progress.failed) == (0, 2)


@pytest.mark.parametrize("limit", [0, LARGEST_PAGE + 1])
def test_a_page_of_failures_has_1_to_100_shards(limit: int) -> None:
    """Another limit is refused by name."""
    with pytest.raises(InvalidSweep, match="limit: must be 1 to 100"):
        Desk().sweeps.list_failures("demo-x", limit, None, no_deadline)


def test_an_unknown_sweep_has_no_failures() -> None:
    """The caller gets `SweepNotFound` with the id."""
    with pytest.raises(SweepNotFound, match="'demo-x'"):
        Desk().sweeps.list_failures("demo-x", 1, None, no_deadline)
