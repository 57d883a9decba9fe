"""No answer of any route passes 1 MB: a Lambda could not return it, and a caller would get a 502 instead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.designs.grid import Grid
from domain.dispatch_policy import no_deadline
from domain.plan import ShardCount
from domain.reasons import Reason
from domain.request import SweepRequest
from domain.space.linspace import Linspace
from domain.space.parameter import Parameter
from domain.space.scalars import LARGEST_COUNT
from domain.sweep import LONGEST_MESSAGE, ErrorKind, PointError, ShardDone, ShardFailed, Sweep
from tests.fakes.api import REQUEST, ApiDesk, act_event, get_event, list_event, post_event

_LARGEST = 1_000_000
_SMILE, _CONTROL, _QUOTE, _BACKSLASH = "\U0001f600", "\x00", '"', "\\"
_CHARACTERS = [
    pytest.param(_SMILE, id="beyond 16 bits"),
    pytest.param("ß", id="not ASCII"),
    pytest.param(_CONTROL, id="control character"),
    pytest.param(_QUOTE, id="quote"),
    pytest.param(_BACKSLASH, id="backslash"),
]
# So many shards fail where all pages are read.
_LISTED = 12
# 64 parameters, of which the texts alone have 750,000 characters in a payload.
_WIDE: dict[str, Any] = {
    "name": "toy" + "y" * 61,
    "parameters": {
        "x": {"range": {"start": 0, "stop": 5000}},
        **{f"p{number:063}": [_SMILE * 1000] for number in range(63)},
    },
    "sharding": {"shards": 100},
}

# They are sizes of JSON, which no Python changes.
pytestmark = pytest.mark.one_python


def _ask(desk: ApiDesk, event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return the status and the document of an answer, which is small enough."""
    answer = desk.api(event, no_deadline)
    assert len(json.dumps(answer)) <= _LARGEST
    document: dict[str, Any] = json.loads(answer["body"])
    return answer["statusCode"], document


def _errors(shard: int, text: str, *, distinct: bool) -> ShardDone:
    """Return the end of a shard of 50 points with 10 kinds of errors, and with points of further kinds."""
    first = 50 * shard
    kinds = tuple(
        ErrorKind(
            PointError(
                first + kind, text * 1000, f"{shard if distinct else 0} {kind} {text * 1000}", (text * 200,) * 4
            ),
            4,
        )
        for kind in range(10)
    )
    return ShardDone(shard, 0, 50, kinds)


def _failing(text: str, shards: int, *, distinct: bool) -> tuple[ApiDesk, str]:
    """Return a sweep of which so many shards have the longest errors, and its id."""
    desk = ApiDesk()
    status, document = _ask(desk, post_event(json.dumps(_WIDE)))
    assert status == 202
    sweep_id = document["sweep_id"]
    for shard in range(shards):
        desk.ledger.mark_done(sweep_id, _errors(shard, text, distinct=distinct))
    return desk, sweep_id


@pytest.mark.parametrize("distinct", [False, True], ids=["10 causes", "1,000 causes"])
@pytest.mark.parametrize("text", _CHARACTERS)
def test_no_failure_makes_an_answer_too_large(text: str, distinct: bool) -> None:  # noqa: FBT001 - pytest passes it by name
    """With 100 failing shards of 10 kinds each, status, retry and cancellation can be read, and count every shard."""
    desk, sweep_id = _failing(text, 100, distinct=distinct)
    status, document = _ask(desk, get_event(sweep_id))
    assert (status, document["failing_shards"], document["failing_shards_grouped"]) == (200, 100, 100)
    causes = document["failures"]
    assert causes
    points = [cause["example"]["point"] for cause in causes if cause["reason"] != "Other"]
    assert {text for point in points for name, text in point.items() if name != "x"} == {_SMILE * 200 + "..."}
    assert all(len(cause["message"]) == LONGEST_MESSAGE for cause in causes if cause["reason"] != "Other")
    assert _ask(desk, act_event("retry", sweep_id))[0] == 202
    status, document = _ask(desk, act_event("cancel", sweep_id))
    assert (status, document["stopped"]) == (200, True)


@pytest.mark.parametrize("text", _CHARACTERS)
def test_the_pages_of_failures_are_small_and_together_complete(text: str) -> None:
    """However few shards fit on a page, each page has at least one, and the pages together have every failure once."""
    desk, sweep_id = _failing(text, _LISTED, distinct=True)
    listed: list[tuple[int, str]] = []
    query = {"limit": "100"}
    for _ in range(2 * _LISTED):
        status, page = _ask(desk, get_event(sweep_id, "/failures", **query))
        assert status == 200
        assert page["failures"]
        assert all("index" in failure for failure in page["failures"] if failure["reason"] != "Other")
        listed += [(failure["shard"], failure["message"]) for failure in page["failures"]]
        if page["next"] is None:
            break
        assert page["next"] == page["failures"][-1]["shard"]
        query["after"] = str(page["next"])
    assert len(listed) == len(set(listed)) == _LISTED * 11
    assert [shard for shard, _ in listed] == [shard for shard in range(_LISTED) for _ in range(11)]


def test_a_page_keeps_the_points_that_fit() -> None:
    """Only where the failures of a single shard do not fit are their points left out."""
    desk = ApiDesk()
    sweep_id = _ask(desk, post_event(json.dumps(_WIDE)))[1]["sweep_id"]
    for shard in range(10):
        kind = ErrorKind(PointError(50 * shard, "ValueError", "text"), 50)
        desk.ledger.mark_done(sweep_id, ShardDone(shard, 0, 50, (kind,)))
    _, page = _ask(desk, get_event(sweep_id, "/failures"))
    assert 1 < len(page["failures"]) < 10
    assert all(len(failure["point"]) == 64 for failure in page["failures"])


def test_failed_shards_with_long_messages_are_listed_in_pages() -> None:
    """100 failed shards with one message each, the longest that there can be, fit on few pages."""
    desk = ApiDesk()
    sweep_id = desk.post(_WIDE)[1]["sweep_id"]
    for shard in range(100):
        message = f"{shard} {_SMILE * 1000}"
        desk.ledger.mark_failed(sweep_id, ShardFailed(shard, Reason.RETRIES_EXHAUSTED, message, 3))
    assert _ask(desk, get_event(sweep_id))[1]["failing_shards"] == 100
    _, page = _ask(desk, get_event(sweep_id, "/failures", limit="100"))
    assert len(page["failures"]) > 50
    _, rest = _ask(desk, get_event(sweep_id, "/failures", limit="100", after=str(page["next"])))
    assert rest["next"] is None


class LongLinks:
    """A `ResultLocation` whose links have 2,000 characters."""

    def location(self, sweep_id: str) -> str:
        """Return an address of S3."""
        return f"s3://bucket/{sweep_id}/"

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:
        """Return a link."""
        return f"https://bucket/{sweep_id}/{shard}?".ljust(2000, "x")


def test_a_thousand_long_links_are_listed_in_pages() -> None:
    """Whatever the caller asks for, a page has as many links as fit, and the pages together have all of them."""
    desk = ApiDesk(location=LongLinks(), max_shards=1000)
    request = REQUEST | {"parameters": {"x": {"range": {"start": 0, "stop": 1000}}}, "sharding": {"shards": 1000}}
    sweep_id = desk.post(request)[1]["sweep_id"]
    for shard in range(1000):
        desk.ledger.mark_done(sweep_id, ShardDone(shard, 1))
    shards: list[int] = []
    query = {"limit": "1000"}
    while True:
        _, page = _ask(desk, get_event(sweep_id, "/results", **query))
        shards += [link["shard"] for link in page["results"]]
        if page["next"] is None:
            break
        query["after"] = str(page["next"])
    assert shards == list(range(1000))


@pytest.mark.parametrize("text", _CHARACTERS)
def test_a_dry_run_of_long_points_is_small(text: str) -> None:
    """Of megabytes of texts, the plan shows the beginnings."""
    long = text * (3_600_000 // (40 * 64 * len(json.dumps(text)[1:-1])))
    points = [{f"p{number:063}": long for number in range(64)} for _ in range(40)]
    document = {"name": "toy", "design": {"kind": "points", "points": points}, "sharding": {"shards": 40}}
    body = json.dumps(document)
    assert 3_000_000 < len(body) <= 4_000_000
    status, plan = _ask(ApiDesk(), post_event(body, queryStringParameters={"dry_run": "true"}))
    assert (status, len(plan["first_point"]), len(plan["last_point"])) == (200, 64, 64)
    cut = long if len(long) <= 200 else long[:200] + "..."
    assert set(plan["first_point"].values()) == {cut}


_MEGABYTE = "é" * 1_000_000
_BODIES: dict[str, Any] = {
    "100,000 unknown keys": dict.fromkeys((f"{_SMILE}{number:020}" for number in range(100_000)), 1),
    "200 unknown keys of 4,000 characters": {f"{number}{_SMILE * 4_000}": 1 for number in range(200)},
    "a key of a megabyte": {_MEGABYTE: 1},
    "100,000 bad parameters": {"name": "toy", "parameters": {f"{number} {_SMILE}": [] for number in range(100_000)}},
    "a name of a megabyte": REQUEST | {"name": _MEGABYTE},
    "a target of a megabyte": REQUEST | {"target": _MEGABYTE},
    "a constant under a key of a megabyte": REQUEST | {"constants": {"c": {_MEGABYTE: 2**70}}},
    "a text of a megabyte and a zip of it": REQUEST
    | {"parameters": {"x": [_MEGABYTE], "y": [1, 2]}, "design": {"zip": [["x", "y"]]}},
    "points of 64 parameters that differ": {
        "name": "toy",
        "design": {"kind": "points", "points": [{f"p{number:063}": 1 for number in range(64)}, {"x": 1}]},
    },
    "an unknown name in a zip": REQUEST
    | {
        "parameters": {f"p{number:063}": [1] for number in range(64)},
        "design": {"zip": [[f"q{number:063}" for number in range(64)]]},
    },
    "a design of an unknown kind": REQUEST | {"design": {"kind": _MEGABYTE}},
    "too many points a shard": REQUEST
    | {"parameters": {f"p{number}": {"linspace": {"start": 0, "stop": 1, "num": 10**18}} for number in range(64)}},
}


@pytest.mark.parametrize("document", _BODIES.values(), ids=_BODIES)
@pytest.mark.parametrize("query", [None, {"dry_run": "true"}], ids=["submission", "dry run"])
def test_the_problems_of_a_bad_body_are_small(document: dict[str, Any], query: dict[str, str] | None) -> None:
    """A caller reads the first problems, of any body."""
    body = json.dumps(document, ensure_ascii=False)
    status, problem = _ask(ApiDesk(), post_event(body, queryStringParameters=query))
    assert status in {400, 422}
    assert 1 <= len(problem["errors"]) <= 100


_ROUTES = [
    *(("GET", f"/sweeps/{{id}}{part}") for part in ("", "/results", "/failures")),
    *(("POST", f"/sweeps/{{id}}/{verb}") for verb in ("retry", "cancel")),
    *(("GET", "/sweeps"), ("POST", "/sweeps"), ("PUT", "/sweeps"), ("GET", "/" + _MEGABYTE)),
]


@pytest.mark.parametrize(("method", "resource"), _ROUTES, ids=[f"{method} {path[:30]}" for method, path in _ROUTES])
@pytest.mark.parametrize("sweep_id", ["toy-000000000001", _SMILE * 1_000_000], ids=["an id", "a long id"])
def test_nothing_that_a_request_says_makes_an_answer_too_large(method: str, resource: str, sweep_id: str) -> None:
    """Ids, page arguments, keys and headers may have any length."""
    event = {
        "httpMethod": method,
        "resource": resource,
        "pathParameters": {"id": sweep_id},
        "queryStringParameters": {"limit": _MEGABYTE, "after": _MEGABYTE, "dry_run": _MEGABYTE},
        "headers": {"Idempotency-Key": _MEGABYTE, "Content-Type": f"application/json; a={_MEGABYTE}"},
        "requestContext": {"requestId": _MEGABYTE, "identity": {"userArn": _MEGABYTE}},
        "body": json.dumps(REQUEST),
    }
    desk = ApiDesk()
    desk.post()
    _ask(desk, event)


def test_sweeps_of_enormous_spaces_are_listed() -> None:
    """A sweep of more than 1,000 digits of points, which another deployment may have allowed, can be read."""
    desk = ApiDesk()
    design = Grid(tuple(Parameter(f"p{number}", Linspace(0.0, 1.0, LARGEST_COUNT)) for number in range(64)))
    request = SweepRequest("t" * 64, "toy:f", design, {}, ShardCount(LARGEST_COUNT**60))
    for number in range(100):
        name = f"{'t' * 64}-{number:012}"
        desk.ledger.open(Sweep(name, name, "digest", request, 1_700_000_000.0))
    status, page = _ask(desk, list_event(limit="100"))
    assert (status, len(page["sweeps"])) == (200, 100)
    assert page["sweeps"][0]["size"] == LARGEST_COUNT**64
