"""The bundles in a bare environment, with AWS's own runtime interface emulator and runtime client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.runtime import Function, Runtime
from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.stacks import TRIAL

REQUEST: dict[str, Any] = {
    "name": "bare",
    "target": f"{TRIAL}:area",
    "parameters": {"x": [1, 2], "y": [3]},
    "sharding": {"shards": 1},
}


@contextmanager
def runtime(cloud: Cloud, function: str, folder: Path, **variables: str) -> Iterator[Runtime]:
    """Run a function's bundle with only the environment that the template and Lambda set."""
    started = Runtime.start(cloud.function(function, **variables), folder / f"{function}.log")
    try:
        yield started
    finally:
        started.stop()


def invoke(running: Runtime, event: object) -> Any:  # noqa: ANN401 - the answer of any handler
    """Return the handler's answer to an event."""
    return json.loads(running.invoke(json.dumps(event).encode(), timeout=60))


def proxy_event(request: object) -> dict[str, Any]:
    """Return the gateway's event of a POST."""
    return {
        "httpMethod": "POST",
        "resource": "/sweeps",
        "headers": {"Content-Type": "application/json"},
        "requestContext": {"requestId": "bare"},
        "body": json.dumps(request),
    }


def test_the_parent_answers(cloud: Cloud, tmp_path: Path) -> None:
    """The parent answers 202, and the emulated Lambda runs the worker of the dispatched shard."""
    with runtime(cloud, "Parent", tmp_path) as parent:
        answer = invoke(parent, proxy_event(REQUEST))
    assert answer.get("statusCode") == 202, answer
    assert cloud.ended(json.loads(answer["body"])["sweep_id"])["state"] == "done"


def test_worker_and_undelivered_answer(cloud: Cloud, tmp_path: Path) -> None:
    """The worker does a shard, and the undelivered function marks a shard whose event is too old as failed."""
    first, second = payloads(cloud, 2)
    with runtime(cloud, "Worker", tmp_path) as worker:
        assert invoke(worker, first) == {"outcome": "done"}
    assert cloud.describe(first["sweep_id"])["state"] == "done"
    record = {
        "requestContext": {"condition": "EventAgeExceeded", "approximateInvokeCount": 0},
        "requestPayload": second,
    }
    with runtime(cloud, "Undelivered", tmp_path) as undelivered:
        event = {"Records": [{"messageId": "m", "body": json.dumps(record)}]}
        assert invoke(undelivered, event) == {"batchItemFailures": []}
    assert cloud.describe(second["sweep_id"])["failures"][0]["reason"] == "EventAgeExceeded"


def test_an_exception_is_answered_as_on_aws(cloud: Cloud, tmp_path: Path) -> None:
    """The answer has type, message, request id and stack trace, and the process answers the next event."""
    (payload,) = payloads(cloud, 1)
    with runtime(cloud, "Worker", tmp_path) as worker:
        raised = invoke(worker, "no payload at all")
        assert set(raised) == {"errorType", "errorMessage", "requestId", "stackTrace"}
        assert raised["errorType"] == "MalformedSweep"
        assert any("entrypoints/worker.py" in line for line in raised["stackTrace"])
        assert invoke(worker, payload) == {"outcome": "done"}


def test_a_bundle_that_lacks_a_module_fails(cloud: Cloud, tmp_path: Path) -> None:
    """The environment is bare: no package of this machine replaces one that the bundle lacks."""
    whole = cloud.function("Worker")
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    for entry in whole.bundle.iterdir():
        if entry.name != "pydantic":
            (lacking / entry.name).symlink_to(entry)
    started = Runtime.start(Function(lacking, whole.handler, whole.environment), tmp_path / "lacking.log")
    try:
        answer = started.invoke(b"{}", timeout=60)
    finally:
        started.stop()
    assert json.loads(answer)["errorMessage"] == "No module named 'pydantic'"


def payloads(cloud: Cloud, number: int) -> list[dict[str, Any]]:
    """Submit so many sweeps of one shard, and return their payloads before any worker runs them."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        ids = [cloud.submit(REQUEST).document["sweep_id"] for _ in range(number)]
        for sweep_id in ids:
            recorder.wait_for(sweep_id, 1)
        return [recorder.payloads_of(sweep_id)[0] for sweep_id in ids]
