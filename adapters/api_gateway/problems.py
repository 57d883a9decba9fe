"""Errors as `application/problem+json` (RFC 9457), by one table from the class of an error to an HTTP status."""

from __future__ import annotations

import json
from http import HTTPStatus
from itertools import islice
from typing import Any

from adapters.documents.answer_size import SEPARATORS, cut, fitting
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
# Both say nothing of what failed inside: that is for the log, not for a caller.
_UNAVAILABLE = "a service that this needs does not answer; the same request may succeed later"
_MAY_BE_RECORDED = (
    "a service that this needs does not answer; GET /sweeps shows whether the sweep was recorded (the request had no "
    "Idempotency-Key: a second one would make a second sweep)"
)
_RETRY_AFTER_SECONDS = "10"
# In characters: a key, which the caller chose, may be as long as a body.
_LONGEST_PATH = 500
_LONGEST_TEXT = 1000
_MOST_PROBLEMS = 100


class HttpError(SweepError):
    """The request is wrong as HTTP, whatever it asks for."""

    def __init__(self, status: int, detail: str) -> None:
        """Keep the status of the answer; `detail` is the reason that the caller reads."""
        self.status = status
        super().__init__(detail)


def problem(error: SweepError, request_id: str, *, repeatable: bool = True) -> HttpResponse:
    """Return the answer to a request that failed with an error of our own tree.

    `repeatable` says whether the request can be sent again without another effect, which the answer then suggests.
    """
    status = (
        error.status if isinstance(error, HttpError) else next(code for kind, code in STATUS if isinstance(error, kind))
    )
    body: dict[str, Any] = {}
    if isinstance(error, InvalidSweep):
        detail = "the request is not valid"
        body["errors"] = _errors(error)
    elif isinstance(error, DependencyUnavailable):
        detail = _UNAVAILABLE if repeatable else _MAY_BE_RECORDED
    else:
        detail = cut(str(error), _LONGEST_TEXT)
    answer = _answer(status, detail, request_id, body)
    if status == HTTPStatus.SERVICE_UNAVAILABLE and repeatable:
        answer["headers"]["Retry-After"] = _RETRY_AFTER_SECONDS
    return answer


def _errors(error: InvalidSweep) -> list[Any]:
    """Return the first problems, as many as an answer can carry."""
    return fitting(
        {"path": cut(one.path, _LONGEST_PATH), "message": cut(one.message, _LONGEST_TEXT)}
        for one in islice(error.problems, _MOST_PROBLEMS)
    )


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
    return _response(status, "application/problem+json", document)


def _response(status: int, kind: str, document: dict[str, Any]) -> HttpResponse:
    headers = {"Content-Type": kind, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return {
        "statusCode": status,
        "headers": headers,
        "body": json.dumps(document, separators=SEPARATORS),
        "isBase64Encoded": False,
    }
