"""The HTTP API over ports in memory, and the events of its requests."""

from __future__ import annotations

import io
import json
from typing import Any, Protocol

from adapters.api_gateway.http_api import HttpApi
from adapters.machine.json_log import JsonLog
from application.ports.point_tables import PointTables
from application.ports.result_store import ResultLocation
from application.ports.table_links import TableLinks
from domain.dispatch_policy import Deadline
from domain.limits import Limits
from tests.fakes.desk import Desk
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.table_links import LinkedTables

SECRET = "hunter2secret"  # noqa: S105 - stands for a parameter's value
REQUEST: dict[str, Any] = {
    "name": "toy",
    "target": "toy:f",
    "parameters": {"x": [1, 2, SECRET, 4]},
    "sharding": {"shards": 4},
}


class Tables(PointTables, TableLinks, Protocol):
    """Tables of points that can be linked to."""


class ApiDesk(Desk):
    """An API over the use cases of a `Desk`, with its log."""

    def __init__(
        self,
        invoker: RecordingInvoker | None = None,
        location: ResultLocation | None = None,
        max_shards: int = 100,
        tables: Tables | None = None,
    ) -> None:
        """Start with an empty ledger."""
        limits = Limits(max_shards, 1_000_000, frozenset({"toy:f"}), "toy:f")
        linked = tables or LinkedTables()
        super().__init__(invoker=invoker, location=location, limits=limits, tables=linked)
        self.log = io.StringIO()
        self.api = HttpApi(self.sweeps, JsonLog("DEBUG", "parent", self.log), lambda: linked)

    def ask(self, event: Any, deadline: Deadline = lambda: 29.0) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 - any event
        """Call the API with an event and return the status and the document of its answer."""
        answer = self.api(event, deadline)
        document = json.loads(answer["body"])
        if answer["statusCode"] >= 400:
            assert answer["headers"]["Content-Type"] == "application/problem+json"
            assert document["status"] == answer["statusCode"]
            assert {"type", "title", "detail", "request_id"} <= set(document)
        return answer["statusCode"], document

    def post(self, document: object = REQUEST, **more: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 - event parts
        """Submit a request and return the status and the document of the answer."""
        return self.ask(post_event(json.dumps(document), **more))


def post_event(body: object, **more: object) -> dict[str, Any]:
    """Return the event of a submission."""
    return {
        "httpMethod": "POST",
        "resource": "/sweeps",
        "headers": {"Content-Type": "application/json"},
        "requestContext": {"requestId": "r-1", "identity": {"userArn": "arn:aws:iam::1:user/u"}},
        "body": body,
    } | more


def get_event(sweep_id: str, part: str = "", **query: str) -> dict[str, Any]:
    """Return the event of a GET of a sweep, or of a part of it such as `/results`."""
    path = {"httpMethod": "GET", "resource": f"/sweeps/{{id}}{part}", "pathParameters": {"id": sweep_id}}
    return path | {"queryStringParameters": query or None}


def act_event(verb: str, sweep_id: str) -> dict[str, Any]:
    """Return the event of a retry or a cancellation."""
    return {"httpMethod": "POST", "resource": f"/sweeps/{{id}}/{verb}", "pathParameters": {"id": sweep_id}}


def list_event(**query: str) -> dict[str, Any]:
    """Return the event of a GET of all sweeps."""
    return {"httpMethod": "GET", "resource": "/sweeps", "queryStringParameters": query or None}


def table_event(method: str, digest: str, body: object = None, **query: str) -> dict[str, Any]:
    """Return the event of a request about a table of points."""
    path = {"httpMethod": method, "resource": "/tables/{digest}", "pathParameters": {"digest": digest}}
    text = None if body is None else json.dumps(body)
    return path | {"body": text, "queryStringParameters": query or None}
