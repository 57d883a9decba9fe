"""A request on its way through handlers, ledger and results."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from entrypoints import parent, worker
from tests.contract.functions.calls import REQUEST, context, post, status
from tests.fakes.aws import dynamodb, s3
from tests.fakes.lambda_stub import LambdaStub

SECRET = 0.14285714285714285  # the second level of x, a parameter's value
pytestmark = pytest.mark.usefixtures("deployed")


def test_a_sweep_from_submission_to_results(
    stub: LambdaStub, endpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sweep is dispatched, evaluated, stored and described; the log has each shard and no value of a parameter."""
    code, submitted = post(REQUEST)
    assert (code, submitted["dispatch"]["accepted"]) == (202, 4)
    assert status(submitted["sweep_id"])["state"] == "running"
    for payload in stub.accepted:
        assert worker.handler(payload, context()) == {"outcome": "done"}
    described = status(submitted["sweep_id"])
    assert (described["state"], described["done"], described["failed"]) == ("done", 16, 0)
    bucket, prefix = described["results"].removeprefix("s3://").split("/", 1)
    store = s3(endpoint)
    keys = [item["Key"] for item in store.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]]
    lines = b"".join(gzip.decompress(store.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in sorted(keys))
    assert [json.loads(line)["index"] for line in lines.splitlines()] == list(range(16))
    log = capsys.readouterr().out
    logged = [json.loads(line) for line in log.splitlines()]
    assert [line["message"] for line in logged if line.get("shard") == 2] == ["shard started", "shard done"]
    assert str(SECRET) not in log


def test_an_invalid_request_invokes_nothing_and_writes_nothing(stub: LambdaStub, endpoint: str) -> None:
    """For a request that the gateway should have refused, the parent invokes no worker and writes no item."""
    for document, code in (({"name": "x"}, 400), ({**REQUEST, "target": "os:system"}, 422), ([], 400)):
        assert post(document)[0] == code
    assert stub.tries.total() == 0
    table = parent._container().settings().table
    assert dynamodb(endpoint).scan(TableName=table)["Count"] == 0


def test_the_same_key_is_the_same_sweep(stub: LambdaStub) -> None:
    """A replay is answered by 200 and the same document and dispatches nothing; another request is a conflict."""
    first, again = post(REQUEST, "key"), post(REQUEST, "key")
    assert (first[0], again[0]) == (202, 200)
    assert first[1] == again[1]
    assert stub.tries.total() == 4
    assert post({**REQUEST, "name": "other"}, "key")[0] == 409
    assert post(REQUEST)[1]["sweep_id"] != first[1]["sweep_id"]


def test_the_same_request_again_dispatches_what_was_deferred(stub: LambdaStub) -> None:
    """Without time the parent dispatches nothing (503); the same request again dispatches each shard once."""
    code, problem = post(REQUEST, "key", seconds=4.0)
    assert (code, problem["title"], stub.tries.total()) == (503, "Service Unavailable", 0)
    assert "OutOfTime" in problem["detail"]
    code, submitted = post(REQUEST, "key")
    assert (code, submitted["dispatch"]["accepted"]) == (200, 4)
    assert set(stub.tries.values()) == {1}


def test_two_equal_requests_at_once_dispatch_once(stub: LambdaStub) -> None:
    """Of two parents with one key, one dispatches, and both answer with the same sweep."""
    stub.latency = 0.05
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: post(REQUEST, "key"), range(2)))
    assert sorted(code for code, _ in answers) == [200, 202]
    assert len({document["sweep_id"] for _, document in answers}) == 1
    assert set(stub.tries.values()) == {1}


def test_an_event_delivered_twice_changes_nothing(stub: LambdaStub, endpoint: str) -> None:
    """A worker that gets a done shard again changes neither its object nor the counts."""
    _, submitted = post(REQUEST)
    worker.handler(stub.accepted[0], context())
    before = status(submitted["sweep_id"])
    worker.handler(stub.accepted[0], context())
    assert status(submitted["sweep_id"]) == before


def test_a_point_that_does_not_satisfy_the_condition_is_skipped(stub: LambdaStub) -> None:
    """Worker, ledger and status count it, also if the event comes twice; a condition that makes no sense is 422."""
    code, problem = post({**REQUEST, "where": "z > 1"})
    assert (code, problem["errors"][0]["path"], stub.tries.total()) == (422, "where", 0)
    assert post({**REQUEST, "where": "x" * 1001})[0] == 400
    code, submitted = post({**REQUEST, "where": "x * y < 1"})
    assert code == 202
    assert {(payload["version"], payload["space"]["where"]) for payload in stub.accepted} == {(3, "x * y < 1")}
    for payload in stub.accepted * 2:
        assert worker.handler(payload, context()) == {"outcome": "done"}
    described = status(submitted["sweep_id"])
    kept = sum(level / 7 * y < 1 for level in range(8) for y in (2, 3))
    counts = described["state"], described["done"], described["failed"], described["skipped"]
    assert counts == ("done", kept, 0, 16 - kept)


def test_sweeps_are_listed(stub: LambdaStub) -> None:
    """The parent lists every submitted sweep, page by page."""
    ids = {post(REQUEST)[1]["sweep_id"] for _ in range(3)}
    found: list[str] = []
    query = {"limit": "2"}
    for _ in range(3):
        answer = parent.handler({"httpMethod": "GET", "resource": "/sweeps", "queryStringParameters": query}, context())
        page = json.loads(answer["body"])
        found += [sweep["sweep_id"] for sweep in page["sweeps"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert (len(found), set(found)) == (3, ids)
    assert stub.tries.total() == 12
