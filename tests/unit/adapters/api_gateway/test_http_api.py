"""The HTTP API over ports in memory: the answers of contract 2, and no status 500 for any event."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.documents.request import read_request
from domain.dispatch_policy import Deadline
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.api import REQUEST, SECRET, ApiDesk, act_event, get_event, list_event, post_event
from tests.fakes.documents import anything, nearly
from tests.fakes.ledger import MemoryLedger
from tests.fakes.shard_invoker import RecordingInvoker

_SERVER_ERROR = 500


def test_submitted_sweep_is_dispatched_and_described() -> None:
    """A submission returns 202 and the summary. The address of the sweep then returns its state."""
    desk = ApiDesk()
    status, summary = desk.post()
    assert (status, summary["size"], summary["shards"]) == (202, 4, 4)
    assert desk.invoker.dispatched == [0, 1, 2, 3]
    status, described = desk.ask(get_event(summary["sweep_id"]))
    assert (status, described["sweep_id"]) == (200, summary["sweep_id"])


def test_same_key_and_request_is_a_replay() -> None:
    """The second request returns 200 and the same sweep, and dispatches nothing. Without a key it is a new sweep."""
    desk = ApiDesk()
    headers = {"idempotency-KEY": "k", "Content-Type": "application/json"}
    first, second = desk.post(headers=headers), desk.post(headers=headers)
    assert [first[0], second[0]] == [202, 200]
    assert first[1]["sweep_id"] == second[1]["sweep_id"]
    assert len(desk.invoker.dispatched) == 4
    assert desk.post()[1]["sweep_id"] != desk.post()[1]["sweep_id"]


def test_same_key_and_another_request_is_a_conflict() -> None:
    """Another request with the same key returns 409 and dispatches nothing."""
    desk = ApiDesk()
    headers = {"Idempotency-Key": "k"}
    assert desk.post(headers=headers)[0] == 202
    assert desk.post(REQUEST | {"name": "other"}, headers=headers)[0] == 409
    assert len(desk.invoker.dispatched) == 4


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("", id="empty"),
        pytest.param("k" * 256, id="256 characters"),
        pytest.param("é", id="not ASCII"),
        pytest.param("a\nb", id="a line break"),
    ],
)
def test_an_invalid_key_is_refused(key: str) -> None:
    """A key has 1 to 255 printable ASCII characters. Any other returns 400."""
    desk = ApiDesk()
    assert desk.post(headers={"Idempotency-Key": key})[0] == 400
    assert not desk.invoker.dispatched


def test_every_call_has_the_deadline_of_its_request() -> None:
    """Whatever a route asks of the ledger keeps within the time that the request has left."""
    desk = ApiDesk()
    sweep_id = desk.post()[1]["sweep_id"]
    desk.ledger.mark_failed(sweep_id, ShardFailed(1, Reason.RETRIES_EXHAUSTED, "text", 3))
    events = [
        *(get_event(sweep_id, part) for part in ("", "/request", "/progress", "/results", "/failures")),
        *(act_event(verb, sweep_id) for verb in ("retry", "cancel")),
        list_event(),
        post_event(json.dumps(REQUEST)),
    ]
    within = desk.ledger.within
    for event in events:
        deadlines: list[Deadline] = []

        def noted(deadline: Deadline, deadlines: list[Deadline] = deadlines) -> MemoryLedger:
            deadlines.append(deadline)
            return within(deadline)

        def deadline() -> float:
            return 29.0

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(desk.ledger, "within", noted)
            assert desk.ask(event, deadline)[0] in {200, 202}
        assert deadlines
        assert set(deadlines) == {deadline}


def test_sweeps_are_listed_a_page_at_a_time() -> None:
    """The pages that `next` links list every sweep once, the newest first."""
    desk = ApiDesk()
    ids = []
    for _ in range(5):
        ids.append(desk.post()[1]["sweep_id"])
        desk.clock.time += 1
    listed: list[str] = []
    query = {"limit": "2"}
    while True:
        status, page = desk.ask(list_event(**query))
        assert (status, len(page["sweeps"]) <= 2) == (200, True)
        listed += [sweep["sweep_id"] for sweep in page["sweeps"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert listed == ids[::-1]
    assert page["sweeps"][0]["links"] == {"self": f"/sweeps/{ids[0]}"}


def test_results_are_linked_a_page_at_a_time() -> None:
    """The pages that `next` links list the results of done shards in order, and of no failed or running one."""
    desk = ApiDesk()
    sweep_id = desk.post()[1]["sweep_id"]
    for shard in (3, 0, 2):
        desk.ledger.mark_done(sweep_id, ShardDone(shard, 1))
    desk.ledger.mark_failed(sweep_id, ShardFailed(1, Reason.RETRIES_EXHAUSTED, "text", 3))
    status, first = desk.ask(get_event(sweep_id, "/results", limit="2"))
    assert (status, [link["shard"] for link in first["results"]], first["next"]) == (200, [0, 2], 2)
    status, last = desk.ask(get_event(sweep_id, "/results", limit="2", after=str(first["next"])))
    assert (status, [link["shard"] for link in last["results"]], last["next"]) == (200, [3], None)
    assert all(link["url"].startswith("data:") for link in first["results"] + last["results"])


def test_a_request_is_answered_as_it_was_planned() -> None:
    """The normal form, with the target of the stack, can be submitted again as an equal request."""
    desk = ApiDesk()
    sweep_id = desk.post({name: part for name, part in REQUEST.items() if name != "target"})[1]["sweep_id"]
    status, document = desk.ask(get_event(sweep_id, "/request"))
    assert (status, document["target"], read_request(document)) == (200, "toy:f", desk.ledger.sweep(sweep_id).request)


@pytest.mark.parametrize(("query", "cells"), [({}, "DFRR"), ({"cells": "2"}, "FR"), ({"cells": "1"}, "F")], ids=str)
def test_the_progress_has_a_map_of_so_many_cells(query: dict[str, str], cells: str) -> None:
    """A cell of several shards shows the worst of them; the counts are those of the status."""
    desk = ApiDesk()
    sweep_id = desk.post()[1]["sweep_id"]
    desk.ledger.mark_done(sweep_id, ShardDone(0, 1))
    desk.ledger.mark_failed(sweep_id, ShardFailed(1, Reason.RETRIES_EXHAUSTED, "text", 3))
    status, progress = desk.ask(get_event(sweep_id, "/progress", **query))
    assert (status, progress.pop("map")) == (200, {"shards_per_cell": 4 // len(cells), "cells": cells})
    assert progress.items() <= desk.ask(get_event(sweep_id))[1].items()


@pytest.mark.parametrize("query", [{"dry_run": "true"}, {"dry_run": "True"}], ids=["true", "True"])
@pytest.mark.parametrize("form", ["queryStringParameters", "multiValueQueryStringParameters"])
def test_dry_run_dispatches_and_records_nothing(query: dict[str, str], form: str) -> None:
    """A dry run returns 200 and the plan."""
    desk = ApiDesk()
    values = query if form == "queryStringParameters" else {name: [value] for name, value in query.items()}
    status, plan = desk.post(**{form: values})
    assert (status, plan["shards"]) == (200, 4)
    assert not desk.invoker.dispatched
    assert not desk.ledger.heads(1).heads


@pytest.mark.parametrize(
    "query",
    [
        *({"dry_run": value} for value in ("1", "0", "yes", "on", "", " true", "true,true")),
        *({name: "true"} for name in ("DRY_RUN", "dry-run", "dryrun", "dry_run ", "limit")),
    ],
    ids=lambda query: "&".join(f"{name}={value}" for name, value in query.items()),
)
def test_a_query_that_a_submission_does_not_know_starts_no_sweep(query: dict[str, str]) -> None:
    """A misspelt dry run, or another value than true and false, is refused with what would be right."""
    desk = ApiDesk()
    status, document = desk.post(queryStringParameters=query)
    assert status == 400
    assert "dry_run" in document["detail"]
    assert not desk.invoker.dispatched
    assert not desk.ledger.heads(1).heads


def test_a_dry_run_may_be_refused_in_words() -> None:
    """`dry_run=false` is a submission."""
    assert ApiDesk().post(queryStringParameters={"dry_run": "False"})[0] == 202


def test_a_dry_run_checks_the_key_as_a_submission_does() -> None:
    """A key that a submission would refuse is refused before."""
    answers = [
        ApiDesk().post(headers={"Idempotency-Key": "ü"}, queryStringParameters=q) for q in ({}, {"dry_run": "true"})
    ]
    assert [status for status, _ in answers] == [400, 400]


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(list_event(state="done"), id="list"),
        pytest.param(get_event("toy-000000000001", verbose="1"), id="status"),
        pytest.param(get_event("toy-000000000001", "/request", dry_run="true"), id="request"),
        pytest.param(get_event("toy-000000000001", "/progress", limit="1"), id="progress"),
        pytest.param(get_event("toy-000000000001", "/results", shard="1"), id="results"),
        pytest.param(get_event("toy-000000000001", "/failures", reason="x"), id="failures"),
        pytest.param(
            act_event("retry", "toy-000000000001") | {"queryStringParameters": {"dry_run": "true"}}, id="retry"
        ),
        pytest.param(
            act_event("cancel", "toy-000000000001") | {"queryStringParameters": {"dry_run": "true"}}, id="cancel"
        ),
    ],
)
def test_an_unknown_query_parameter_is_refused(event: dict[str, Any]) -> None:
    """Every route refuses what it does not know, and does nothing."""
    desk = ApiDesk()
    desk.post()
    before = desk.ask(get_event("toy-000000000001"))
    status, document = desk.ask(event)
    assert (status, document["detail"].partition(" here")[0].startswith("there is no query parameter")) == (400, True)
    assert desk.ask(get_event("toy-000000000001")) == before


_STATUS: dict[str, tuple[dict[str, Any], int]] = {
    "unknown method": ({"httpMethod": "PUT", "resource": "/sweeps"}, 404),
    "empty event": ({}, 404),
    "unknown sweep": (get_event("unknown-000000000001"), 404),
    "request of an unknown sweep": (get_event("unknown-000000000001", "/request"), 404),
    "progress of an unknown sweep": (get_event("unknown-000000000001", "/progress"), 404),
    "no cell": (get_event("unknown-000000000001", "/progress", cells="0"), 422),
    "cells above 10,000": (get_event("unknown-000000000001", "/progress", cells="10001"), 422),
    "cells of text": (get_event("unknown-000000000001", "/progress", cells="x"), 422),
    "results of an unknown sweep": (get_event("unknown-000000000001", "/results"), 404),
    "result limit above 1000": (get_event("unknown-000000000001", "/results", limit="1001"), 422),
    "result limit of text": (get_event("unknown-000000000001", "/results", limit="x"), 422),
    "results after text": (get_event("unknown-000000000001", "/results", after="x"), 400),
    "failures of an unknown sweep": (get_event("unknown-000000000001", "/failures"), 404),
    "failures limit above 100": (get_event("unknown-000000000001", "/failures", limit="101"), 422),
    "failures limit 0": (get_event("unknown-000000000001", "/failures", limit="0"), 422),
    "failures after text": (get_event("unknown-000000000001", "/failures", after="x"), 400),
    "retry of an unknown sweep": (act_event("retry", "unknown-000000000001"), 404),
    "cancellation of an unknown sweep": (act_event("cancel", "unknown-000000000001"), 404),
    "cancellation of an invalid id": (act_event("cancel", "no id"), 404),
    "unknown verb": (act_event("delete", "unknown-000000000001"), 404),
    "list": (list_event(), 200),
    "largest list limit": (list_event(limit="100"), 200),
    "list limit 0": (list_event(limit="0"), 422),
    "list limit above 100": (list_event(limit="101"), 422),
    "negative list limit": (list_event(limit="-1"), 422),
    "list limit in Arabic digits": (list_event(limit="٣"), 422),
    "list limit of 5000 digits": (list_event(limit="9" * 5000), 422),
    "list after any text": (list_event(after="any-text"), 200),
    "list after empty text": (list_event(after=""), 400),
    "list after 201 characters": (list_event(after="x" * 201), 400),
    "list after a line break": (list_event(after="a\nb"), 400),
    "text/plain": (post_event("{}", headers={"CONTENT-TYPE": "text/plain"}), 415),
    "text/csv in multi-value headers": (
        post_event("{}", headers=None, multiValueHeaders={"content-type": ["text/csv"]}),
        415,
    ),
    "charset utf-16": (post_event("{}", headers={"Content-Type": "application/json; charset=utf-16"}), 415),
    "body too large": (post_event("[" * 2_100_000 + "]" * 2_100_000), 413),
    "charset UTF-8": (
        post_event(json.dumps(REQUEST), headers={"Content-Type": 'application/json; charset="UTF-8"'}),
        202,
    ),
    "vendor JSON": (post_event(json.dumps(REQUEST), headers={"Content-Type": "application/vnd.sweep+json"}), 202),
    "no headers": (post_event(json.dumps(REQUEST), headers=None), 202),
    "base64 body": (post_event(base64.b64encode(json.dumps(REQUEST).encode()).decode(), isBase64Encoded=True), 202),
    "body not base64": (post_event("%%%", isBase64Encoded=True), 400),
    "body not UTF-8": (post_event(base64.b64encode(b"\xff\xfe").decode(), isBase64Encoded=True), 400),
    "no body": (post_event(None), 400),
    "lone surrogate in the body": (post_event('"\ud800"'), 400),
    "key twice in the body": (post_event('{"name": "a", "name": "b"}'), 400),
    "NaN in the body": (post_event('{"name": "toy", "parameters": {"x": [NaN]}}'), 400),
    "infinity in the body": (post_event('{"name": "toy", "parameters": {"x": [1e999]}}'), 400),
    "integer of 5000 digits": (post_event('{"name": "toy", "parameters": {"x": [%s]}}' % ("9" * 5000)), 400),
    "lone surrogate as a value": (post_event('{"name": "toy", "parameters": {"x": ["\\ud800"]}}'), 422),
    "target not allowed": (post_event(json.dumps(REQUEST | {"target": "os:system"})), 422),
    "more shards than points": (post_event(json.dumps(REQUEST | {"sharding": {"shards": 5}})), 422),
    "no shard": (post_event(json.dumps(REQUEST | {"sharding": {"shards": 0}})), 400),
}


@pytest.mark.parametrize(("event", "status"), _STATUS.values(), ids=_STATUS)
def test_every_event_has_its_status(event: dict[str, Any], status: int) -> None:
    """The status follows the table of contract 2, and only status 202 dispatches."""
    desk = ApiDesk()
    assert desk.ask(event)[0] == status
    assert bool(desk.invoker.dispatched) == (status == 202)


def test_validation_errors_name_their_paths() -> None:
    """The answer lists every problem, each with a path and a message."""
    _, document = ApiDesk().post(
        {"name": "toy", "parameters": {"x": {"linspace": {"start": 0, "stop": 1, "num": 0}}}, "a": 1}
    )
    assert {problem["path"] for problem in document["errors"]} == {"parameters.x.linspace.num", "a"}
    assert all(problem["message"] for problem in document["errors"])


@pytest.mark.parametrize("depth", [50, 150, 200, 250, 300, 400, 500, 700, 900, 960, 980, 990, 1100, 5000, 200_000])
def test_deep_nesting_is_no_server_error(depth: int) -> None:
    """For any depth of the constants, the API returns a status below 500, not a recursion error."""
    desk = ApiDesk()
    nested = "[" * depth + "]" * depth
    body = json.dumps(REQUEST)[:-1] + f', "constants": {{"c": {nested}}}}}'
    assert desk.ask(post_event(body))[0] < _SERVER_ERROR, desk.log.getvalue()


def test_unexpected_error_is_a_logged_500_without_values() -> None:
    """The answer holds the request id. The log holds the places of the traceback, and no text of the error."""

    class BrokenInvoker(RecordingInvoker):
        def dispatch(self, *_: object) -> Any:  # noqa: ANN401 - it never returns
            raise RuntimeError(SECRET)

    desk = ApiDesk(BrokenInvoker())
    status, document = desk.post()
    assert (status, document["request_id"]) == (500, "r-1")
    line = json.loads(desk.log.getvalue().splitlines()[-1])
    assert (line["level"], line["error"], line["request_id"]) == ("ERROR", "RuntimeError", "r-1")
    assert any("submit_sweep" in place for place in line["at"])
    assert SECRET not in desk.log.getvalue() + json.dumps(document)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": SECRET + " "},
        {"parameters": {"x": {"linspace": {"start": SECRET, "stop": 1, "num": 2}}}},
        {"parameters": {"x": [[SECRET]]}},
        {"design": {"kind": SECRET}},
        {"target": SECRET},
    ],
    ids=["accepted", "name", "linspace", "nested value", "design", "target"],
)
def test_no_value_of_the_user_is_repeated(changes: dict[str, Any]) -> None:
    """Neither the log nor the answer repeats a value of the request."""
    desk = ApiDesk()
    status, document = desk.post(REQUEST | changes)
    assert (status == 202) == (not changes)
    assert SECRET not in desk.log.getvalue() + json.dumps(document)


_loose = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2)
_maps = _loose | st.dictionaries(
    st.sampled_from(
        ["content-type", "Content-Type", "Idempotency-Key", "dry_run", "limit", "after", "id", "identity", "requestId"]
    )
    | st.text(max_size=3),
    _loose | st.sampled_from(["application/json", "application/json; charset*=x'y'z", "application/json;charset=%ff"]),
    max_size=3,
)
_bodies = (
    _loose
    | (nearly | anything).map(json.dumps)
    | nearly.map(lambda document: base64.b64encode(json.dumps(document).encode()).decode())
    | st.binary(max_size=9).map(lambda raw: raw.decode("latin-1"))
)
_events = st.fixed_dictionaries(
    {},
    optional={
        "httpMethod": st.sampled_from(["POST", "POST", "GET", None, 1]),
        "resource": st.sampled_from(
            [
                "/sweeps",
                "/sweeps",
                "/sweeps/{id}",
                "/sweeps/{id}/retry",
                "/sweeps/{id}/cancel",
                "/sweeps/{id}/request",
                "/sweeps/{id}/progress",
                "/sweeps/{id}/results",
                "/sweeps/{id}/failures",
                None,
                1,
            ]
        ),
        **dict.fromkeys(("headers", "multiValueHeaders", "pathParameters", "requestContext"), _maps),
        **dict.fromkeys(("queryStringParameters", "multiValueQueryStringParameters"), _maps),
        "body": _bodies,
        "isBase64Encoded": _loose,
    },
)


@settings(max_examples=400)
@given(_events)
@example({"requestContext": "r"})
@example(post_event(json.dumps({"name": "toy", "parameters": {"x": [1]}, "constants": {"c": "\ud800"}})))
def test_no_event_is_a_500(event: dict[str, Any]) -> None:
    """For any event, with missing, repeated or misspelt members and any body, the status is below 500."""
    desk = ApiDesk()
    assert desk.ask(event)[0] < _SERVER_ERROR, desk.log.getvalue()


@pytest.mark.parametrize(
    "sweep_id",
    [
        pytest.param("", id="empty"),
        pytest.param("x" * 3000, id="3000 characters"),
        pytest.param("a/b", id="a slash"),
        pytest.param("../a", id="a parent folder"),
        pytest.param("a b", id="a space"),
        pytest.param("\ud800", id="a lone surrogate"),
        pytest.param("a\n", id="a line break"),
    ],
)
def test_an_invalid_id_never_reaches_the_ledger(monkeypatch: pytest.MonkeyPatch, sweep_id: str) -> None:
    """The API returns 404: DynamoDB refuses a key that is empty or over 2 KB, which would look like an outage."""
    desk = ApiDesk()
    monkeypatch.setattr(desk.ledger, "within", lambda _: pytest.fail("the ledger was asked"))
    for part in ("", "/request", "/progress", "/results", "/failures"):
        assert desk.ask(get_event(sweep_id, part))[0] == 404
    for verb in ("retry", "cancel"):
        assert desk.ask(act_event(verb, sweep_id))[0] == 404
