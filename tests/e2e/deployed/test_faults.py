"""A worker that dies fails its own shard, with attempts and reason in the ledger, and touches no other."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.eventually import eventually
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.stacks import TRIAL

ATTEMPTS = 3


def request(target: str, marks: Path) -> dict[str, Any]:
    """Return a sweep of five points in five shards; the target survives all but 3, and leaves marks in a folder."""
    return {
        "name": target,
        "target": f"{TRIAL}:{target}",
        "parameters": {"x": [0, 1, 2, 3, 4]},
        "constants": {"marks": str(marks)},
        "sharding": {"shards": 5},
    }


def evaluations(marks: Path) -> Counter[int]:
    """Count how often each point was evaluated."""
    return Counter(int(mark.name.partition("-")[0]) for mark in marks.iterdir())


def expect_that_3_failed_alone(cloud: Cloud, status: dict[str, Any], marks: Path) -> str:
    """Three attempts at shard 3, one at each other; gives the message of the failure."""
    assert (status["state"], status["shards_done"], status["shards_failed"]) == ("failed", 4, 1)
    (failure,) = status["failures"]
    assert (failure["shard"], failure["reason"], failure["attempts"]) == (3, "RetriesExhausted", ATTEMPTS)
    assert evaluations(marks) == {0: 1, 1: 1, 2: 1, 3: ATTEMPTS, 4: 1}
    eventually(lambda: messages(cloud, "UndeliveredQueueUrl") == 0)
    assert messages(cloud, "DeadLettersUrl") == 0
    return str(failure["message"])


@pytest.mark.parametrize(
    ("target", "timeout", "words"),
    [("abort", 60, ""), ("leave", 60, ""), ("linger", 5, "timed out")],
    ids=["raises what nothing catches", "exits", "runs past its timeout"],
)
def test_a_worker_that_dies_fails_its_shard_alone(
    cloud: Cloud, tmp_path: Path, target: str, timeout: int, words: str
) -> None:
    """Three attempts, then the on-failure destination, then a failed shard that says why; the others are done."""
    with cloud.changed("Worker", Timeout=timeout):
        answer = cloud.submit(request(target, tmp_path))
        assert answer.status == 202, answer.body
        status = cloud.ended(answer.document["sweep_id"])
    message = expect_that_3_failed_alone(cloud, status, tmp_path)
    assert message
    assert words in message
    values = [json.loads(line)["value"] for body in cloud.objects(status["sweep_id"]).values() for line in lines(body)]
    assert sorted(values) == [0, 1, 2, 4]


def test_a_worker_that_raises_fails_its_shard_alone(cloud: Cloud, tmp_path: Path) -> None:
    """A damaged result object in the way of shard 3: its worker raises each time, and the reason names the error."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        sweep_id = cloud.submit(request("survive", tmp_path)).document["sweep_id"]
        recorder.wait_for(sweep_id, 5)
    damaged = {"Bucket": cloud.outputs["ResultsBucket"], "Key": f"sweeps/{sweep_id}/results/00000003.jsonl.gz"}
    cloud.client("s3").put_object(**damaged, Body=b"not what a worker stores")
    for payload in recorder.payloads_of(sweep_id):
        cloud.deliver(payload)
    assert "gzip" in expect_that_3_failed_alone(cloud, cloud.ended(sweep_id), tmp_path)


def test_a_target_that_is_not_in_the_bundle_fails_every_shard_at_once(cloud: Cloud, tmp_path: Path) -> None:
    """Nothing is tried thrice that can never work: one attempt a shard, and a reason that names the target."""
    missing = {"SWEEP_ALLOWED_TARGETS": f"{TRIAL}:missing"}
    with cloud.told("Worker", **missing), cloud.told("Parent", **missing, SWEEP_DEFAULT_TARGET=f"{TRIAL}:missing"):
        answer = cloud.submit(request("missing", tmp_path))
        assert answer.status == 202, answer.body
        status = cloud.ended(answer.document["sweep_id"])
    assert (status["state"], status["shards_failed"]) == ("failed", 5)
    assert {(failure["reason"], failure["attempts"]) for failure in status["failures"]} == {("TargetUnavailable", 1)}
    assert [failure["shard"] for failure in status["failures"]] == [0, 1, 2, 3, 4]


def test_a_message_that_nobody_can_read_ends_in_the_dead_letters(cloud: Cloud) -> None:
    """The queue's redrive policy takes it out of the way after five tries; it is kept, and the log tells of each."""
    queues = cloud.client("sqs")
    queue, dead = cloud.outputs["UndeliveredQueueUrl"], cloud.outputs["DeadLettersUrl"]
    before = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    queues.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    try:
        message = queues.send_message(QueueUrl=queue, MessageBody="no record of Lambda's")["MessageId"]
        eventually(lambda: messages(cloud, "DeadLettersUrl") == 1)
        assert len(cloud.log_lines("undelivered", "undelivered shard not recorded", message_id=message)) == 5
        assert messages(cloud, "UndeliveredQueueUrl") == 0
    finally:
        queues.set_queue_attributes(QueueUrl=queue, Attributes=before)
        queues.purge_queue(QueueUrl=dead)


def lines(body: bytes) -> list[bytes]:
    """Return the lines of a result object."""
    return gzip.decompress(body).splitlines()


def messages(cloud: Cloud, queue: str) -> int:
    """Count what a queue holds, taken or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    got = cloud.client("sqs").get_queue_attributes(QueueUrl=cloud.outputs[queue], AttributeNames=names)
    return sum(int(number) for number in got["Attributes"].values())
