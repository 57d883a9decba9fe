"""A worker that dies fails its own shard, with attempts and reason in the ledger, and no other shard."""

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
    """Return a sweep of five points in five shards, whose target fails at 3 and leaves marks in a folder."""
    return {
        "name": target,
        "target": f"{TRIAL}:{target}",
        "parameters": {"x": [0, 1, 2, 3, 4]},
        "constants": {"marks": str(marks)},
        "sharding": {"shards": 5},
    }


def evaluations(marks: Path) -> Counter[int]:
    """Return how often each point was evaluated."""
    return Counter(int(mark.name.partition("-")[0]) for mark in marks.iterdir())


def expect_that_3_failed_alone(cloud: Cloud, status: dict[str, Any], marks: Path) -> str:
    """Assert that shard 3 alone failed, after three attempts, and return the message of its failure."""
    assert (status["state"], status["shards_done"], status["shards_failed"]) == ("failed", 4, 1)
    (failure,) = status["failures"]
    example = failure["example"]
    assert (example["shard"], failure["reason"], example["attempts"]) == (3, "RetriesExhausted", ATTEMPTS)
    assert evaluations(marks) == {0: 1, 1: 1, 2: 1, 3: ATTEMPTS, 4: 1}
    eventually(lambda: messages(cloud, "UndeliveredQueueUrl") == 0)
    assert messages(cloud, "DeadLettersUrl") == 0
    return str(failure["message"])


@pytest.mark.parametrize("target", ["abort", "leave"], ids=["raises", "exits"])
def test_a_worker_that_dies_fails_its_shard_alone(cloud: Cloud, tmp_path: Path, target: str) -> None:
    """After three attempts the shard fails with a message, by Lambda's destination; the others are done."""
    answer = cloud.submit(request(target, tmp_path))
    assert answer.status == 202, answer.body
    status = cloud.ended(answer.document["sweep_id"])
    assert expect_that_3_failed_alone(cloud, status, tmp_path)
    values = [json.loads(line)["value"] for body in cloud.objects(status["sweep_id"]).values() for line in lines(body)]
    assert sorted(values) == [0, 1, 2, 4]


def test_a_damaged_object_counts_as_no_result(cloud: Cloud, tmp_path: Path) -> None:
    """A worker that finds an empty object, or one that is no gzip, at its key puts its own results in its place."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        sweep_id = cloud.submit(request("survive", tmp_path)).document["sweep_id"]
        recorder.wait_for(sweep_id, 5)
    for shard, body in ((1, b""), (3, b"not what a worker stores")):
        key = f"sweeps/{sweep_id}/results/{shard:08d}.jsonl.gz"
        cloud.client("s3").put_object(Bucket=cloud.outputs["ResultsBucket"], Key=key, Body=body, IfNoneMatch="*")
    for payload in recorder.payloads_of(sweep_id):
        cloud.dispatch(payload)
    assert cloud.ended(sweep_id)["state"] == "done"
    assert [json.loads(*lines(body))["value"] for body in cloud.objects(sweep_id).values()] == [0, 1, 2, 3, 4]


def test_a_target_that_is_not_in_the_bundle_fails_every_shard_at_once(cloud: Cloud, tmp_path: Path) -> None:
    """Each shard fails after one attempt, because another would fail too."""
    missing = f"{TRIAL}:missing"
    worker = cloud.with_environment("Worker", SWEEP_ALLOWED_TARGETS=missing)
    parent = cloud.with_environment("Parent", SWEEP_ALLOWED_TARGETS=missing, SWEEP_DEFAULT_TARGET=missing)
    with worker, parent:
        answer = cloud.submit(request("missing", tmp_path))
        assert answer.status == 202, answer.body
        status = cloud.ended(answer.document["sweep_id"])
    assert (status["state"], status["shards_failed"]) == ("failed", 5)
    (failure,) = status["failures"]
    assert (failure["reason"], failure["shards"], failure["example"]["attempts"]) == ("TargetUnavailable", 5, 1)
    listed = cloud.call("GET", status["links"]["failures"]).document["failures"]
    assert [one["shard"] for one in listed] == [0, 1, 2, 3, 4]


def test_an_unreadable_message_ends_in_the_dead_letters(cloud: Cloud) -> None:
    """SQS moves the message to the dead letters after five attempts, each of which the function logs."""
    queues = cloud.client("sqs")
    queue, dead = cloud.outputs["UndeliveredQueueUrl"], cloud.outputs["DeadLettersUrl"]
    before = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    queues.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    try:
        message = queues.send_message(QueueUrl=queue, MessageBody="no record of Lambda's")["MessageId"]
        eventually(lambda: messages(cloud, "DeadLettersUrl") == 1)
        assert len(cloud.log_lines("undelivered", "undelivered event not recorded", message_id=message)) == 5
        assert messages(cloud, "UndeliveredQueueUrl") == 0
    finally:
        queues.set_queue_attributes(QueueUrl=queue, Attributes=before)
        queues.purge_queue(QueueUrl=dead)


def lines(body: bytes) -> list[bytes]:
    """Return the lines of a result object."""
    return gzip.decompress(body).splitlines()


def messages(cloud: Cloud, queue: str) -> int:
    """Return how many messages a queue has, visible or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = cloud.client("sqs").get_queue_attributes(QueueUrl=cloud.outputs[queue], AttributeNames=names)
    return sum(int(number) for number in answer["Attributes"].values())
