"""Errors as answers: RFC 9457's members, the status that belongs to each, and nothing that was not meant to be told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from adapters.api_gateway.problems import STATUS, HttpError, json_answer, problem, unexpected
from domain.errors import (
    DependencyUnavailable,
    DispatchRejected,
    InvalidSweep,
    MalformedSweep,
    Problem,
    SweepConflict,
    SweepError,
    SweepNotFound,
    TargetUnavailable,
)

ADAPTERS = Path(__file__).parents[4] / "adapters"
CASES: list[tuple[SweepError, int]] = [
    (MalformedSweep.at("name", "is missing"), 400),
    (InvalidSweep.at("name", "is taken"), 422),
    (TargetUnavailable.at("target", "there is no module toy"), 422),
    (SweepNotFound("toy-1"), 404),
    (SweepConflict("the key belongs to another request"), 409),
    (DispatchRejected("no shard was taken"), 503),
    (DependencyUnavailable("table sweep-prod-7 answers InternalServerError"), 503),
    (HttpError(413, "the body has 7 bytes, and at most 6 are allowed"), 413),
    (HttpError(415, "the body must be application/json"), 415),
]


# The reason phrases of RFC 9110, but for 413 and 422, which have kept the names that they had before it.
TITLE_OF = {
    400: "Bad Request",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def _body(answer: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answer["body"])
    return body


@pytest.mark.parametrize(("error", "status"), CASES, ids=lambda case: type(case).__name__)
def test_an_error_has_its_status(error: SweepError, status: int) -> None:
    """In the status line and in the body; title and detail are text for people."""
    answer = problem(error, "r-1")
    body = _body(answer)
    assert answer["statusCode"] == body["status"] == status
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert (body["type"], body["request_id"]) == ("about:blank", "r-1")
    assert body["title"] == TITLE_OF[status]
    assert body["detail"]


def test_every_status_of_the_adapters_has_its_title() -> None:
    """Whatever status an adapter answers with is in the table of titles."""
    sources = "".join(path.read_text(encoding="utf-8") for path in ADAPTERS.rglob("*.py"))
    raised = {int(status) for status in re.findall(r"HttpError\((\d+)", sources)}
    assert raised
    assert raised | {status for _, status in STATUS} | {500} == set(TITLE_OF)
    assert _body(unexpected("r"))["title"] == TITLE_OF[500]


def test_every_error_of_the_tree_is_in_the_table() -> None:
    """Whatever is added to the tree of errors needs a status."""
    known = {type(error) for error, _ in CASES}
    waiting = [SweepError]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        # Adapters' own refinements take their parent's status.
        assert {kind for kind in kinds if kind.__module__ == "domain.errors"} <= known
        waiting += kinds


def test_every_problem_has_its_place() -> None:
    """`errors` lists them; an error of another kind has no such member."""
    answer = problem(InvalidSweep(Problem("a.0", "one"), Problem("", "two")), "r")
    assert _body(answer)["errors"] == [{"path": "a.0", "message": "one"}, {"path": "", "message": "two"}]
    assert "errors" not in _body(problem(SweepNotFound("x"), "r"))


def test_a_path_of_a_made_up_key_is_cut() -> None:
    """A key may be as large as a body, and an answer may not."""
    (told,) = _body(problem(InvalidSweep.at("k" * 1_000_000, "is no known key"), "r"))["errors"]
    assert told["path"] == "k" * 500 + "..."


@pytest.mark.parametrize("error", [DispatchRejected("no"), DependencyUnavailable("no")])
def test_what_may_pass_says_when_to_come_again(error: SweepError) -> None:
    """503 comes with Retry-After, and nothing else does."""
    assert int(problem(error, "r")["headers"]["Retry-After"]) > 0
    assert "Retry-After" not in problem(SweepNotFound("x"), "r")["headers"]


def test_what_is_inside_stays_inside() -> None:
    """Neither a table's name nor an exception's text is a stranger's business."""
    assert "prod-7" not in problem(DependencyUnavailable("table sweep-prod-7"), "r")["body"]
    assert _body(unexpected("r-1"))["request_id"] == "r-1"
    assert unexpected("r")["statusCode"] == 500


def test_answers_are_kept_by_nobody() -> None:
    """A state is old a moment later."""
    answer = json_answer(200, {"state": "done"})
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert (answer["statusCode"], _body(answer)) == (200, {"state": "done"})
