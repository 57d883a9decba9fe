"""Errors as `application/problem+json` (RFC 9457), by one table from the class of an error to an HTTP status."""

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
# Not the standard library's: Python 3.13 renames some of them.
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
# Says nothing of what failed inside: that is for the log, not for a caller.
_UNAVAILABLE = "a service that this needs does not answer; the same request may succeed later"
_RETRY_AFTER_SECONDS = "10"
_LONGEST_PATH = 500


class HttpError(SweepError):
    """The request is wrong as HTTP, whatever it asks for."""

    def __init__(self, status: int, detail: str) -> None:
        """Keep the status of the answer; `detail` is the reason that the caller reads."""
        self.status = status
        super().__init__(detail)


def problem(error: SweepError, request_id: str) -> HttpResponse:
    """Return the answer to a request that failed with an error of our own tree."""
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
    """Return at most 500 characters of a path: a key in it, which the caller chose, may be as long as a body."""
    return path if len(path) <= _LONGEST_PATH else f"{path[:_LONGEST_PATH]}..."


def unexpected(request_id: str) -> HttpResponse:
    """Return the answer to a request that failed with any other exception."""
    return _answer(500, "an unexpected error; the log has it under this request id", request_id, {})


def json_answer(status: int, document: dict[str, Any]) -> HttpResponse:
    """Return the answer to a request that succeeded."""
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
