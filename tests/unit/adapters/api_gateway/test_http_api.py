"""The HTTP API over ports in memory: contract 2's answers, and never a 500 for anything that a stranger sends."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.dispatch import OutcomeKind
from domain.dispatch_policy import no_deadline
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.api import REQUEST, SECRET, ApiDesk, act_event, get_event, list_event, post_event
from tests.fakes.documents import anything, nearly
from tests.fakes.shard_invoker import RecordingInvoker

_RAISES_NOTHING = 500


def test_submitted_sweep_is_handed_over_and_described() -> None:
    """202 with the summary; the sweep's own address then tells its state."""
    desk = ApiDesk()
    status, summary = desk.post()
    assert (status, summary["size"], summary["shards"]) == (202, 4, 4)
    assert desk.invoker.dispatched == [0, 1, 2, 3]
    status, described = desk.ask(get_event(summary["sweep_id"]))
    assert (status, described["sweep_id"]) == (200, summary["sweep_id"])


def test_same_key_and_request_is_a_replay() -> None:
    """200 with the same sweep; nothing goes out twice. Without a key each request is a new sweep."""
    desk = ApiDesk()
    headers = {"idempotency-KEY": "k", "Content-Type": "application/json"}
    first, second = desk.post(headers=headers), desk.post(headers=headers)
    assert [first[0], second[0]] == [202, 200]
    assert first[1]["sweep_id"] == second[1]["sweep_id"]
    assert len(desk.invoker.dispatched) == 4
    assert desk.post()[1]["sweep_id"] != desk.post()[1]["sweep_id"]


def test_same_key_and_another_request_is_a_conflict() -> None:
    """409, and nothing is handed over."""
    desk = ApiDesk()
    headers = {"Idempotency-Key": "k"}
    assert desk.post(headers=headers)[0] == 202
    assert desk.post(REQUEST | {"name": "other"}, headers=headers)[0] == 409
    assert len(desk.invoker.dispatched) == 4


@pytest.mark.parametrize("key", ["", "k" * 256, "é", "a\nb"])
def test_odd_keys_are_refused(key: str) -> None:
    """A key is 1 to 255 printable ASCII characters."""
    desk = ApiDesk()
    assert desk.post(headers={"Idempotency-Key": key})[0] == 400
    assert not desk.invoker.dispatched


def test_nothing_handed_over_is_503_and_can_be_sent_again() -> None:
    """503 with Retry-After while no shard goes out; the same key then resumes the same sweep."""
    desk = ApiDesk(RecordingInvoker(dict.fromkeys(range(4), OutcomeKind.EXHAUSTED)))
    event = post_event(json.dumps(REQUEST), headers={"Idempotency-Key": "k"})
    answer = desk.api(event, no_deadline)
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "10")
    assert "could be dispatched (Throttled); send the same request again" in answer["body"]
    desk.invoker.refused = {}
    assert desk.ask(event)[0] == 200
    assert desk.invoker.dispatched == [0, 1, 2, 3] * 2


def test_a_retry_hands_over_what_failed_and_what_nobody_has() -> None:
    """202 with the tally; what is done or runs is left alone, and the log says who asked."""
    desk = ApiDesk(RecordingInvoker({3: OutcomeKind.EXHAUSTED}))
    _, submitted = desk.post()
    sweep_id = submitted["sweep_id"]
    desk.ledger.mark_done(sweep_id, ShardDone(0, 1))
    desk.ledger.mark_failed(sweep_id, ShardFailed(1, Reason.RETRIES_EXHAUSTED, "text", 3))
    desk.invoker.refused, desk.invoker.dispatched = {}, []
    status, document = desk.ask(act_event("retry", sweep_id))
    assert (status, document["sweep_id"], document["dispatch"]["accepted"]) == (202, sweep_id, 4)
    assert desk.invoker.dispatched == [1, 3]
    assert desk.ask(get_event(sweep_id))[1]["state"] == "running"
    assert json.loads(desk.log.getvalue().splitlines()[-1])["message"] == "sweep retried"


def test_a_cancelled_sweep_cannot_be_tried_again() -> None:
    """The status after cancelling, and 409 from then on; cancelled twice is cancelled once."""
    desk = ApiDesk(RecordingInvoker({3: OutcomeKind.EXHAUSTED}))
    sweep_id = desk.post()[1]["sweep_id"]
    for _ in range(2):
        status, document = desk.ask(act_event("cancel", sweep_id))
        assert (status, document["state"], document["sweep_id"]) == (200, "cancelled", sweep_id)
    assert desk.ask(act_event("retry", sweep_id))[0] == 409
    assert desk.invoker.dispatched == [0, 1, 2, 3]


def test_a_sweep_that_is_being_handed_over_cannot_be_tried_again() -> None:
    """409 while another has the claim, and 202 when it has run out."""
    desk = ApiDesk()
    sweep_id = desk.post()[1]["sweep_id"]
    assert desk.ledger.claim_dispatch(sweep_id, "other", 60)
    assert desk.ask(act_event("retry", sweep_id))[0] == 409
    desk.clock.time += 61
    assert desk.ask(act_event("retry", sweep_id))[0] == 202


def test_sweeps_are_listed_a_page_at_a_time() -> None:
    """Newest first, each once, as far as `next` leads."""
    desk = ApiDesk()
    ids = []
    for _ in range(5):
        ids.append(desk.post()[1]["sweep_id"])
        desk.clock.time += 1
    found: list[str] = []
    query = {"limit": "2"}
    while True:
        status, page = desk.ask(list_event(**query))
        assert (status, len(page["sweeps"]) <= 2) == (200, True)
        found += [sweep["sweep_id"] for sweep in page["sweeps"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert found == ids[::-1]
    assert page["sweeps"][0]["links"] == {"self": f"/sweeps/{ids[0]}"}


def test_results_are_linked_a_page_at_a_time() -> None:
    """Those of done shards, in their order, as far as `next` leads; failed and running ones have none."""
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


@pytest.mark.parametrize("query", [{"dry_run": "true"}, {"dry_run": "True"}])
@pytest.mark.parametrize("form", ["queryStringParameters", "multiValueQueryStringParameters"])
def test_dry_run_leaves_no_trace(query: dict[str, str], form: str) -> None:
    """200 with the plan; nothing is dispatched or recorded."""
    desk = ApiDesk()
    found = query if form == "queryStringParameters" else {name: [value] for name, value in query.items()}
    status, plan = desk.post(**{form: found})
    assert (status, plan["shards"]) == (200, 4)
    assert not desk.invoker.dispatched
    assert not desk.ledger.sweeps(1).sweeps


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ({"httpMethod": "PUT", "resource": "/sweeps"}, 404),
        ({}, 404),
        (get_event("nobody-000000000001"), 404),
        (get_event("nobody-000000000001", "/results"), 404),
        (get_event("nobody-000000000001", "/results", limit="1001"), 422),
        (get_event("nobody-000000000001", "/results", limit="x"), 422),
        (get_event("nobody-000000000001", "/results", after="x"), 400),
        (act_event("retry", "nobody-000000000001"), 404),
        (act_event("cancel", "nobody-000000000001"), 404),
        (act_event("cancel", "no id"), 404),
        (act_event("delete", "nobody-000000000001"), 404),
        (list_event(), 200),
        (list_event(limit="100"), 200),
        (list_event(limit="0"), 422),
        (list_event(limit="101"), 422),
        (list_event(limit="-1"), 422),
        (list_event(limit="٣"), 422),
        (list_event(limit="9" * 5000), 422),
        (list_event(after="anything"), 200),
        (list_event(after=""), 400),
        (list_event(after="x" * 201), 400),
        (list_event(after="a\nb"), 400),
        (post_event("{}", headers={"CONTENT-TYPE": "text/plain"}), 415),
        (post_event("{}", headers=None, multiValueHeaders={"content-type": ["text/csv"]}), 415),
        (post_event("{}", headers={"Content-Type": "application/json; charset=utf-16"}), 415),
        (post_event("[" * 2_100_000 + "]" * 2_100_000), 413),
        (post_event(json.dumps(REQUEST), headers={"Content-Type": 'application/json; charset="UTF-8"'}), 202),
        (post_event(json.dumps(REQUEST), headers={"Content-Type": "application/vnd.sweep+json"}), 202),
        (post_event(json.dumps(REQUEST), headers=None), 202),
        (post_event(base64.b64encode(json.dumps(REQUEST).encode()).decode(), isBase64Encoded=True), 202),
        (post_event("%%%", isBase64Encoded=True), 400),
        (post_event(base64.b64encode(b"\xff\xfe").decode(), isBase64Encoded=True), 400),
        (post_event(None), 400),
        (post_event('"\ud800"'), 400),
        (post_event('{"name": "a", "name": "b"}'), 400),
        (post_event('{"name": "toy", "parameters": {"x": [NaN]}}'), 400),
        (post_event('{"name": "toy", "parameters": {"x": [1e999]}}'), 400),
        (post_event('{"name": "toy", "parameters": {"x": [%s]}}' % ("9" * 5000)), 400),
        (post_event('{"name": "toy", "parameters": {"x": ["\\ud800"]}}'), 422),
        (post_event(json.dumps(REQUEST | {"target": "os:system"})), 422),
        (post_event(json.dumps(REQUEST | {"sharding": {"shards": 5}})), 422),
        (post_event(json.dumps(REQUEST | {"sharding": {"shards": 0}})), 400),
    ],
)
def test_every_event_has_its_status(event: dict[str, Any], status: int) -> None:
    """The table of contract 2: whose fault it is can be read from the number."""
    desk = ApiDesk()
    assert desk.ask(event)[0] == status
    assert bool(desk.invoker.dispatched) == (status == 202)


def test_validation_errors_name_places() -> None:
    """Each problem has a path and a message, all of them at once."""
    _, document = ApiDesk().post(
        {"name": "toy", "parameters": {"x": {"linspace": {"start": 0, "stop": 1, "num": 0}}}, "a": 1}
    )
    assert {one["path"] for one in document["errors"]} == {"parameters.x.linspace.num", "a"}
    assert all(one["message"] for one in document["errors"])


@pytest.mark.parametrize("depth", [50, 150, 200, 250, 300, 400, 500, 700, 900, 960, 980, 990, 1100, 5000, 200_000])
def test_deep_nesting_is_an_answer(depth: int) -> None:
    """However deep the constants are, no recursion of ours overflows into a 500."""
    desk = ApiDesk()
    nested = "[" * depth + "]" * depth
    body = json.dumps(REQUEST)[:-1] + f', "constants": {{"c": {nested}}}}}'
    assert desk.ask(post_event(body))[0] < _RAISES_NOTHING, desk.log.getvalue()


def test_unexpected_error_is_a_logged_500_without_values() -> None:
    """The answer carries a request id; the log has the traceback's places, but no text of the error."""

    class BrokenInvoker(RecordingInvoker):
        def dispatch(self, *_: object) -> Any:  # noqa: ANN401 - gives nothing
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
    ids=str,
)
def test_no_value_is_repeated(changes: dict[str, Any]) -> None:
    """Neither a log line nor a refusal repeats what the user wrote as a value."""
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
                "/sweeps/{id}/results",
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
    """Whatever an event lacks, doubles or misspells, and whatever its body is: an answer below 500."""
    desk = ApiDesk()
    assert desk.ask(event)[0] < _RAISES_NOTHING, desk.log.getvalue()


@pytest.mark.parametrize("sweep_id", ["", "x" * 3000, "a/b", "../a", "a b", "\ud800", "a\n"], ids=ascii)
def test_what_cannot_be_an_id_is_not_asked_of_the_ledger(monkeypatch: pytest.MonkeyPatch, sweep_id: str) -> None:
    """404: DynamoDB refuses a key that is empty or over 2 KB, which would look like its being out of order."""
    desk = ApiDesk()
    monkeypatch.setattr(desk.ledger, "sweep", lambda _: pytest.fail("the ledger was asked"))
    assert desk.ask(get_event(sweep_id))[0] == 404
