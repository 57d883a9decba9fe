"""Errors as `application/problem+json` (RFC 9457): the one table from what went wrong to an HTTP status."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from domain.errors import (
    DependencyUnavailable,
    DispatchRejected,
    InvalidSweep,
    MalformedSweep,
    SweepConflict,
    SweepError,
    SweepNotFound,
    TargetUnavailable,
)

HttpResponse = dict[str, Any]

STATUS: list[tuple[type[SweepError], int]] = [
    (MalformedSweep, 400),
    (TargetUnavailable, 422),
    (InvalidSweep, 422),
    (SweepNotFound, 404),
    (SweepConflict, 409),
    (DispatchRejected, 503),
    (DependencyUnavailable, 503),
]
# Not the standard library's: it names some of them otherwise from one Python to the next.
_TITLES = {
    400: "Bad Request",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
# What went wrong inside is for the log, not for a stranger.
_UNAVAILABLE = "a service that this needs does not answer; the same request may succeed later"
_RETRY_AFTER_SECONDS = "10"
_LONGEST_PATH = 500


class HttpError(SweepError):
    """Something about the request as HTTP, apart from what it asks for."""

    def __init__(self, status: int, detail: str) -> None:
        """Take the status to answer with and the reason to give."""
        self.status = status
        super().__init__(detail)


def problem(error: SweepError, request_id: str) -> HttpResponse:
    """Return the answer to a request that failed in a way that was foreseen."""
    status = (
        error.status if isinstance(error, HttpError) else next(code for kind, code in STATUS if isinstance(error, kind))
    )
    body: dict[str, Any] = {}
    if isinstance(error, InvalidSweep):
        detail = "the request is not valid"
        body["errors"] = [{"path": _cut(one.path), "message": one.message} for one in error.problems]
    elif isinstance(error, DependencyUnavailable):
        detail = _UNAVAILABLE
    else:
        detail = str(error)
    return _answer(status, detail, request_id, body)


def _cut(path: str) -> str:
    """Return a path that an answer can carry: a key that somebody made up may fill a whole body."""
    return path if len(path) <= _LONGEST_PATH else f"{path[:_LONGEST_PATH]}..."


def unexpected(request_id: str) -> HttpResponse:
    """Return the answer to a request that failed in a way that nobody foresaw."""
    return _answer(500, "an unexpected error; the log has it under this request id", request_id, {})


def json_answer(status: int, document: dict[str, Any]) -> HttpResponse:
    """Return an answer that is what was asked for."""
    return _response(status, "application/json", document)


def _answer(status: int, detail: str, request_id: str, more: dict[str, Any]) -> HttpResponse:
    document = {
        "type": "about:blank",
        "title": _TITLES[status],
        "status": status,
        "detail": detail,
        **more,
        "request_id": request_id,
    }
    response = _response(status, "application/problem+json", document)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["headers"]["Retry-After"] = _RETRY_AFTER_SECONDS
    return response


def _response(status: int, kind: str, document: dict[str, Any]) -> HttpResponse:
    headers = {"Content-Type": kind, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(document), "isBase64Encoded": False}
