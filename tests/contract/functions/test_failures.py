"""Shards that fail, are not delivered, are cancelled or run again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from entrypoints import parent, undelivered, worker
from tests.contract.functions.calls import REQUEST, act, context, post, queue_batch, status
from tests.fakes.lambda_stub import LambdaStub

pytestmark = pytest.mark.usefixtures("deployed")


def _broken_payload(payload: dict[str, Any]) -> dict[str, Any]:
    return {**payload, "version": 3}


def _broken_target(payload: dict[str, Any]) -> dict[str, Any]:
    return {**payload, "target": "tests.contract.missing:gone"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [(_broken_payload, "PayloadRefused"), (_broken_target, "TargetUnavailable")],
    ids=["payload", "target"],
)
def test_a_failure_that_would_repeat_is_recorded_at_once(
    stub: LambdaStub, change: Callable[[dict[str, Any]], dict[str, Any]], reason: str
) -> None:
    """The worker raises nothing, so Lambda does not retry: the shard has failed with its reason, the others run."""
    _, submitted = post(REQUEST)
    for payload in stub.accepted:
        number = payload["shard"]["number"]
        assert worker.handler(change(payload) if number == 1 else payload, context())["outcome"] in {"done", "failed"}
    described = status(submitted["sweep_id"])
    assert (described["state"], described["shards_done"], described["shards_failed"]) == ("failed", 3, 1)
    (failure,) = described["failures"]
    assert (failure["example"]["shard"], failure["reason"]) == (1, reason)


def test_an_undelivered_shard_is_failed_with_lambdas_reason(stub: LambdaStub) -> None:
    """The failure has Lambda's condition, error and attempts; a message that is no record is reported as failed."""
    _, submitted = post(REQUEST)
    batch = queue_batch(stub.accepted[0])
    assert undelivered.handler(batch, context()) == {"batchItemFailures": [{"itemIdentifier": "b"}]}
    (failure,) = status(submitted["sweep_id"])["failures"]
    assert failure["reason"] == "RetriesExhausted"
    assert failure["message"] == "Task timed out after 60.00 seconds"
    assert failure["example"]["attempts"] == 3


def test_a_cancelled_sweep_runs_no_further_shard(stub: LambdaStub) -> None:
    """A worker asks the ledger before it starts a shard."""
    _, submitted = post(REQUEST)
    worker.handler(stub.accepted[0], context())
    code, cancelled = act("cancel", submitted["sweep_id"])
    assert (code, cancelled["stopped"]) == (200, True)
    assert worker.handler(stub.accepted[1], context()) == {"outcome": "cancelled"}
    described = status(submitted["sweep_id"])
    assert (described["state"], described["shards_done"]) == ("cancelled", 1)


def test_a_retry_runs_what_failed_and_nothing_else(stub: LambdaStub) -> None:
    """A retry dispatches the failed shard in a new generation, and the sweep is done once the cause is removed."""
    _, submitted = post(REQUEST)
    sweep_id = submitted["sweep_id"]
    for payload in stub.accepted:
        worker.handler(_broken_target(payload) if payload["shard"]["number"] == 1 else payload, context())
    assert status(sweep_id)["state"] == "failed"
    (first,) = (payload for payload in stub.accepted if payload["shard"]["number"] == 1)
    stub.accepted.clear()
    code, retried = act("retry", sweep_id)
    assert (code, retried["dispatch"]["accepted"]) == (202, 4)
    assert status(sweep_id)["state"] == "running"
    assert stub.accepted == [first | {"version": 2, "shard": first["shard"] | {"generation": 1}}]
    worker.handler(stub.accepted[0], context())
    described = status(sweep_id)
    assert (described["state"], described["done"], described["failures"]) == ("done", 16, [])


def test_a_record_of_an_earlier_run_does_not_fail_a_retried_shard(stub: LambdaStub) -> None:
    """A shard that failed and runs again is running, however often the record of its failure arrives."""
    _, submitted = post(REQUEST)
    sweep_id, record = submitted["sweep_id"], queue_batch(stub.accepted[0])
    undelivered.handler(record, context())
    assert status(sweep_id)["shards_failed"] == 1
    act("retry", sweep_id)
    undelivered.handler(record, context())
    described = status(sweep_id)
    assert (described["state"], described["shards_failed"], described["running"]) == ("running", 0, 4)
    undelivered.handler(queue_batch(stub.accepted[-1]), context())
    assert status(sweep_id)["shards_failed"] == 1


def test_a_retry_evaluates_the_points_without_a_value_and_keeps_the_others(stub: LambdaStub) -> None:
    """A text is no JSON: the status says which and where, and a retry sends its shard alone."""
    request = {
        "name": "texts",
        "target": "json:loads",
        "design": {"kind": "points", "points": [{"s": text} for text in ("1", "2", "x", "3")]},
        "sharding": {"shards": 2},
    }
    _, submitted = post(request)
    sweep_id = submitted["sweep_id"]
    for payload in stub.accepted:
        assert worker.handler(payload, context()) == {"outcome": "done"}
    described = status(sweep_id)
    assert (described["state"], described["done"], described["failed"]) == ("done_with_errors", 3, 1)
    assert described["links"].keys() >= {"self", "results", "failures", "retry"}
    example = described["failures"][0]["example"]
    assert (example["shard"], example["index"], example["point"]) == (1, 2, {"s": "x"})
    stub.accepted.clear()
    assert act("retry", sweep_id)[0] == 202
    (again,) = stub.accepted
    assert (again["version"], again["shard"]["number"], again["shard"]["generation"]) == (2, 1, 1)
    assert worker.handler(again, context()) == {"outcome": "done"}
    described = status(sweep_id)
    assert (described["state"], described["done"], described["failed"]) == ("done_with_errors", 3, 1)
    event = {"httpMethod": "GET", "resource": "/sweeps/{id}/failures", "pathParameters": {"id": sweep_id}}
    (failure,) = json.loads(parent.handler(event, context())["body"])["failures"]
    assert (failure["shard"], failure["reason"], failure["points"]) == (1, "JSONDecodeError", 1)
    assert "json/decoder.py" in failure["at"][-1]
