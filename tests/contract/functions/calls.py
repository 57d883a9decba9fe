"""Calls of the functions, as the gateway, Lambda and a client make them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from entrypoints import parent

REQUEST: dict[str, Any] = {
    "name": "trip",
    "parameters": {"x": {"linspace": {"start": 0, "stop": 1, "num": 8}}, "y": [2, 3]},
    "sharding": {"shards": 4},
}


def context(seconds: float = 29.0) -> Any:  # noqa: ANN401 - Lambda's context has no type
    """Return a context with so many seconds left."""
    return SimpleNamespace(aws_request_id="invocation", get_remaining_time_in_millis=lambda: seconds * 1000)


def post(document: Any, key: str | None = None, seconds: float = 29.0) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 - any body
    """Submit a request and return the status and the document of the answer."""
    event = {
        "httpMethod": "POST",
        "resource": "/sweeps",
        "headers": {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})},
        "requestContext": {"requestId": "request", "identity": {"userArn": "arn:aws:iam::1:user/ada"}},
        "body": json.dumps(document),
    }
    answer = parent.handler(event, context(seconds))
    return answer["statusCode"], json.loads(answer["body"])


def status(sweep_id: str) -> dict[str, Any]:
    """Return the parent's description of a sweep."""
    event = {"httpMethod": "GET", "resource": "/sweeps/{id}", "pathParameters": {"id": sweep_id}}
    answer = parent.handler(event, context())
    document: dict[str, Any] = json.loads(answer["body"])
    return document


def act(verb: str, sweep_id: str) -> tuple[int, dict[str, Any]]:
    """Retry or cancel a sweep and return the status and the document of the answer."""
    event = {"httpMethod": "POST", "resource": f"/sweeps/{{id}}/{verb}", "pathParameters": {"id": sweep_id}}
    answer = parent.handler(event, context())
    return answer["statusCode"], json.loads(answer["body"])


def queue_batch(payload: dict[str, Any]) -> dict[str, Any]:
    """Return a batch of the queue with Lambda's record of an undelivered shard, and with a message that is none."""
    record = {
        "version": "1.0",
        "timestamp": "2026-01-01T00:00:00.000Z",
        "requestContext": {
            "requestId": "invocation",
            "functionArn": "arn:aws:lambda:us-east-1:1:function:worker:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": payload,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "Task timed out after 60.00 seconds"},
    }
    return {"Records": [{"messageId": "a", "body": json.dumps(record)}, {"messageId": "b", "body": "{}"}]}
