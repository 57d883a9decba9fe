"""A large sweep on the deployed stack: the parent assigns it to a dispatcher, which sends the shards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.eventually import eventually
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.stacks import TRIAL

# Two blocks. So few are large here, because the parent is told to send none of them itself.
SHARDS = 140
DIRECT = {"SWEEP_DIRECT_SHARDS": "3"}


def request(shards: int = SHARDS) -> dict[str, Any]:
    """Return a sweep of one point a shard."""
    return {
        "name": "large",
        "target": f"{TRIAL}:area",
        "parameters": {"x": {"range": {"start": 0, "stop": shards}}, "y": [2]},
        "sharding": {"shards": shards},
    }


@contextmanager
def small_parent(cloud: Cloud, **dispatcher: str) -> Iterator[Recorder]:
    """Let the parent send three shards at most, and something else stand in for the workers, within the block."""
    with (
        Recorder() as recorder,
        cloud.workers_at(recorder.url),
        cloud.with_environment("Parent", **DIRECT),
        cloud.with_environment("Dispatcher", **dispatcher),
    ):
        yield recorder


def numbers(recorder: Recorder, sweep_id: str) -> list[int]:
    """Return the numbers of the shards that workers got."""
    return [payload["shard"]["number"] for payload in recorder.payloads_of(sweep_id)]


def test_a_large_sweep_is_dispatched_by_a_dispatcher(cloud: Cloud) -> None:
    """The parent answers at once; every shard arrives once, and its outcome is recorded."""
    with small_parent(cloud) as recorder:
        answer = cloud.submit(request())
        assert (answer.status, answer.document["state"]) == (202, "dispatching")
        sweep_id = answer.document["sweep_id"]
        recorder.wait_for(sweep_id, SHARDS)
        eventually(lambda: cloud.describe(sweep_id)["state"] == "running")
        assert cloud.describe(sweep_id)["dispatch"]["accepted"] == SHARDS
        assert numbers(recorder, sweep_id) == list(range(SHARDS))
    (line,) = cloud.log_lines("dispatcher", "span dispatched", sweep_id=sweep_id)
    assert (line["end"], line["accepted"]) == ("dispatched", SHARDS)


def test_a_dispatcher_that_cannot_work_is_given_up_with_a_reason_and_a_retry_is_the_remedy(cloud: Cloud) -> None:
    """Lambda runs it three times and reports it; the shards count as not dispatched, and the retry sends them."""
    with small_parent(cloud, SWEEP_TABLE="missing"):
        sweep_id = cloud.submit(request()).document["sweep_id"]
        eventually(lambda: cloud.describe(sweep_id)["state"] == "incomplete")
        assert cloud.describe(sweep_id)["dispatch"]["reasons"] == {"RetriesExhausted": SHARDS}
    with small_parent(cloud) as recorder:
        assert cloud.call("POST", f"/sweeps/{sweep_id}/retry").status == 202
        recorder.wait_for(sweep_id, SHARDS)
        eventually(lambda: cloud.describe(sweep_id)["dispatch"]["accepted"] == SHARDS)
        assert numbers(recorder, sweep_id) == list(range(SHARDS))


@pytest.mark.parametrize("shards", [3, pytest.param(4, marks=pytest.mark.long)])
def test_the_parameter_says_what_the_parent_sends_itself(cloud: Cloud, shards: int) -> None:
    """Up to so many shards the answer has their outcomes."""
    with small_parent(cloud) as recorder:
        answer = cloud.submit(request(shards)).document
        assert answer["dispatch"]["accepted"] == (shards if shards <= 3 else 0)
        recorder.wait_for(answer["sweep_id"], shards)
