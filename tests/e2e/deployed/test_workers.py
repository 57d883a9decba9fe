"""A sweep of many shards on a stack as it is typed: few processes, and no attempt or time lost to waiting."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from infra.local.workers import at_once
from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.stacks import TRIAL

# The server of the workers; a runtime has two processes: the runtime emulator and the function.
SERVER, A_RUNTIME = 1, 2


def test_many_shards_run_on_few_processes(cloud: Cloud) -> None:
    """Two hundred shards end, and the stack has no more processes for workers than the machine can run well."""
    request = {
        "name": "many",
        "target": f"{TRIAL}:area",
        "parameters": {"x": {"range": {"start": 0, "stop": 200}}, "y": [2]},
        "sharding": {"shards": 200},
    }
    status = cloud.ended(cloud.submit(request).document["sweep_id"])
    assert (status["state"], status["shards_done"], status["failures"]) == ("done", 200, [])
    _, workers = cloud.groups()
    assert len(workers.members) <= SERVER + at_once(0) * A_RUNTIME


def test_waiting_for_a_worker_takes_neither_time_nor_attempts(cloud: Cloud, tmp_path: Path) -> None:
    """Shards that wait for longer than a worker may run are evaluated once each."""
    # Half a second each: the last ones wait for longer than the timeout, of which each needs a tenth.
    shards = 12 * at_once(0)
    request = {
        "name": "waiting",
        "target": f"{TRIAL}:nap",
        "parameters": {"x": list(range(shards))},
        "constants": {"marks": str(tmp_path)},
        "sharding": {"shards": shards},
    }
    with cloud.changed("Worker", Timeout=5):
        status = cloud.ended(cloud.submit(request).document["sweep_id"])
    assert (status["state"], status["failures"]) == ("done", [])
    evaluated = Counter(int(mark.name.partition("-")[0]) for mark in tmp_path.iterdir())
    assert evaluated == dict.fromkeys(range(shards), 1)
