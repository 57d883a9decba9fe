"""The HTTP API over ports in memory, for tests."""

from __future__ import annotations

import io
import json
from typing import Any

from adapters.api_gateway.http_api import HttpApi
from adapters.machine.json_log import JsonLog
from application.cancel_sweep import CancelSweep
from application.describe_sweep import DescribeSweep
from application.dispatch_shards import HandOver
from application.list_results import ListResults
from application.list_sweeps import ListSweeps
from application.ports.ports import ResultLocation
from application.retry_sweep import RetrySweep
from application.submit_sweep import SubmitSweep
from domain.limits import Limits
from tests.unit.application.in_memory import CountingIds, MemoryLedger, MemoryResults, RecordingInvoker, StandingClock

SECRET = "hunter2secret"  # noqa: S105 - stands for a parameter's value
REQUEST: dict[str, Any] = {
    "name": "toy",
    "target": "toy:f",
    "parameters": {"x": [1, 2, SECRET, 4]},
    "sharding": {"shards": 4},
}


class Desk:
    """An API, with what is behind it and what it logs."""

    def __init__(self, invoker: RecordingInvoker | None = None, results: ResultLocation | None = None) -> None:
        """Start with an empty ledger."""
        self.clock, ids = StandingClock(), CountingIds()
        self.ledger = MemoryLedger(self.clock)
        self.invoker = invoker or RecordingInvoker()
        self.log = io.StringIO()
        limits = Limits(100, 1_000_000, frozenset({"toy:f"}), "toy:f")
        hand_over = HandOver(self.ledger, self.invoker)
        self.api = HttpApi(
            SubmitSweep(self.ledger, hand_over, self.clock, ids, limits),
            RetrySweep(self.ledger, hand_over, ids),
            CancelSweep(self.ledger),
            DescribeSweep(self.ledger, results or MemoryResults()),
            ListSweeps(self.ledger),
            ListResults(self.ledger, results or MemoryResults()),
            JsonLog("DEBUG", "parent", self.log),
        )

    def ask(self, event: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 - any event
        """Give the status and the document of an answer."""
        answer = self.api(event)
        document = json.loads(answer["body"])
        if answer["statusCode"] >= 400:
            assert answer["headers"]["Content-Type"] == "application/problem+json"
            assert document["status"] == answer["statusCode"]
            assert {"type", "title", "detail", "request_id"} <= set(document)
        return answer["statusCode"], document

    def post(self, document: object = REQUEST, **more: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 - event parts
        """Post a request."""
        return self.ask(post_event(json.dumps(document), **more))


def post_event(body: object, **more: object) -> dict[str, Any]:
    """Give the event of a submission."""
    return {
        "httpMethod": "POST",
        "resource": "/sweeps",
        "headers": {"Content-Type": "application/json"},
        "requestContext": {"requestId": "r-1", "identity": {"userArn": "arn:aws:iam::1:user/u"}},
        "body": body,
    } | more


def get_event(sweep_id: str, part: str = "", **query: str) -> dict[str, Any]:
    """Give the event of a question for a sweep, or a part of it."""
    path = {"httpMethod": "GET", "resource": f"/sweeps/{{id}}{part}", "pathParameters": {"id": sweep_id}}
    return path | {"queryStringParameters": query or None}


def act_event(verb: str, sweep_id: str) -> dict[str, Any]:
    """Give the event of a retry or a cancellation."""
    return {"httpMethod": "POST", "resource": f"/sweeps/{{id}}/{verb}", "pathParameters": {"id": sweep_id}}


def list_event(**query: str) -> dict[str, Any]:
    """Give the event of a question for all sweeps."""
    return {"httpMethod": "GET", "resource": "/sweeps", "queryStringParameters": query or None}
