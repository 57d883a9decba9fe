"""A request, a dispatch and an invocation may each happen twice; each shard's result is stored once."""

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
    """The parent answers a replay with 200 and the same document, and dispatches no shard again."""
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
    """Another request with the same key is a conflict, and the parent dispatches and writes nothing."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        first = cloud.submit(REQUEST, key="used")
        assert first.status == 202
        recorder.wait_for(first.document["sweep_id"], 6)
        items = cloud.items()
        other = cloud.submit(REQUEST | {"parameters": {"x": [1], "y": [1, 2, 3, 4, 5, 6]}}, key="used")
        assert (other.status, other.headers["content-type"]) == (409, "application/problem+json")
        assert cloud.items() == items
        assert len(recorder.payloads) == 6


def test_without_a_key_every_submission_is_a_new_sweep(cloud: Cloud) -> None:
    """The same request twice without a key leads to two sweeps with their own ids."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        first, second = cloud.submit(REQUEST), cloud.submit(REQUEST)
        assert (first.status, second.status) == (202, 202)
        assert first.document["sweep_id"] != second.document["sweep_id"]
        for answer in (first, second):
            recorder.wait_for(answer.document["sweep_id"], 6)


def test_duplicates_at_the_same_moment_are_one_sweep(cloud: Cloud) -> None:
    """Of clients that send the same key at once, all get the same sweep, and each shard is dispatched once."""
    shards = 200
    request = REQUEST | {"parameters": {"x": list(range(shards)), "y": [1]}, "sharding": {"shards": shards}}
    with Recorder() as recorder, cloud.workers_at(recorder.url), ThreadPoolExecutor(4) as clients:
        # Dispatching one shard at a time is slow enough for the other requests to arrive meanwhile.
        with cloud.with_environment("Parent", SWEEP_DISPATCH_CONCURRENCY="1"):
            answers = list(clients.map(lambda _: cloud.submit(request, key="at-once"), range(4)))
        assert sorted(answer.status for answer in answers) == [200, 200, 200, 202]
        assert any(answer.document["dispatch"]["waiting"] for answer in answers)
        (sweep_id,) = {answer.document["sweep_id"] for answer in answers}
        recorder.wait_for(sweep_id, shards)
        assert cloud.describe(sweep_id)["dispatch"]["accepted"] == shards
        assert Counter(payload["shard"]["number"] for payload in recorder.payloads) == Counter(range(shards))


def test_the_same_request_again_completes_a_killed_dispatch(cloud: Cloud) -> None:
    """After SIGKILL of the parent, the same request dispatches the rest; payloads that are sent twice are equal."""
    shards = 300
    request = REQUEST | {"parameters": {"x": list(range(shards)), "y": [1]}, "sharding": {"shards": shards}}
    with Recorder() as recorder, cloud.workers_at(recorder.url), ThreadPoolExecutor(1) as client:
        one_at_a_time = cloud.with_environment("Parent", SWEEP_DISPATCH_CONCURRENCY="1")
        with one_at_a_time, cloud.changed("Parent", Timeout=6):
            answer_of_killed = client.submit(cloud.submit, request, "killed")
            eventually(lambda: len(recorder.payloads) >= 20)
            kill(cloud, "Parent")
            assert answer_of_killed.result().status >= 500
            before = len(recorder.payloads)
            assert before < shards
        # The dead parent's claim lasts as long as it could have run; until then no other parent dispatches.
        answer = eventually(lambda: settled(cloud, request, "killed"))
        assert answer["dispatch"]["accepted"] == shards
        # The shards that the dead parent had dispatched and not recorded are dispatched again.
        recorder.wait_for(answer["sweep_id"], before + shards)
        by_shard: dict[int, list[dict[str, Any]]] = {}
        for payload in recorder.payloads_of(answer["sweep_id"]):
            by_shard.setdefault(payload["shard"]["number"], []).append(payload)
        assert sorted(by_shard) == list(range(shards))
        assert all(payload == first for first, *doubles in by_shard.values() for payload in doubles)


def test_two_workers_for_one_shard_store_one_result(cloud: Cloud, tmp_path: Path) -> None:
    """Of two workers that run the same shard at once with different values, the first one's result stays."""
    request = REQUEST | {
        "target": f"{TRIAL}:gated",
        "parameters": {"x": [8]},
        "constants": {"gate": str(tmp_path)},
        "sharding": {"shards": 1},
    }
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        sweep_id = cloud.submit(request).document["sweep_id"]
        recorder.wait_for(sweep_id, 1)
    with ThreadPoolExecutor(2) as workers:
        payloads = recorder.payloads_of(sweep_id) * 2
        outcomes = [workers.submit(cloud.run, "Worker", payload) for payload in payloads]
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


def test_a_worker_for_a_done_shard_evaluates_nothing(cloud: Cloud, tmp_path: Path) -> None:
    """A worker that gets a done shard evaluates no point and leaves the object unchanged."""
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
    cloud.dispatch(payload)
    assert cloud.ended(sweep_id)["state"] == "done"
    key = {"Bucket": cloud.outputs["ResultsBucket"], "Key": f"sweeps/{sweep_id}/results/00000000.jsonl.gz"}
    before = cloud.client("s3").head_object(**key)
    assert cloud.run("Worker", payload) == {"outcome": "done"}
    after = cloud.client("s3").head_object(**key)
    assert (after["ETag"], after["LastModified"]) == (before["ETag"], before["LastModified"])
    assert len(list(tmp_path.iterdir())) == 1
    assert cloud.describe(sweep_id)["done"] == 1


def settled(cloud: Cloud, request: dict[str, Any], key: str) -> dict[str, Any] | None:
    """Submit a request again, and return the answer if every shard has an outcome."""
    answer = cloud.submit(request, key)
    assert answer.status == 200, answer.body
    return answer.document if answer.document["dispatch"]["waiting"] == 0 else None


def kill(cloud: Cloud, function: str) -> None:
    """Kill the process that runs a function of this stack."""
    mark = f"AWS_LAMBDA_FUNCTION_NAME={cloud.outputs[f'{function}Function']}".encode()
    (running,) = [number for number in cloud.processes() if mark in environment(number)]
    os.kill(running, signal.SIGKILL)


def environment(number: int) -> list[bytes]:
    """Return the environment of a process, empty if it cannot be read."""
    try:
        return (PROCESSES / str(number) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
