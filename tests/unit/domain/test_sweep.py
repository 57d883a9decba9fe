"""What is known of a sweep and of its shards' ends."""

from __future__ import annotations

from domain.reasons import Reason
from domain.sweep import PointError, ShardFailed, SweepHead
from tests.fakes.sweeps import sweep_of


def test_a_head_is_a_sweep_without_its_request() -> None:
    """It has the id, the plan and the moment of the submission."""
    sweep = sweep_of(8, 4)
    assert sweep.head == SweepHead(sweep.id, sweep.plan, sweep.created_at)


def test_what_a_target_wrote_is_bounded() -> None:
    """A message has at most 1,000 characters, and the name of an exception's class at most 200."""
    error = PointError(0, "E" * 10_000, "é" * 10_000)
    assert (len(error.type), len(error.message)) == (200, 1000)
    assert ShardFailed(0, Reason.WORKER_DIED, "é" * 10_000).message == "é" * 1000
