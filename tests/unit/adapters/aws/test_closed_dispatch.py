"""A dispatch that its caller stops reading, as an interrupted one does."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from botocore.exceptions import ClientError

from adapters.aws.invocation import Invocation
from adapters.aws.lambda_invoker import LambdaInvoker
from adapters.aws.threaded_sender import ThreadedSender
from adapters.machine.json_log import JsonLog
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import DispatchPolicy, no_deadline
from tests.fakes.sweeps import make_sweep

_POLICY = DispatchPolicy(concurrency=2, attempts=3, backoff_base=3.0, backoff_cap=3.0)
_SWEEP = make_sweep(size=2, shards=2)


class Body:
    """The empty body of an answer."""

    def read(self) -> bytes:
        """Return nothing."""
        return b""


class Client:
    """Accepts shard 0 once shard 1 has been throttled, and throttles shard 1 always."""

    def __init__(self) -> None:
        """Start without invocations."""
        self.throttled = Event()
        self.invocations = 0

    def invoke(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's arguments
        """Answer as Lambda does."""
        self.invocations += 1
        if b'"number":1' in request["Payload"]:
            self.throttled.set()
            raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")
        self.throttled.wait(10)
        return {"StatusCode": 202, "Payload": Body(), "ResponseMetadata": {"RequestId": "r"}}


def test_no_attempt_begins_once_the_caller_has_stopped_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """The outcome of such an attempt would be lost, so that the shard would be dispatched once more."""
    monkeypatch.setattr("adapters.aws.sending.random.uniform", lambda _, longest: longest)
    client = Client()
    invoker = LambdaInvoker(ThreadedSender(Invocation(client, "worker"), _POLICY, JsonLog("ERROR", "parent")))  # type: ignore[arg-type]  # a stand-in
    outcomes = invoker.dispatch(_SWEEP, _SWEEP.plan, no_deadline)
    assert next(outcomes).kind is OutcomeKind.ACCEPTED
    outcomes.close()  # type: ignore[attr-defined]  # a generator
    assert client.invocations == 2
