"""Failures of a shard, and their groups."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.failure import Failure, failures_of, grouped
from domain.plan import Plan
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed

PLAN = Plan(10, 3)  # shards of 3, 3 and 4 points


def kind(index: int, message: str, points: int) -> ErrorKind:
    """Return so many errors with a message, the first of them at this index."""
    return ErrorKind(PointError(index, "ValueError", message, ("model.py:3 f",)), points)


def test_every_kind_of_error_of_a_shard_is_a_failure() -> None:
    """It names the first of its points and where the exception was raised; points of further kinds are counted."""
    end = ShardDone(2, 0, 4, (kind(6, "no root", 2), kind(8, "overflow", 1)))
    assert list(failures_of(PLAN, end)) == [
        Failure(2, 2, "ValueError", "no root", index=6, places=("model.py:3 f",)),
        Failure(2, 1, "ValueError", "overflow", index=8, places=("model.py:3 f",)),
        Failure(2, 1, "Other", "errors of further kinds; the results have each of them"),
    ]


def test_a_failed_shard_is_a_failure_of_all_its_points() -> None:
    """If an earlier run of it has stored results, only the points that these lack have failed."""
    end = ShardFailed(2, Reason.WORKER_DIED, "killed", 3)
    assert list(failures_of(PLAN, end)) == [Failure(2, 4, "WorkerDied", "killed", 3)]
    assert list(failures_of(PLAN, end, stored=1)) == [Failure(2, 1, "WorkerDied", "killed", 3)]


def test_results_without_an_error_are_no_failure() -> None:
    """A shard that is done has none."""
    assert list(failures_of(PLAN, ShardDone(0, 3))) == []


texts = st.sampled_from(["a", "b", "c"])


@given(st.lists(st.builds(Failure, st.integers(0, 5), st.integers(1, 9), texts, texts)))
def test_failures_are_grouped_by_reason_and_message(failures: list[Failure]) -> None:
    """A group counts its shards and points and shows its first failure; the one with the most points comes first."""
    groups = grouped(failures)
    assert len({(group.example.reason, group.example.message) for group in groups}) == len(groups)
    for group in groups:
        cause = group.example.reason, group.example.message
        alike = [failure for failure in failures if (failure.reason, failure.message) == cause]
        assert group.example is alike[0]
        assert group.points == sum(failure.points for failure in alike)
        assert group.shards == len({failure.shard for failure in alike})
    assert sum(group.points for group in groups) == sum(failure.points for failure in failures)
    assert [group.points for group in groups] == sorted((group.points for group in groups), reverse=True)
