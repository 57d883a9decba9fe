"""Everything may happen twice: a request, a dispatch, a delivery. Each shard's result is stored once."""

from __future__ import annotations

import gzip
import json
import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from infra.local.process_group import PROCESSES
from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.eventually import eventually
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.stacks import TRIAL

REQUEST: dict[str, Any] = {
    "name": "again",
    "target": f"{TRIAL}:area",
    "parameters": {"x": [1, 2, 3], "y": [4, 5]},
    "sharding": {"shards": 6},
}


def test_a_replayed_submission_is_the_same_sweep(cloud: Cloud) -> None:
    """200 instead of 202, the same id, the same tally, and no shard is handed over a second time."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        first = cloud.submit(REQUEST, key="replayed")
        second = cloud.submit(REQUEST, key="replayed")
        assert (first.status, second.status) == (202, 200)
        assert first.document == second.document
        marker = cloud.submit(REQUEST | {"sharding": {"shards": 1}}).document["sweep_id"]
        recorder.wait_for(marker, 1)
        recorder.wait_for(first.document["sweep_id"], 6)
        assert len(recorder.payloads) == 6 + 1


def test_a_key_belongs_to_one_request(cloud: Cloud) -> None:
    """Another request under the same key is a conflict, and starts nothing."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        taken = cloud.submit(REQUEST, key="taken")
        assert taken.status == 202
        recorder.wait_for(taken.document["sweep_id"], 6)
        items = cloud.items()
        other = cloud.submit(REQUEST | {"parameters": {"x": [1], "y": [1, 2, 3, 4, 5, 6]}}, key="taken")
        assert (other.status, other.headers["content-type"]) == (409, "application/problem+json")
        assert cloud.items() == items
        assert len(recorder.payloads) == 6


def test_without_a_key_every_submission_is_a_new_sweep(cloud: Cloud) -> None:
    """Two ids for the same request."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        first, second = cloud.submit(REQUEST), cloud.submit(REQUEST)
        assert (first.status, second.status) == (202, 202)
        assert first.document["sweep_id"] != second.document["sweep_id"]
        for answer in (first, second):
            recorder.wait_for(answer.document["sweep_id"], 6)


def test_duplicates_at_the_same_moment_are_one_sweep(cloud: Cloud) -> None:
    """However many clients send the same key at once, one sweep comes of it, and each payload leaves once."""
    shards = 200
    request = REQUEST | {"parameters": {"x": list(range(shards)), "y": [1]}, "sharding": {"shards": shards}}
    with Recorder() as recorder, cloud.workers_at(recorder.url), ThreadPoolExecutor(4) as clients:
        # One hand-over at a time takes so long that the others ask while the first is at it.
        with cloud.told("Parent", SWEEP_DISPATCH_CONCURRENCY="1"):
            answers = list(clients.map(lambda _: cloud.submit(request, key="at-once"), range(4)))
        assert sorted(answer.status for answer in answers) == [200, 200, 200, 202]
        assert any(answer.document["dispatch"]["waiting"] for answer in answers)
        (sweep_id,) = {answer.document["sweep_id"] for answer in answers}
        recorder.wait_for(sweep_id, shards)
        assert cloud.describe(sweep_id)["dispatch"]["accepted"] == shards
        assert Counter(payload["shard"]["number"] for payload in recorder.payloads) == Counter(range(shards))


def test_a_parent_killed_midway_and_asked_again_hands_over_the_rest(cloud: Cloud) -> None:
    """SIGKILL while it dispatches: the request asked again completes it, and no payload differs from its double."""
    shards = 300
    request = REQUEST | {"parameters": {"x": list(range(shards)), "y": [1]}, "sharding": {"shards": shards}}
    with Recorder() as recorder, cloud.workers_at(recorder.url), ThreadPoolExecutor(1) as client:
        with cloud.told("Parent", SWEEP_DISPATCH_CONCURRENCY="1"), cloud.changed("Parent", Timeout=6):
            asked = client.submit(cloud.submit, request, "killed")
            eventually(lambda: len(recorder.payloads) >= 20)
            kill(cloud, "Parent")
            assert asked.result().status >= 500
            before = len(recorder.payloads)
            assert before < shards
        # The dead parent's claim lasts as long as it could have run; until then nobody else dispatches.
        answer = eventually(lambda: settled(cloud, request, "killed"))
        assert answer["dispatch"]["accepted"] == shards
        # What the parent had handed over and not recorded goes out a second time.
        recorder.wait_for(answer["sweep_id"], before + shards)
        by_shard: dict[int, list[dict[str, Any]]] = {}
        for payload in recorder.payloads_of(answer["sweep_id"]):
            by_shard.setdefault(payload["shard"]["number"], []).append(payload)
        assert sorted(by_shard) == list(range(shards))
        assert all(payload == first for first, *doubles in by_shard.values() for payload in doubles)


def test_a_worker_delivered_twice_at_once_stores_once(cloud: Cloud, tmp_path: Path) -> None:
    """Two workers run the same shard at the same time, to different values: what the first stores stays."""
    request = REQUEST | {
        "target": f"{TRIAL}:gated",
        "parameters": {"x": [8]},
        "constants": {"gate": str(tmp_path)},
        "sharding": {"shards": 1},
    }
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        sweep_id = cloud.submit(request).document["sweep_id"]
        recorder.wait_for(sweep_id, 1)
    with ThreadPoolExecutor(2) as deliveries:
        payloads = recorder.payloads_of(sweep_id) * 2
        outcomes = [deliveries.submit(cloud.run, "Worker", payload) for payload in payloads]
        eventually(lambda: len(list(tmp_path.glob("running-8-*"))) == 2)
        late, early = (mark.name.rpartition("-")[2] for mark in tmp_path.glob("running-8-*"))
        (tmp_path / f"open-{early}").touch()
        status = cloud.ended(sweep_id)
        assert (status["state"], status["done"], status["shards_done"]) == ("done", 1, 1)
        stored = cloud.objects(sweep_id)
        (tmp_path / f"open-{late}").touch()
        assert [outcome.result() for outcome in outcomes] == [{"outcome": "done"}] * 2
    assert cloud.objects(sweep_id) == stored
    assert [json.loads(gzip.decompress(body))["value"] for body in stored.values()] == [int(early)]
    assert cloud.describe(sweep_id) == status


def test_a_worker_delivered_late_runs_nothing(cloud: Cloud, tmp_path: Path) -> None:
    """A shard that is done is not evaluated again, and its object stays as it is."""
    request = REQUEST | {
        "target": f"{TRIAL}:survive",
        "parameters": {"x": [8]},
        "constants": {"marks": str(tmp_path)},
        "sharding": {"shards": 1},
    }
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        sweep_id = cloud.submit(request).document["sweep_id"]
        recorder.wait_for(sweep_id, 1)
    (payload,) = recorder.payloads_of(sweep_id)
    cloud.deliver(payload)
    assert cloud.ended(sweep_id)["state"] == "done"
    key = {"Bucket": cloud.outputs["ResultsBucket"], "Key": f"sweeps/{sweep_id}/results/00000000.jsonl.gz"}
    before = cloud.client("s3").head_object(**key)
    assert cloud.run("Worker", payload) == {"outcome": "done"}
    after = cloud.client("s3").head_object(**key)
    assert (after["ETag"], after["LastModified"]) == (before["ETag"], before["LastModified"])
    assert len(list(tmp_path.iterdir())) == 1
    assert cloud.describe(sweep_id)["done"] == 1


def settled(cloud: Cloud, request: dict[str, Any], key: str) -> dict[str, Any] | None:
    """Submit once more, and give the answer if no shard is left without an outcome."""
    answer = cloud.submit(request, key)
    assert answer.status == 200, answer.body
    return answer.document if answer.document["dispatch"]["waiting"] == 0 else None


def kill(cloud: Cloud, function: str) -> None:
    """Kill the process that runs a function of this stack now."""
    mark = f"AWS_LAMBDA_FUNCTION_NAME={cloud.outputs[f'{function}Function']}".encode()
    (running,) = [number for number in cloud.processes() if mark in environment(number)]
    os.kill(running, signal.SIGKILL)


def environment(number: int) -> list[bytes]:
    """Return a process's environment, as far as it can be read."""
    try:
        return (PROCESSES / str(number) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
