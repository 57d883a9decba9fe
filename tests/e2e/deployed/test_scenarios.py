"""The scenarios of the specification, through the gateway."""

from __future__ import annotations

import json
import time
from itertools import chain, product
from pathlib import Path
from typing import Any

from adapters.documents.payload import read_payload
from tests.contract.bodies import REFUSED_BY_THE_DOMAIN
from tests.e2e.deployed.api import JSON
from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.eventually import eventually
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.stacks import TRIAL

SPACE: dict[str, list[Any]] = {"x": [1, 2, 3, 4, 5], "y": [0.5, 1.5, 2.5], "z": ["a", "b", None, True]}
MARKER = {"name": "marker", "parameters": {"x": [1], "y": [1]}}


def pair(name: str, value: object) -> tuple[str, object]:
    """Return a parameter's name and value."""
    return name, value


def test_a_valid_request_creates_payloads_that_cover_the_space_once(cloud: Cloud) -> None:
    """For any number of shards, the dispatched payloads have every point of the product once, in order."""
    expected = [dict(zip(SPACE, values, strict=True)) for values in product(*SPACE.values())]
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        for shards in (1, 7, len(expected)):
            request = {"name": "cover", "target": f"{TRIAL}:area", "parameters": SPACE, "sharding": {"shards": shards}}
            answer = cloud.submit(request)
            assert (answer.status, answer.document["dispatch"]["accepted"]) == (202, shards)
            sweep_id = answer.document["sweep_id"]
            recorder.wait_for(sweep_id, shards)
            tasks = [read_payload(payload) for payload in recorder.payloads_of(sweep_id)]
            assert [task.shard.number for task in tasks] == list(range(shards))
            walks = (task.design.walk(task.shard.start, task.shard.stop, pair) for task in tasks)
            assert [dict(point) for point in chain.from_iterable(walks)] == expected


def test_an_invalid_request_is_a_validation_failure_and_invokes_no_worker(cloud: Cloud) -> None:
    """The answer is 422 with the path; the parent invokes no worker and writes no item."""
    items = cloud.items()
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        for body in REFUSED_BY_THE_DOMAIN:
            answer = cloud.call("POST", "/sweeps", body.raw, {"Content-Type": JSON})
            assert answer.status == 422, f"{body.about}: {answer.body!r}"
            assert body.path in [error["path"] for error in answer.problem["errors"]]
        assert cloud.items() == items
        # A valid request follows, so that payloads of the earlier requests would have arrived before its own.
        marker = cloud.submit(MARKER).document["sweep_id"]
        recorder.wait_for(marker, 1)
        assert len(recorder.payloads) == 1


def test_the_parent_finishes_while_workers_are_still_running(cloud: Cloud, tmp_path: Path) -> None:
    """The parent answers while every worker runs and none has ended, and has recorded the outcomes by then."""
    request = {
        "name": "slow",
        "target": f"{TRIAL}:gated",
        "parameters": {"x": [0, 1]},
        "constants": {"gate": str(tmp_path)},
        "sharding": {"shards": 2},
    }
    cloud.ended(cloud.submit(MARKER).document["sweep_id"])  # starts the parent, so that its start is not measured
    began = time.monotonic()
    answer = cloud.submit(request)
    answered = time.monotonic() - began
    assert answer.status == 202, answer.body
    sweep_id = answer.document["sweep_id"]
    eventually(lambda: len(list(tmp_path.glob("running-*"))) == 2)
    status = cloud.describe(sweep_id)
    assert (status["state"], status["done"], status["dispatch"]["accepted"]) == ("running", 0, 2)
    # The workers run for ten times as long as the parent did.
    running = time.monotonic()
    eventually(lambda: time.monotonic() - running > 10 * answered)
    assert cloud.describe(sweep_id)["state"] == "running"
    (tmp_path / "open").touch()
    assert cloud.ended(sweep_id)["state"] == "done"


def test_dry_run_dispatches_nothing(cloud: Cloud) -> None:
    """The parent answers with the plan and dispatches no shard."""
    body = json.dumps({"name": "plan", "parameters": SPACE}).encode()
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        answer = cloud.call("POST", "/sweeps?dry_run=true", body, {"Content-Type": JSON})
        assert (answer.status, answer.document["size"]) == (200, 60)
        marker = cloud.submit(MARKER).document["sweep_id"]
        recorder.wait_for(marker, 1)
        assert len(recorder.payloads) == 1
