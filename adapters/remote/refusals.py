"""From the API's refusals to the errors of the domain, by status and code."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from adapters.remote.account import refusal
from adapters.remote.http import Answer
from domain.errors import (
    DependencyUnavailable,
    InvalidSweep,
    PlaceUnusable,
    Problem,
    SweepConflict,
    SweepError,
    SweepNotFound,
)

_BAD_REQUESTS = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
# The header in which API Gateway names the kind of a refusal ("Gateway response types", API Gateway developer guide).
_CODE = "x-amzn-errortype"
_ATTACH = "attach the policy of the stack's output CallerPolicyArn to the caller, and check --profile"


def refused(answer: Answer, sweep_id: str) -> SweepError:
    """Return the error that an answer is which does not succeed, of a call about this sweep."""
    problem = _problem(answer)
    match answer.status:
        case status if status in _BAD_REQUESTS and problem:
            return InvalidSweep(*_problems(problem))
        case HTTPStatus.NOT_FOUND if sweep_id and problem:
            return SweepNotFound(sweep_id)
        case HTTPStatus.CONFLICT if problem:
            return SweepConflict(_detail(problem))
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return PlaceUnusable(f"the API refuses the caller{detail_of(answer)}; {_remedy(answer)}")
    return DependencyUnavailable(f"the API answers {answer.status}{detail_of(answer)}")


def detail_of(answer: Answer) -> str:
    """Return what an answer says of a refusal, after a colon and a blank; nothing for what is no problem document."""
    said = _detail(_problem(answer))
    return f": {said}" if said else ""


def _problem(answer: Answer) -> dict[str, Any]:
    """Return a problem document (RFC 9457); an empty one for any other body, such as HTML."""
    try:
        document = json.loads(answer.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _detail(problem: dict[str, Any]) -> str:
    # API Gateway's own refusals have a message, where the template does not replace them.
    return str(problem.get("detail") or problem.get("message") or "")


def _problems(problem: dict[str, Any]) -> list[Problem]:
    """Return what is wrong with the request; of an answer that does not say where, its detail."""
    listed = problem.get("errors")
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    texts = [Problem(str(one.get("path", "")), str(one.get("message", ""))) for one in found]
    return texts or [Problem("", _detail(problem))]


def _remedy(answer: Answer) -> str:
    code = answer.headers.get(_CODE, "").partition(":")[0]
    return refusal(code) or _ATTACH
