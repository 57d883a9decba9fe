"""Large sweeps, which dispatchers send out."""

from __future__ import annotations

from typing import Any

import pytest

from entrypoints import dispatcher, undelivered, worker
from tests.contract.functions.calls import REQUEST, act, context, post, queue_batch, status
from tests.fakes.lambda_stub import LambdaStub

pytestmark = pytest.mark.usefixtures("deployed")

LARGE: dict[str, Any] = REQUEST | {
    "parameters": {"x": {"range": {"start": 0, "stop": 75}}, "y": [2, 3]},
    "sharding": {"shards": 150},
}


def test_a_large_sweep_goes_out_by_a_dispatcher(stub: LambdaStub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent answers while no worker has a shard; the dispatcher sends each once, however often it is invoked."""
    monkeypatch.setenv("SWEEP_DIRECT_SHARDS", "100")
    code, submitted = post(LARGE, key="large")
    assert (code, submitted["state"], submitted["dispatch"]["waiting"]) == (202, "dispatching", 150)
    (event,) = stub.accepted
    assert event["span"] == {"number": 0, "first_block": 0, "stop_block": 2}
    assert post(LARGE, key="large")[0] == 200
    assert act("retry", submitted["sweep_id"])[0] == 409
    stub.accepted.clear()
    outcomes = [dispatcher.handler(event, context())["outcome"] for _ in range(2)]
    assert outcomes == ["dispatched", "nothing to do"]
    assert sorted(payload["shard"]["number"] for payload in stub.accepted) == list(range(150))
    described = status(submitted["sweep_id"])
    assert (described["state"], described["dispatch"]["accepted"]) == ("running", 150)
    assert worker.handler(stub.accepted[0], context()) == {"outcome": "done"}


def test_an_undelivered_span_is_not_dispatched_until_a_retry(stub: LambdaStub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its shards are counted with Lambda's reason, and the retry assigns them to a dispatcher."""
    monkeypatch.setenv("SWEEP_DIRECT_SHARDS", "100")
    _, submitted = post(LARGE)
    undelivered.handler(queue_batch(stub.accepted.pop()), context())
    described = status(submitted["sweep_id"])
    assert (described["state"], described["undispatched"]) == ("incomplete", 150)
    assert described["dispatch"]["reasons"] == {"RetriesExhausted": 150}
    code, retried = act("retry", submitted["sweep_id"])
    assert (code, retried["state"]) == (202, "dispatching")
    dispatcher.handler(stub.accepted.pop(), context())
    assert status(submitted["sweep_id"])["dispatch"]["accepted"] == 150


def test_a_large_sweep_that_no_dispatcher_takes_is_refused(stub: LambdaStub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is 503 with the reason, and the same request is the remedy."""
    monkeypatch.setenv("SWEEP_DIRECT_SHARDS", "100")
    stub.script = lambda _: (404, "ResourceNotFoundException")
    code, refused = post(LARGE, key="large")
    assert (code, "FunctionNotFound" in refused["detail"]) == (503, True)
    stub.script = lambda _: None
    code, submitted = post(LARGE, key="large")
    assert (code, submitted["state"]) == (200, "dispatching")
    act("cancel", submitted["sweep_id"])
    assert dispatcher.handler(stub.accepted.pop(), context()) == {"outcome": "cancelled"}
    assert status(submitted["sweep_id"])["state"] == "cancelled"
