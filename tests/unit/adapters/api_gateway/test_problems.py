"""Errors as answers: the members of RFC 9457, the status of each error, and no internal text."""

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
    PlaceUnusable,
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
    (DispatchRejected("no shard was accepted"), 503),
    (DependencyUnavailable("table sweep-prod-7 answers InternalServerError"), 503),
    (PlaceUnusable("there is no stack prod"), 503),
    (HttpError(413, "the body has 7 bytes, and at most 6 are allowed"), 413),
    (HttpError(415, "the body must be application/json"), 415),
]


# The reason phrases of RFC 9110, but for 413 and 422, whose phrases are those of the RFCs before it.
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


@pytest.mark.parametrize(
    ("error", "status"), CASES, ids=[f"{type(error).__name__}-{status}" for error, status in CASES]
)
def test_an_error_has_its_status(error: SweepError, status: int) -> None:
    """The status is in the status line and in the body, which also holds a title and a detail."""
    answer = problem(error, "r-1")
    body = _body(answer)
    assert answer["statusCode"] == body["status"] == status
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert (body["type"], body["request_id"]) == ("about:blank", "r-1")
    assert body["title"] == TITLE_OF[status]
    assert body["detail"]


def test_every_status_of_the_adapters_has_a_title() -> None:
    """The table of titles holds exactly the statuses that the adapters return."""
    sources = "".join(path.read_text(encoding="utf-8") for path in ADAPTERS.rglob("*.py"))
    raised = {int(status) for status in re.findall(r"HttpError\((\d+)", sources)}
    assert raised
    assert raised | {status for _, status in STATUS} | {500} == set(TITLE_OF)
    assert _body(unexpected("r"))["title"] == TITLE_OF[500]


def test_every_domain_error_has_a_status() -> None:
    """A new subclass of `SweepError` in the domain needs a case in this file."""
    known = {type(error) for error, _ in CASES}
    unvisited = [SweepError]
    while unvisited:
        kinds = unvisited.pop().__subclasses__()
        # A subclass in an adapter has the status of its parent.
        assert {kind for kind in kinds if kind.__module__ == "domain.errors"} <= known
        unvisited += kinds


def test_every_problem_has_its_path() -> None:
    """`errors` lists the problems of an invalid sweep. Another error has no such member."""
    answer = problem(InvalidSweep(Problem("a.0", "one"), Problem("", "two")), "r")
    assert _body(answer)["errors"] == [{"path": "a.0", "message": "one"}, {"path": "", "message": "two"}]
    assert "errors" not in _body(problem(SweepNotFound("x"), "r"))


def test_long_texts_are_cut() -> None:
    """A path of more than 500 characters is cut, and a message of more than 1,000: a key may be as long as a body."""
    (listed,) = _body(problem(InvalidSweep.at("k" * 1_000_000, "m" * 1_000_000), "r"))["errors"]
    assert listed == {"path": "k" * 500 + "...", "message": "m" * 1000 + "..."}
    assert _body(problem(HttpError(413, "d" * 1_000_000), "r"))["detail"] == "d" * 1000 + "..."


def test_at_most_100_problems_are_listed() -> None:
    """The first 100 say enough."""
    problems = [Problem(str(number), "is wrong") for number in range(1000)]
    listed = _body(problem(InvalidSweep(*problems), "r"))["errors"]
    assert [one["path"] for one in listed] == [str(number) for number in range(100)]


@pytest.mark.parametrize(
    "error", [DispatchRejected("no"), DependencyUnavailable("no")], ids=["DispatchRejected", "DependencyUnavailable"]
)
def test_a_temporary_error_has_retry_after(error: SweepError) -> None:
    """An answer with status 503 has a Retry-After if the request can be sent again, and another one has none."""
    assert int(problem(error, "r")["headers"]["Retry-After"]) > 0
    assert "Retry-After" not in problem(error, "r", repeatable=False)["headers"]
    assert "Retry-After" not in problem(SweepNotFound("x"), "r")["headers"]


def test_internal_text_is_not_in_an_answer() -> None:
    """An answer holds neither the name of a table nor the text of an unexpected exception."""
    for repeatable in (True, False):
        answer = problem(DependencyUnavailable("table sweep-prod-7"), "r", repeatable=repeatable)
        assert "prod-7" not in answer["body"]
    assert _body(unexpected("r-1"))["request_id"] == "r-1"
    assert unexpected("r")["statusCode"] == 500


def test_an_answer_is_not_cached() -> None:
    """An answer has `Cache-Control: no-store`, because the state of a sweep changes."""
    answer = json_answer(200, {"state": "done"})
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert (answer["statusCode"], _body(answer)) == (200, {"state": "done"})
