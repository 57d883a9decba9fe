"""The orders over HTTP: what a submission, a retry and a cancellation answer, and what a 503 says to do."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from application.dispatch_shards import Dispatch, Dispatched
from domain.dispatch import OutcomeKind, Tally
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable
from domain.plan import Plan
from domain.progress import History, Progress
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed, SweepHead
from tests.fakes.api import REQUEST, ApiDesk, act_event, get_event, post_event
from tests.fakes.shard_invoker import RecordingInvoker


@pytest.mark.parametrize(
    ("headers", "advice", "retry_after"),
    [
        pytest.param(
            {"Idempotency-Key": "k"},
            "send the same request with the same Idempotency-Key again, or POST /sweeps/toy-000000000001/retry",
            "10",
            id="with a key",
        ),
        pytest.param(
            {},
            "dispatch them again by POST /sweeps/toy-000000000001/retry; the same request without an Idempotency-Key "
            "makes a second sweep",
            None,
            id="without one",
        ),
    ],
)
def test_nothing_dispatched_is_503_and_says_what_to_do(
    headers: dict[str, str], advice: str, retry_after: str | None
) -> None:
    """The API returns 503 and the reasons if no shard is dispatched; only with a key can the request be sent again."""
    desk = ApiDesk(RecordingInvoker(dict.fromkeys(range(4), OutcomeKind.EXHAUSTED)))
    answer = desk.api(post_event(json.dumps(REQUEST), headers=headers), no_deadline)
    assert (answer["statusCode"], answer["headers"].get("Retry-After")) == (503, retry_after)
    detail = json.loads(answer["body"])["detail"]
    assert detail == f"no shard of toy-000000000001 could be dispatched (Throttled); {advice}"


@pytest.mark.parametrize("query", [{}, {"dry_run": "true"}], ids=["submission", "dry run"])
def test_an_extension_of_what_it_cannot_extend_is_422(query: dict[str, str]) -> None:
    """The sweep of the path is not missing: the body is wrong, and the answer says where."""
    desk = ApiDesk()
    earlier = json.loads(desk.api(post_event(json.dumps(REQUEST)), no_deadline)["body"])["sweep_id"]
    extending = {**REQUEST, "constants": {"other": 1}}
    for extends, message in (("toy-00000000000v", "no sweep has the id"), (earlier, "has other constants")):
        event = post_event(json.dumps({**extending, "extends": extends}), queryStringParameters=query)
        answer = desk.api(event, no_deadline)
        (problem,) = json.loads(answer["body"])["errors"]
        assert (answer["statusCode"], problem["path"]) == (422, "extends")
        assert message in problem["message"]


def _assigned(progress: Progress, attempted: Tally) -> Dispatch:
    """Return what dispatches by assigning spans."""

    def dispatch(*_: object) -> Dispatched:
        return Dispatched(progress, attempted)

    return dispatch


@pytest.mark.parametrize(
    ("attempted", "status", "lost"),
    [
        pytest.param(Tally(waiting=4), 202, 0, id="every span"),
        pytest.param(Tally(waiting=3, exhausted=1, reasons={Reason.THROTTLED: 1}), 202, 1, id="all but one"),
        pytest.param(Tally(exhausted=4, reasons={Reason.THROTTLED: 4}), 503, 4, id="none"),
    ],
)
def test_what_dispatchers_have_is_under_way(attempted: Tally, status: int, lost: int) -> None:
    """The answer is 202 although no worker has a shard yet, and only the others count as not dispatched."""
    desk = ApiDesk()
    head = SweepHead("toy-1", Plan(4, 4), 0.0)
    history = History(head, cancelled=False, blocks={}, assigned=frozenset({0} if attempted.waiting else ()))
    dispatch = _assigned(desk.survey.progress(history), attempted)
    desk.api = replace(desk.api, sweeps=replace(desk.sweeps, submit=replace(desk.submit, dispatch=dispatch)))
    answered, document = desk.post()
    assert answered == status
    assert status == 503 or document["state"] == "dispatching"
    lines = [json.loads(line) for line in desk.log.getvalue().splitlines()]
    assert [line["ShardsNotDispatched"] for line in lines if "ShardsNotDispatched" in line] == [lost]


@pytest.mark.parametrize("way", ["key", "retry"])
def test_what_a_503_says_brings_the_sweep_on(way: str) -> None:
    """The request with its key, and the retry, dispatch the shards that were refused."""
    desk = ApiDesk(RecordingInvoker(dict.fromkeys(range(4), OutcomeKind.EXHAUSTED)))
    event = post_event(json.dumps(REQUEST), headers={"Idempotency-Key": "k"})
    assert desk.ask(event)[0] == 503
    (head,) = desk.ledger.heads(2).heads
    assert desk.ask(act_event("retry", head.id))[0] == 503
    desk.invoker.refused, desk.invoker.dispatched = {}, []
    status, document = desk.ask(event if way == "key" else act_event("retry", head.id))
    assert (status, document["state"]) == (200 if way == "key" else 202, "running")
    assert desk.invoker.dispatched == [0, 1, 2, 3]


def test_a_sweep_of_which_other_shards_run_is_503_if_none_of_this_call_could_be_sent() -> None:
    """What counts is what this call tried to send: that other shards have a worker does not help the failed one."""
    desk = ApiDesk()
    sweep_id = desk.post()[1]["sweep_id"]
    desk.ledger.mark_failed(sweep_id, ShardFailed(1, Reason.RETRIES_EXHAUSTED, "text", 3))
    desk.invoker.refused = {1: OutcomeKind.EXHAUSTED}
    status, document = desk.ask(act_event("retry", sweep_id))
    assert status == 503
    assert document["detail"].endswith("could be dispatched (Throttled); send the same request again")


def test_a_call_that_has_nothing_to_send_is_no_503() -> None:
    """A replay of a sweep whose blocks another caller dispatches answers with the state that this leads to."""
    desk = ApiDesk(RecordingInvoker(dict.fromkeys(range(4), OutcomeKind.EXHAUSTED)))
    headers = {"Idempotency-Key": "k"}
    assert desk.post(headers=headers)[0] == 503
    (head,) = desk.ledger.heads(2).heads
    assert desk.ledger.claim(head.id, 0, "other", 60)
    status, document = desk.post(headers=headers)
    assert (status, document["state"]) == (200, "dispatching")


@pytest.mark.parametrize(
    ("event", "advice", "retry_after"),
    [
        pytest.param(
            post_event(json.dumps(REQUEST), headers={"Idempotency-Key": "k"}),
            "the same request may succeed later",
            "10",
            id="a submission with a key",
        ),
        pytest.param(
            post_event(json.dumps(REQUEST)),
            "GET /sweeps shows whether the sweep was recorded",
            None,
            id="a submission without one",
        ),
        pytest.param(get_event("toy-000000000001"), "the same request may succeed later", "10", id="a question"),
        pytest.param(
            act_event("cancel", "toy-000000000001"), "the same request may succeed later", "10", id="an order"
        ),
    ],
)
def test_an_outage_is_503_and_never_suggests_a_second_sweep(
    monkeypatch: pytest.MonkeyPatch, event: dict[str, Any], advice: str, retry_after: str | None
) -> None:
    """A submission without a key may have been recorded: the same request again would make a second sweep."""

    def fail(*_: object) -> None:
        raise DependencyUnavailable("table sweep-prod-7 does not answer")

    desk = ApiDesk()
    monkeypatch.setattr(desk.ledger, "open", fail)
    monkeypatch.setattr(desk.ledger, "history", fail)
    answer = desk.api(event, no_deadline)
    assert (answer["statusCode"], answer["headers"].get("Retry-After")) == (503, retry_after)
    assert advice in json.loads(answer["body"])["detail"]
    assert "prod-7" not in answer["body"] + desk.log.getvalue()


def test_a_retry_dispatches_failed_and_remaining_shards() -> None:
    """A retry returns 202 and the tally, leaves done and running shards alone, and is logged."""
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
    line = json.loads(desk.log.getvalue().splitlines()[-1])
    assert (line["message"], line["accepted"], line["state"]) == ("sweep retried", 2, "running")


def test_a_cancelled_sweep_cannot_be_retried() -> None:
    """A cancellation returns the state and whether it stopped anything. A later retry returns 409."""
    desk = ApiDesk(RecordingInvoker({3: OutcomeKind.EXHAUSTED}))
    sweep_id = desk.post()[1]["sweep_id"]
    for stopped in (True, False):
        status, document = desk.ask(act_event("cancel", sweep_id))
        assert (status, document["state"], document["sweep_id"]) == (200, "cancelled", sweep_id)
        assert document["stopped"] is stopped
    assert desk.ask(act_event("retry", sweep_id))[0] == 409
    assert desk.invoker.dispatched == [0, 1, 2, 3]


def test_the_cancellation_of_a_sweep_that_has_ended_changes_nothing() -> None:
    """A failed sweep stays failed and can be retried: nothing of it could start, so that nothing was stopped."""
    desk = ApiDesk()
    sweep_id = desk.post()[1]["sweep_id"]
    for shard in range(4):
        desk.ledger.mark_failed(sweep_id, ShardFailed(shard, Reason.RETRIES_EXHAUSTED, "text", 3))
    status, document = desk.ask(act_event("cancel", sweep_id))
    assert (status, document["state"], document["stopped"]) == (200, "failed", False)
    assert desk.ask(act_event("retry", sweep_id))[0] == 202


@pytest.mark.parametrize("refused", [{}, dict.fromkeys(range(4), OutcomeKind.EXHAUSTED)], ids=["running", "not sent"])
def test_a_cancelled_sweep_answers_its_key_with_its_state(refused: dict[int, OutcomeKind]) -> None:
    """The answer is 200 and `cancelled`, also where no shard was ever dispatched: nothing is left to be sent again."""
    desk = ApiDesk(RecordingInvoker(refused))
    headers = {"Idempotency-Key": "k"}
    desk.post(headers=headers)
    (head,) = desk.ledger.heads(2).heads
    desk.ask(act_event("cancel", head.id))
    status, document = desk.post(headers=headers)
    assert (status, document["state"]) == (200, "cancelled")
    assert len(desk.invoker.dispatched) == 4


def test_a_sweep_that_is_dispatched_by_another_caller_cannot_be_retried() -> None:
    """A retry returns 409 while another caller holds the claim, and dispatches once the claim has expired."""
    desk = ApiDesk()
    sweep_id = desk.post()[1]["sweep_id"]
    desk.ledger.mark_failed(sweep_id, ShardFailed(1, Reason.RETRIES_EXHAUSTED, "text", 3))
    assert desk.ledger.claim(sweep_id, 0, "other", 60)
    assert desk.ask(act_event("retry", sweep_id))[0] == 409
    desk.clock.time += 61
    assert desk.ask(act_event("retry", sweep_id))[0] == 202
    assert desk.invoker.dispatched == [0, 1, 2, 3, 1]
