"""Each role can do its function's work, and without any one of its statements that work fails: none is idle.

The emulator enforces what a function calls with its role. What Lambda itself does in the role's name - logs, the
on-failure queue, the event source - it does not ask the role for; for that the policy simulator is asked instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.stacks import TRIAL

REQUEST = {
    "name": "roles",
    "target": f"{TRIAL}:area",
    "parameters": {"x": [1, 2], "y": [3]},
    "sharding": {"shards": 1},
}


BY_ITS_WORK = {
    ("Parent", "DispatchShards"),
    ("Parent", "KeepTheLedger"),
    ("Parent", "ListSweeps"),
    ("Parent", "LinkToResults"),
    ("Worker", "StoreResults"),
    ("Worker", "MarkShards"),
    ("Undelivered", "MarkShards"),
}
BY_THE_SIMULATOR = {
    ("Parent", "WriteLogs"): "logs:PutLogEvents",
    ("Worker", "WriteLogs"): "logs:PutLogEvents",
    ("Undelivered", "WriteLogs"): "logs:PutLogEvents",
    ("Worker", "ReportUndelivered"): "sqs:SendMessage",
    ("Undelivered", "TakeUndelivered"): "sqs:ReceiveMessage",
}


@contextmanager
def without(cloud: Cloud, function: str, statement: str) -> Iterator[None]:
    """Take a statement away from a function's role for a while."""
    roles, policy = cloud.client("iam"), policy_of(cloud, function)
    document = roles.get_role_policy(**policy)["PolicyDocument"]
    kept = [entry for entry in document["Statement"] if entry["Sid"] != statement]
    assert len(kept) == len(document["Statement"]) - 1
    roles.put_role_policy(**policy, PolicyDocument=json.dumps(document | {"Statement": kept}))
    try:
        yield
    finally:
        roles.put_role_policy(**policy, PolicyDocument=json.dumps(document))


def policy_of(cloud: Cloud, function: str) -> dict[str, str]:
    """Name the policy of a function's role."""
    return {"RoleName": cloud.role(function), "PolicyName": function.lower()}


def payload(cloud: Cloud) -> dict[str, Any]:
    """Submit a sweep of one shard and give its payload instead of running it."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        sweep_id = cloud.submit(REQUEST).document["sweep_id"]
        recorder.wait_for(sweep_id, 1)
        return recorder.payloads_of(sweep_id)[0]


def given_up(event: dict[str, Any]) -> dict[str, Any]:
    """Return the queue's event for a payload that Lambda gave up on."""
    context = {"condition": "RetriesExhausted", "approximateInvokeCount": 3}
    body = json.dumps({"requestContext": context, "requestPayload": event})
    return {"Records": [{"messageId": "m", "body": body}]}


def test_no_statement_is_left_out(cloud: Cloud) -> None:
    """The roles have these statements and no others, and each of them is taken away by a test below."""
    found: set[tuple[str, str]] = set()
    for function in ("Parent", "Worker", "Undelivered"):
        document = cloud.client("iam").get_role_policy(**policy_of(cloud, function))["PolicyDocument"]
        found |= {(function, entry["Sid"]) for entry in document["Statement"]}
    assert found == BY_ITS_WORK | set(BY_THE_SIMULATOR)


def test_the_roles_as_they_are_let_everything_be_done(cloud: Cloud) -> None:
    """The counterpart of all that follows: with every statement, each function's work is done."""
    first, second = payload(cloud), payload(cloud)
    assert cloud.run("Worker", first) == {"outcome": "done"}
    assert cloud.describe(first["sweep_id"])["state"] == "done"
    assert cloud.run("Undelivered", given_up(second)) == {"batchItemFailures": []}
    assert cloud.describe(second["sweep_id"])["state"] == "failed"


def test_without_dispatch_shards_no_worker_is_given_anything(cloud: Cloud) -> None:
    """The parent says 503, and not one shard is lost silently: asked again with the statement, all are handed over."""
    with without(cloud, "Parent", "DispatchShards"):
        answer = cloud.submit(REQUEST, key="no-dispatch")
        assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json")
        assert "AccessDenied" in answer.document["detail"]
    again = cloud.submit(REQUEST, key="no-dispatch")
    assert (again.status, again.document["dispatch"]["accepted"]) == (200, 1)
    assert cloud.ended(again.document["sweep_id"])["state"] == "done"


def test_without_keep_the_ledger_the_parent_refuses(cloud: Cloud) -> None:
    """503 for a submission and for a question, and no worker runs for a sweep that nobody could find again."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        known = cloud.submit(REQUEST).document["sweep_id"]
        with without(cloud, "Parent", "KeepTheLedger"):
            assert cloud.submit(REQUEST).status == 503
            assert cloud.call("GET", f"/sweeps/{known}").status == 503
        later = cloud.submit(REQUEST).document["sweep_id"]
        recorder.wait_for(later, 1)
        recorder.wait_for(known, 1)
        assert len(recorder.payloads) == 2


def test_without_list_sweeps_the_parent_cannot_list(cloud: Cloud) -> None:
    """503, and with the statement the list."""
    with without(cloud, "Parent", "ListSweeps"):
        assert cloud.call("GET", "/sweeps").status == 503
    assert cloud.call("GET", "/sweeps").status == 200


def test_without_link_to_results_links_lead_nowhere(cloud: Cloud) -> None:
    """A link gives no more than its maker may: 403, and with the statement the object."""
    sweep_id = cloud.submit(REQUEST).document["sweep_id"]
    assert cloud.ended(sweep_id)["state"] == "done"
    (link,) = cloud.call("GET", f"/sweeps/{sweep_id}/results").document["results"]
    with without(cloud, "Parent", "LinkToResults"):
        assert cloud.fetch(link["url"]).status == 403
    assert cloud.fetch(link["url"]).status == 200


@pytest.mark.parametrize("statement", ["StoreResults", "MarkShards"])
def test_without_its_statements_a_worker_fails_and_loses_nothing(cloud: Cloud, statement: str) -> None:
    """It raises, so that Lambda tries again; delivered again with the statement, the shard is done."""
    event = payload(cloud)
    with without(cloud, "Worker", statement):
        assert "errorMessage" in cloud.run("Worker", event)
        assert cloud.describe(event["sweep_id"])["done"] == 0
    assert cloud.run("Worker", event) == {"outcome": "done"}
    assert cloud.describe(event["sweep_id"])["state"] == "done"


def test_without_mark_shards_an_undelivered_shard_stays_in_the_queue(cloud: Cloud) -> None:
    """The message is reported as failed, so the queue keeps it; with the statement it is marked."""
    event = payload(cloud)
    with without(cloud, "Undelivered", "MarkShards"):
        answer = cloud.run("Undelivered", given_up(event))
        assert answer == {"batchItemFailures": [{"itemIdentifier": "m"}]}
        assert cloud.describe(event["sweep_id"])["state"] == "running"
    assert cloud.run("Undelivered", given_up(event)) == {"batchItemFailures": []}
    assert cloud.describe(event["sweep_id"])["state"] == "failed"


@pytest.mark.parametrize(("function", "statement"), BY_THE_SIMULATOR)
def test_what_lambda_does_in_a_roles_name_needs_its_statement(cloud: Cloud, function: str, statement: str) -> None:
    """Allowed by the statement on the stack's own resource, and by no other statement."""
    action = BY_THE_SIMULATOR[function, statement]
    resource = cloud.log_group(function) if action.startswith("logs:") else cloud.queue()
    assert simulate(cloud, function, action, resource) == "allowed"
    with without(cloud, function, statement):
        assert simulate(cloud, function, action, resource) == "implicitDeny"


def simulate(cloud: Cloud, function: str, action: str, resource: str) -> str:
    """Ask what a function's role may do."""
    roles = cloud.client("iam")
    role = roles.get_role(RoleName=cloud.role(function))["Role"]["Arn"]
    asked = roles.simulate_principal_policy(PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource])
    return str(asked["EvaluationResults"][0]["EvalDecision"])
