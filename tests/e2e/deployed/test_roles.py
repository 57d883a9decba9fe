"""With its role each function works, and without any statement of the role some of its work fails.

The emulator checks the role for the calls of a function, but not for those of Lambda itself with the role: logs, the
on-failure queue and the event source. Nor does it answer 403 for a missing object to a caller who may not list. For
these the tests ask the policy simulator. It does not know the condition `dynamodb:LeadingKeys`, and so allows a call on
any item: tests/contract/test_template_roles.py has which items a statement is for.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.deployed.api import Answer
from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.eventually import eventually
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.stacks import TRIAL

REQUEST = {
    "name": "roles",
    "target": f"{TRIAL}:area",
    "parameters": {"x": [1, 2], "y": [3]},
    "sharding": {"shards": 1},
}

TWO_SHARDS = REQUEST | {"sharding": {"shards": 2}}
# What lets the parent assign the span of a sweep of two shards.
HANDS_OVER = {"SWEEP_DIRECT_SHARDS": "1"}

BY_ITS_WORK = {
    ("Parent", "DispatchShards"),
    ("Parent", "AssignSpans"),
    ("Parent", "KeepTheLedger"),
    ("Parent", "ListSweeps"),
    ("Parent", "LinkToResults"),
    ("Parent", "LinkToTables"),
    ("Parent", "FindTables"),
    ("Dispatcher", "DispatchShards"),
    ("Dispatcher", "FindSweeps"),
    ("Dispatcher", "LookAtShards"),
    ("Dispatcher", "RecordDispatches"),
    ("Dispatcher", "SettleSpans"),
    ("Worker", "StoreResults"),
    ("Worker", "ReadTables"),
    ("Worker", "FindSweeps"),
    ("Worker", "LookAtShards"),
    ("Worker", "MarkShards"),
    ("Undelivered", "MarkShards"),
    ("Undelivered", "SettleSpans"),
}
BY_THE_SIMULATOR = {
    ("Parent", "WriteLogs"): "logs:PutLogEvents",
    ("Dispatcher", "WriteLogs"): "logs:PutLogEvents",
    ("Worker", "WriteLogs"): "logs:PutLogEvents",
    ("Undelivered", "WriteLogs"): "logs:PutLogEvents",
    ("Worker", "NoticeMissingResults"): "s3:ListBucket",
    ("Dispatcher", "ReportUndelivered"): "sqs:SendMessage",
    ("Worker", "ReportUndelivered"): "sqs:SendMessage",
    ("Undelivered", "TakeUndelivered"): "sqs:ReceiveMessage",
}


@contextmanager
def without(cloud: Cloud, function: str, *statements: str) -> Iterator[None]:
    """Remove statements from a function's role within the block."""
    roles, policy = cloud.client("iam"), policy_of(cloud, function)
    document = roles.get_role_policy(**policy)["PolicyDocument"]
    kept = [entry for entry in document["Statement"] if entry["Sid"] not in statements]
    assert len(kept) == len(document["Statement"]) - len(statements)
    roles.put_role_policy(**policy, PolicyDocument=json.dumps(document | {"Statement": kept}))
    try:
        yield
    finally:
        roles.put_role_policy(**policy, PolicyDocument=json.dumps(document))


def policy_of(cloud: Cloud, function: str) -> dict[str, str]:
    """Return the role's name and the policy's name of a function."""
    return {"RoleName": cloud.role(function), "PolicyName": function.lower()}


def payload(cloud: Cloud) -> dict[str, Any]:
    """Submit a sweep of one shard, and return the shard's payload before any worker runs it."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        sweep_id = cloud.submit(REQUEST).document["sweep_id"]
        recorder.wait_for(sweep_id, 1)
        return recorder.payloads_of(sweep_id)[0]


def undelivered_event(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the queue's event for a payload whose retries are exhausted."""
    context = {"condition": "RetriesExhausted", "approximateInvokeCount": 3}
    body = json.dumps({"requestContext": context, "requestPayload": payload})
    return {"Records": [{"messageId": "m", "body": body}]}


def test_every_statement_is_tested(cloud: Cloud) -> None:
    """The roles have the statements that the tests below remove, and no others."""
    found: set[tuple[str, str]] = set()
    for function in ("Parent", "Dispatcher", "Worker", "Undelivered"):
        document = cloud.client("iam").get_role_policy(**policy_of(cloud, function))["PolicyDocument"]
        found |= {(function, entry["Sid"]) for entry in document["Statement"]}
    assert found == BY_ITS_WORK | set(BY_THE_SIMULATOR)


def test_with_every_statement_each_function_works(cloud: Cloud) -> None:
    """With every statement of its role, each function does the work that fails in the tests below."""
    first, second = payload(cloud), payload(cloud)
    assert cloud.run("Worker", first) == {"outcome": "done"}
    assert cloud.describe(first["sweep_id"])["state"] == "done"
    assert cloud.run("Undelivered", undelivered_event(second)) == {"batchItemFailures": []}
    assert cloud.describe(second["sweep_id"])["state"] == "failed"


def test_without_dispatch_shards_nothing_is_dispatched(cloud: Cloud) -> None:
    """The parent answers 503; with the statement, the same request dispatches every shard."""
    with without(cloud, "Parent", "DispatchShards"):
        answer = cloud.submit(REQUEST, key="no-dispatch")
        assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json")
        assert "AccessDenied" in answer.document["detail"]
    again = cloud.submit(REQUEST, key="no-dispatch")
    assert (again.status, again.document["dispatch"]["accepted"]) == (200, 1)
    assert cloud.ended(again.document["sweep_id"])["state"] == "done"


def test_without_keep_the_ledger_the_parent_refuses(cloud: Cloud) -> None:
    """The parent answers 503 to a submission and to a GET, and dispatches no shard of an unrecorded sweep."""
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
    """The parent answers 503, and 200 with the statement."""
    with without(cloud, "Parent", "ListSweeps"):
        assert cloud.call("GET", "/sweeps").status == 503
    assert cloud.call("GET", "/sweeps").status == 200


def test_without_link_to_results_links_are_refused(cloud: Cloud) -> None:
    """A link has the permissions of the parent's role: S3 answers 403, and 200 with the statement."""
    sweep_id = cloud.submit(REQUEST).document["sweep_id"]
    assert cloud.ended(sweep_id)["state"] == "done"
    (link,) = cloud.call("GET", f"/sweeps/{sweep_id}/results").document["results"]
    with without(cloud, "Parent", "LinkToResults"):
        assert cloud.fetch(link["url"]).status == 403
    assert cloud.fetch(link["url"]).status == 200


@pytest.mark.parametrize("statement", ["StoreResults", "LookAtShards", "MarkShards"])
def test_without_its_statements_a_worker_fails_and_loses_nothing(cloud: Cloud, statement: str) -> None:
    """The worker raises, so that Lambda tries again; with the statement the shard is done."""
    event = payload(cloud)
    with without(cloud, "Worker", statement):
        assert "errorMessage" in cloud.run("Worker", event)
        assert cloud.describe(event["sweep_id"])["done"] == 0
    assert cloud.run("Worker", event) == {"outcome": "done"}
    assert cloud.describe(event["sweep_id"])["state"] == "done"


def test_without_find_sweeps_a_worker_does_not_learn_that_a_sweep_is_gone(cloud: Cloud) -> None:
    """For a shard without a block a worker reads its sweep: with the statement it finds that there is none."""
    event = payload(cloud) | {"sweep_id": "gone-000000000000"}
    with without(cloud, "Worker", "FindSweeps"):
        assert "AccessDenied" in cloud.run("Worker", event)["errorMessage"]
    assert "no sweep has the id" in cloud.run("Worker", event)["errorMessage"]
    assert cloud.count_objects("gone-000000000000") == 0


def upload(cloud: Cloud, text: str) -> tuple[dict[str, Any], Answer]:
    """Ask for the upload of a table of one row, follow the link, and return the design and the store's answer."""
    digest = hashlib.sha256(f'["x","y"]\n{text}'.encode()).hexdigest()
    asked = cloud.call("POST", f"/tables/{digest}", b'{"chunks": 1}', {"Content-Type": "application/json"})
    (link,) = asked.document["uploads"]
    columns = {"x": ["number"], "y": ["number"]}
    design = {"kind": "table", "table": digest, "columns": columns, "rows": 1}
    return design, cloud.store(link["url"], gzip.compress(text.encode()), asked.document["headers"])


def test_without_link_to_tables_links_are_refused(cloud: Cloud) -> None:
    """An upload has the permissions of the parent's role; with the statement it is stored once, and then fetched."""
    with without(cloud, "Parent", "LinkToTables"):
        design, refused = upload(cloud, "[1,2]\n")
        assert refused.status == 403
    assert upload(cloud, "[1,2]\n")[1].status == 200
    (link,) = cloud.call("GET", f"/tables/{design['table']}").document["chunks"]
    with without(cloud, "Parent", "LinkToTables"):
        assert cloud.fetch(link["url"]).status == 403
    assert cloud.fetch(link["url"]).status == 200


def test_without_find_tables_the_parent_refuses(cloud: Cloud) -> None:
    """It cannot say what lacks, and answers 503 to the upload, the listing and the submission of a table."""
    design, _ = upload(cloud, "[1,3]\n")
    request = {"name": "roles", "target": f"{TRIAL}:area", "design": design}
    body, headers = b'{"chunks": 1}', {"Content-Type": "application/json"}
    with without(cloud, "Parent", "FindTables"):
        assert cloud.call("POST", f"/tables/{design['table']}", body, headers).status == 503
        assert cloud.call("GET", f"/tables/{design['table']}").status == 503
        assert cloud.submit(request).status == 503
    assert cloud.submit(request).status == 202


def test_without_read_tables_a_worker_fails_and_loses_nothing(cloud: Cloud) -> None:
    """The worker raises, so that Lambda tries again; with the statement the shard is done."""
    design, _ = upload(cloud, "[1,4]\n")
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        sweep_id = cloud.submit({"name": "roles", "target": f"{TRIAL}:area", "design": design}).document["sweep_id"]
        recorder.wait_for(sweep_id, 1)
    (event,) = recorder.payloads_of(sweep_id)
    with without(cloud, "Worker", "ReadTables"):
        assert "the store of tables answers AccessDenied" in cloud.run("Worker", event)["errorMessage"]
    assert cloud.run("Worker", event) == {"outcome": "done"}


def test_without_mark_shards_an_undelivered_shard_stays_in_the_queue(cloud: Cloud) -> None:
    """The function reports the message as failed, so the queue keeps it; with the statement it marks the shard.

    The emulator allows an update of any item by the statement of spans too, which is for sweeps' items alone.
    """
    event = payload(cloud)
    with without(cloud, "Undelivered", "MarkShards", "SettleSpans"):
        answer = cloud.run("Undelivered", undelivered_event(event))
        assert answer == {"batchItemFailures": [{"itemIdentifier": "m"}]}
        assert cloud.describe(event["sweep_id"])["state"] == "running"
    assert cloud.run("Undelivered", undelivered_event(event)) == {"batchItemFailures": []}
    assert cloud.describe(event["sweep_id"])["state"] == "failed"


def test_without_assign_spans_no_span_is_assigned(cloud: Cloud) -> None:
    """The parent answers 503; with the statement, the same request goes out by a dispatcher."""
    with Recorder() as recorder, cloud.workers_at(recorder.url), cloud.with_environment("Parent", **HANDS_OVER):
        with without(cloud, "Parent", "AssignSpans"):
            answer = cloud.submit(TWO_SHARDS, key="no-dispatcher")
            assert (answer.status, "AccessDenied" in answer.document["detail"]) == (503, True)
        again = cloud.submit(TWO_SHARDS, key="no-dispatcher")
        assert (again.status, again.document["state"]) == (200, "dispatching")
        recorder.wait_for(again.document["sweep_id"], 2)


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param(("FindSweeps",), id="FindSweeps", marks=pytest.mark.long),
        pytest.param(("LookAtShards",), id="LookAtShards", marks=pytest.mark.long),
        pytest.param(("RecordDispatches", "SettleSpans"), id="RecordDispatches"),
    ],
)
def test_without_its_statements_a_dispatcher_fails_and_loses_nothing(cloud: Cloud, statements: tuple[str, ...]) -> None:
    """Lambda gives it up with a reason, and no worker has a shard; with the statement, a retry sends every shard.

    Of two statements for updates the emulator allows any item by either.
    """
    with Recorder() as recorder, cloud.workers_at(recorder.url), cloud.with_environment("Parent", **HANDS_OVER):
        with without(cloud, "Dispatcher", *statements):
            sweep_id = cloud.submit(TWO_SHARDS).document["sweep_id"]
            eventually(lambda: cloud.describe(sweep_id)["state"] == "incomplete")
        assert recorder.payloads_of(sweep_id) == []
        assert cloud.call("POST", f"/sweeps/{sweep_id}/retry").status == 202
        recorder.wait_for(sweep_id, 2)


def test_without_dispatch_shards_a_dispatcher_says_why(cloud: Cloud) -> None:
    """The shards are not dispatched because access is denied; with the statement, a retry sends every shard."""
    with Recorder() as recorder, cloud.workers_at(recorder.url), cloud.with_environment("Parent", **HANDS_OVER):
        with without(cloud, "Dispatcher", "DispatchShards"):
            sweep_id = cloud.submit(TWO_SHARDS).document["sweep_id"]
            eventually(lambda: cloud.describe(sweep_id)["state"] == "incomplete")
            assert list(cloud.describe(sweep_id)["dispatch"]["reasons"]) == ["AccessDenied"]
        assert cloud.call("POST", f"/sweeps/{sweep_id}/retry").status == 202
        recorder.wait_for(sweep_id, 2)


@pytest.mark.parametrize(("function", "statement"), BY_THE_SIMULATOR)
def test_a_call_that_the_emulator_does_not_check_needs_its_statement(
    cloud: Cloud, function: str, statement: str
) -> None:
    """The role allows the call on the stack's resource by this statement and by no other."""
    action = BY_THE_SIMULATOR[function, statement]
    resources = {"logs": cloud.log_group(function), "s3": cloud.bucket(), "sqs": cloud.queue()}
    resource = resources[action.partition(":")[0]]
    assert simulate(cloud, function, action, resource) == "allowed"
    with without(cloud, function, statement):
        assert simulate(cloud, function, action, resource) == "implicitDeny"


def simulate(cloud: Cloud, function: str, action: str, resource: str) -> str:
    """Return the policy simulator's decision on an action of a function's role."""
    roles = cloud.client("iam")
    role = roles.get_role(RoleName=cloud.role(function))["Role"]["Arn"]
    answer = roles.simulate_principal_policy(PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource])
    return str(answer["EvaluationResults"][0]["EvalDecision"])
