"""What a caller can ask of a sweep that has been submitted: retry, cancel, links to results."""

from __future__ import annotations

import pytest

from application.documents.result_keys import object_name, results_prefix, shard_of
from application.execute_shard import Meter
from application.list_results import LARGEST_PAGE
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, SweepConflict, SweepNotFound
from domain.limits import Limits
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed, Sweep
from tests.fakes.desk import Desk
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.sweeps import sweep_of, task_of


def submitted(desk: Desk) -> Sweep:
    """Return a sweep of four shards whose shards have been dispatched."""
    return desk.submit(sweep_of(8, 4).request, "key", no_deadline).sweep


def test_a_retry_dispatches_failed_and_undispatched_shards() -> None:
    """Done and running shards are left alone."""
    desk = Desk(invoker=RecordingInvoker({3: OutcomeKind.EXHAUSTED}))
    sweep = submitted(desk)
    desk.ledger.mark_done(sweep.id, ShardDone(0, 2))
    desk.ledger.mark_failed(sweep.id, ShardFailed(1, Reason.WORKER_DIED, "killed"))
    desk.invoker.refused, desk.invoker.dispatched = {}, []
    submission = desk.sweeps.retry(sweep.id, no_deadline)
    assert desk.invoker.dispatched == [1, 3]
    assert (submission.sweep, submission.tally.accepted, submission.replayed) == (sweep, 4, True)


def test_a_retry_during_a_dispatch_is_a_conflict() -> None:
    """Two dispatchers would send the same shards."""
    desk = Desk()
    sweep = submitted(desk)
    assert desk.ledger.claim_dispatch(sweep.id, "another", 60)
    with pytest.raises(SweepConflict, match="are being dispatched right now"):
        desk.sweeps.retry(sweep.id, no_deadline)


def test_a_cancelled_sweep_starts_no_shard_and_has_no_retry() -> None:
    """A worker returns without evaluating, and the retry names the remedy."""
    desk = Desk()
    sweep = submitted(desk)
    desk.sweeps.cancel(sweep.id)
    assert desk.execute(task_of(sweep, 0), Meter()) is None
    with pytest.raises(SweepConflict, match="submit its request under another key"):
        desk.sweeps.retry(sweep.id, no_deadline)
    with pytest.raises(SweepNotFound):
        desk.sweeps.cancel("absent-000000000000")


def test_pages_of_links_lead_to_every_done_shard() -> None:
    """In the order of the shards; a failed shard has no link, and the last page no next."""
    desk = Desk()
    sweep = submitted(desk)
    for shard in (3, 0, 2):
        desk.ledger.mark_done(sweep.id, ShardDone(shard, 2))
    desk.ledger.mark_failed(sweep.id, ShardFailed(1, Reason.WORKER_DIED, "killed"))
    first = desk.sweeps.list_results(sweep.id, 2, None)
    last = desk.sweeps.list_results(sweep.id, 2, first.next)
    assert ([*first.links, *last.links], first.next, last.next) == ([0, 2, 3], 2, None)


@pytest.mark.parametrize("limit", [0, LARGEST_PAGE + 1])
def test_a_page_of_links_has_1_to_1000(limit: int) -> None:
    """Another limit is refused by name."""
    desk = Desk()
    with pytest.raises(InvalidSweep, match="limit: must be 1 to 1000"):
        desk.sweeps.list_results(submitted(desk).id, limit, None)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        pytest.param(Limits(9, 9999, frozenset({"toy:g"})), "is not one that this deployment allows", id="not allowed"),
        pytest.param(Limits(9, 9999), "there is no toy:f", id="not there"),
    ],
)
def test_a_shard_whose_target_is_unavailable_has_failed(limits: Limits, message: str) -> None:
    """No second attempt would mend it, so the ledger knows at once, and nothing is stored."""
    desk = Desk(limits=limits)
    sweep = desk.ledger.open(sweep_of(8, 4))
    failed = desk.execute(task_of(sweep, 2), Meter())
    assert isinstance(failed, ShardFailed)
    assert (failed.number, failed.reason) == (2, Reason.TARGET_UNAVAILABLE)
    assert message in failed.message
    assert desk.ledger.end_of(sweep.id, 2) == failed
    assert desk.results.get(sweep.id, 2) is None


@pytest.mark.parametrize("shard", [0, 7, 10**8, 10**9 + 1])
def test_the_name_of_an_object_names_its_shard(shard: int) -> None:
    """It has 8 digits or more, and sorts below the sweep's prefix."""
    assert shard_of(object_name(shard)) == shard
    assert f"{results_prefix('toy-1')}/{object_name(7)}" == "sweeps/toy-1/results/00000007.jsonl.gz"
