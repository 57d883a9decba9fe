"""The functions together: a request on its way through handlers, ledger and results."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from types import SimpleNamespace
from typing import Any
from urllib.request import Request, urlopen

import pytest

from application.documents.table_chunks import CHUNK_ROWS, TableDigest, chunk_of, line_of
from domain.errors import DependencyUnavailable
from entrypoints import dispatcher, parent, undelivered, worker
from tests.fakes.api import table_event
from tests.fakes.aws import dynamodb, make_table, moto_server, s3
from tests.fakes.lambda_stub import LambdaStub

_numbers = count()
REQUEST: dict[str, Any] = {
    "name": "trip",
    "parameters": {"x": {"linspace": {"start": 0, "stop": 1, "num": 8}}, "y": [2, 3]},
    "sharding": {"shards": 4},
}
SECRET = 0.14285714285714285  # the second level of x, a parameter's value


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Yield the address of one server for all tests."""
    with moto_server() as address:
        yield address


@pytest.fixture
def stub() -> Iterator[LambdaStub]:
    """Yield a stub that accepts every shard."""
    with LambdaStub() as stub:
        yield stub


@pytest.fixture(params=["curl", pytest.param("boto3", marks=pytest.mark.long)])
def deployed(endpoint: str, stub: LambdaStub, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Set the environment that the template sets for the functions, with a new table and bucket, and a DEBUG log."""
    number = next(_numbers)
    make_table(dynamodb(endpoint), f"functions-{number}")
    s3(endpoint).create_bucket(Bucket=f"functions-{number}")
    environment = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_LAMBDA": stub.url,
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        "SWEEP_TABLE": f"functions-{number}",
        "SWEEP_BUCKET": f"functions-{number}",
        "SWEEP_WORKER_FUNCTION": "worker",
        "SWEEP_DISPATCHER_FUNCTION": "dispatcher",
        "SWEEP_DIRECT_SHARDS": "4096",
        "SWEEP_DISPATCHER_TIMEOUT": "60",
        "SWEEP_DISPATCHER_RETRIES": "2",
        "SWEEP_DISPATCHER_EVENT_AGE": "3600",
        "SWEEP_ALLOWED_TARGETS": "tests.contract.targets:area,tests.contract.missing:gone,json:loads",
        "SWEEP_DEFAULT_TARGET": "tests.contract.targets:area",
        "SWEEP_TARGETS_DIGEST": "0123456789abcdef",
        "SWEEP_MAX_SHARDS": "1000",
        "SWEEP_DISPATCH_CONCURRENCY": "8",
        "SWEEP_MAX_POINTS_PER_SHARD": "1000000",
        "SWEEP_WORKER_TIMEOUT": "60",
        "SWEEP_WORKER_RETRIES": "2",
        "SWEEP_WORKER_EVENT_AGE": "3600",
        "SWEEP_RETENTION_DAYS": "30",
        "SWEEP_CLIENT": request.param,
        "SWEEP_AWS_DOMAIN": "amazonaws.com",
        "SWEEP_LOG_LEVEL": "DEBUG",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for module in (parent, dispatcher, worker, undelivered):
        module._container.cache_clear()


def context(seconds: float = 29.0) -> Any:  # noqa: ANN401 - Lambda's context has no type
    """Return a context with so many seconds left."""
    return SimpleNamespace(aws_request_id="invocation", get_remaining_time_in_millis=lambda: seconds * 1000)


def post(document: Any, key: str | None = None, seconds: float = 29.0) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 - any body
    """Submit a request and return the status and the document of the answer."""
    event = {
        "httpMethod": "POST",
        "resource": "/sweeps",
        "headers": {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})},
        "requestContext": {"requestId": "request", "identity": {"userArn": "arn:aws:iam::1:user/ada"}},
        "body": json.dumps(document),
    }
    answer = parent.handler(event, context(seconds))
    return answer["statusCode"], json.loads(answer["body"])


def status(sweep_id: str) -> dict[str, Any]:
    """Return the parent's description of a sweep."""
    event = {"httpMethod": "GET", "resource": "/sweeps/{id}", "pathParameters": {"id": sweep_id}}
    answer = parent.handler(event, context())
    document: dict[str, Any] = json.loads(answer["body"])
    return document


def act(verb: str, sweep_id: str) -> tuple[int, dict[str, Any]]:
    """Retry or cancel a sweep and return the status and the document of the answer."""
    event = {"httpMethod": "POST", "resource": f"/sweeps/{{id}}/{verb}", "pathParameters": {"id": sweep_id}}
    answer = parent.handler(event, context())
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.usefixtures("deployed")
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


@pytest.mark.usefixtures("deployed")
def test_an_invalid_request_invokes_nothing_and_writes_nothing(stub: LambdaStub, endpoint: str) -> None:
    """For a request that the gateway should have refused, the parent invokes no worker and writes no item."""
    for document, code in (({"name": "x"}, 400), ({**REQUEST, "target": "os:system"}, 422), ([], 400)):
        assert post(document)[0] == code
    assert stub.tries.total() == 0
    table = parent._container().settings().table
    assert dynamodb(endpoint).scan(TableName=table)["Count"] == 0


@pytest.mark.usefixtures("deployed")
def test_the_same_key_is_the_same_sweep(stub: LambdaStub) -> None:
    """A replay is answered by 200 and the same document and dispatches nothing; another request is a conflict."""
    first, again = post(REQUEST, "key"), post(REQUEST, "key")
    assert (first[0], again[0]) == (202, 200)
    assert first[1] == again[1]
    assert stub.tries.total() == 4
    assert post({**REQUEST, "name": "other"}, "key")[0] == 409
    assert post(REQUEST)[1]["sweep_id"] != first[1]["sweep_id"]


@pytest.mark.usefixtures("deployed")
def test_the_same_request_again_dispatches_what_was_deferred(stub: LambdaStub) -> None:
    """Without time the parent dispatches nothing (503); the same request again dispatches each shard once."""
    code, problem = post(REQUEST, "key", seconds=4.0)
    assert (code, problem["title"], stub.tries.total()) == (503, "Service Unavailable", 0)
    assert "OutOfTime" in problem["detail"]
    code, submitted = post(REQUEST, "key")
    assert (code, submitted["dispatch"]["accepted"]) == (200, 4)
    assert set(stub.tries.values()) == {1}


@pytest.mark.usefixtures("deployed")
def test_two_equal_requests_at_once_dispatch_once(stub: LambdaStub) -> None:
    """Of two parents with one key, one dispatches, and both answer with the same sweep."""
    stub.latency = 0.05
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: post(REQUEST, "key"), range(2)))
    assert sorted(code for code, _ in answers) == [200, 202]
    assert len({document["sweep_id"] for _, document in answers}) == 1
    assert set(stub.tries.values()) == {1}


@pytest.mark.usefixtures("deployed")
def test_an_event_delivered_twice_changes_nothing(stub: LambdaStub, endpoint: str) -> None:
    """A worker that gets a done shard again changes neither its object nor the counts."""
    _, submitted = post(REQUEST)
    worker.handler(stub.accepted[0], context())
    before = status(submitted["sweep_id"])
    worker.handler(stub.accepted[0], context())
    assert status(submitted["sweep_id"]) == before


@pytest.mark.usefixtures("deployed")
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


@pytest.mark.usefixtures("deployed")
def test_an_extension_evaluates_what_the_earlier_sweep_lacks(
    stub: LambdaStub, endpoint: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shard that has not ended has no values; the results are those of a sweep without it, byte for byte."""
    _, earlier = post(REQUEST)
    for payload in stub.accepted[:3]:
        worker.handler(payload, context())
    longer = {**REQUEST, "parameters": {**REQUEST["parameters"], "y": [1, 2, 3]}}
    objects = []
    for extends in ({}, {"extends": earlier["sweep_id"]}):
        stub.accepted.clear()
        _, submitted = post({**longer, **extends})
        capsys.readouterr()
        for payload in stub.accepted:
            assert worker.handler(payload, context()) == {"outcome": "done"}
        objects.append(_objects(endpoint, submitted["sweep_id"]))
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert objects[0] == objects[1]
    assert sum(line["reused"] for line in logged if line["message"] == "shard done") == 12
    monkeypatch.setenv("SWEEP_TARGETS_DIGEST", "of other code")
    parent._container.cache_clear()
    code, problem = post({**longer, "extends": earlier["sweep_id"]})
    assert (code, problem["errors"][0]["path"]) == (422, "extends")
    assert "was submitted when other code was deployed" in problem["errors"][0]["message"]


def _objects(endpoint: str, sweep_id: str) -> list[bytes]:
    """Return the result objects of a sweep, in the order of its shards."""
    bucket, prefix = status(sweep_id)["results"].removeprefix("s3://").split("/", 1)
    store = s3(endpoint)
    keys = sorted(item["Key"] for item in store.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"])
    return [store.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]


def table(rows: int) -> tuple[dict[str, Any], list[bytes]]:
    """Return the design of a table of so many rows, and its chunks."""
    names, lines = ["x", "y"], [line_of([number / 7, number % 3]) for number in range(rows)]
    digest = TableDigest(names)
    digest.add("".join(lines))
    columns = {name: ["number"] for name in names}
    design = {"kind": "table", "table": digest.hexadecimal(), "columns": columns, "rows": rows}
    return design, [chunk_of(lines[start : start + CHUNK_ROWS]) for start in range(0, rows, CHUNK_ROWS)]


def upload(digest: str, chunks: list[bytes]) -> list[int]:
    """Upload what the parent links to, and return the numbers of those chunks."""
    answer = parent.handler(table_event("POST", digest, {"chunks": len(chunks)}), context())
    document = json.loads(answer["body"])
    for one in document["uploads"]:
        request = Request(one["url"], chunks[one["chunk"]], document["headers"], method="PUT")  # noqa: S310 - moto's address
        with urlopen(request) as stored:  # noqa: S310 - likewise
            assert stored.status == 200
    return [one["chunk"] for one in document["uploads"]]


@pytest.mark.usefixtures("deployed")
def test_a_table_of_points_is_uploaded_and_read_by_workers(stub: LambdaStub, endpoint: str) -> None:
    """Without it a submission is refused and invokes nothing; with it each worker reads the chunks of its shard."""
    design, chunks = table(CHUNK_ROWS + 10)
    request = {"name": "listed", "design": design, "sharding": {"shards": 2}}
    code, problem = post(request)
    assert (code, problem["errors"][0]["path"], stub.tries.total()) == (422, "design.table", 0)
    assert upload(design["table"], chunks) == [0, 1]
    assert upload(design["table"], chunks) == []
    code, submitted = post(request)
    assert (code, submitted["size"]) == (202, CHUNK_ROWS + 10)
    for payload in stub.accepted * 2:
        assert worker.handler(payload, context()) == {"outcome": "done"}
    assert status(submitted["sweep_id"])["done"] == CHUNK_ROWS + 10
    listed = json.loads(parent.handler(table_event("GET", design["table"]), context())["body"])["chunks"]
    with urlopen(listed[1]["url"]) as found:  # noqa: S310 - moto's address
        assert found.read() == chunks[1]


@pytest.mark.usefixtures("deployed")
def test_a_longer_table_extends_a_shorter_one(stub: LambdaStub, capsys: pytest.CaptureFixture[str]) -> None:
    """Workers evaluate the rows that the earlier sweep does not have."""
    extended: dict[str, str] = {}
    for rows in (5, 8):
        design, chunks = table(rows)
        upload(design["table"], chunks)
        stub.accepted.clear()
        _, submitted = post({"name": "listed", "design": design, "sharding": {"shards": 2}, **extended})
        capsys.readouterr()
        for payload in stub.accepted:
            assert worker.handler(payload, context()) == {"outcome": "done"}
        extended = {"extends": submitted["sweep_id"]}
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sum(line["reused"] for line in logged if line["message"] == "shard done") == 5


@pytest.mark.usefixtures("deployed")
def test_a_worker_without_its_chunk_is_run_again(stub: LambdaStub, endpoint: str) -> None:
    """It raises an error that says what is missing, so that Lambda tries again; an upload mends it."""
    design, chunks = table(3)
    upload(design["table"], chunks)
    _, submitted = post({"name": "listed", "design": design, "sharding": {"shards": 1}})
    bucket = parent._container().settings().bucket
    s3(endpoint).delete_object(Bucket=bucket, Key=f"tables/{design['table']}/000000.jsonl.gz")
    with pytest.raises(DependencyUnavailable, match="has no chunk 0 of the table"):
        worker.handler(stub.accepted[0], context())
    assert status(submitted["sweep_id"])["state"] == "running"
    upload(design["table"], chunks)
    assert worker.handler(stub.accepted[0], context()) == {"outcome": "done"}


def _broken_payload(payload: dict[str, Any]) -> dict[str, Any]:
    return {**payload, "version": 3}


def _broken_target(payload: dict[str, Any]) -> dict[str, Any]:
    return {**payload, "target": "tests.contract.missing:gone"}


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("change", "reason"),
    [(_broken_payload, "PayloadRefused"), (_broken_target, "TargetUnavailable")],
    ids=["payload", "target"],
)
def test_a_failure_that_would_repeat_is_recorded_at_once(
    stub: LambdaStub, change: Callable[[dict[str, Any]], dict[str, Any]], reason: str
) -> None:
    """The worker raises nothing, so Lambda does not retry: the shard has failed with its reason, the others run."""
    _, submitted = post(REQUEST)
    for payload in stub.accepted:
        number = payload["shard"]["number"]
        assert worker.handler(change(payload) if number == 1 else payload, context())["outcome"] in {"done", "failed"}
    described = status(submitted["sweep_id"])
    assert (described["state"], described["shards_done"], described["shards_failed"]) == ("failed", 3, 1)
    (failure,) = described["failures"]
    assert (failure["example"]["shard"], failure["reason"]) == (1, reason)


def _record(payload: dict[str, Any]) -> dict[str, Any]:
    """Return a batch of the queue with Lambda's record of an undelivered shard, and with a message that is none."""
    record = {
        "version": "1.0",
        "timestamp": "2026-01-01T00:00:00.000Z",
        "requestContext": {
            "requestId": "invocation",
            "functionArn": "arn:aws:lambda:us-east-1:1:function:worker:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": payload,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "Task timed out after 60.00 seconds"},
    }
    return {"Records": [{"messageId": "a", "body": json.dumps(record)}, {"messageId": "b", "body": "{}"}]}


@pytest.mark.usefixtures("deployed")
def test_an_undelivered_shard_is_failed_with_lambdas_reason(stub: LambdaStub) -> None:
    """The failure has Lambda's condition, error and attempts; a message that is no record is reported as failed."""
    _, submitted = post(REQUEST)
    batch = _record(stub.accepted[0])
    assert undelivered.handler(batch, context()) == {"batchItemFailures": [{"itemIdentifier": "b"}]}
    (failure,) = status(submitted["sweep_id"])["failures"]
    assert failure["reason"] == "RetriesExhausted"
    assert failure["message"] == "Task timed out after 60.00 seconds"
    assert failure["example"]["attempts"] == 3


@pytest.mark.usefixtures("deployed")
def test_a_cancelled_sweep_runs_no_further_shard(stub: LambdaStub) -> None:
    """A worker asks the ledger before it starts a shard."""
    _, submitted = post(REQUEST)
    worker.handler(stub.accepted[0], context())
    code, cancelled = act("cancel", submitted["sweep_id"])
    assert (code, cancelled["stopped"]) == (200, True)
    assert worker.handler(stub.accepted[1], context()) == {"outcome": "cancelled"}
    described = status(submitted["sweep_id"])
    assert (described["state"], described["shards_done"]) == ("cancelled", 1)


@pytest.mark.usefixtures("deployed")
def test_a_retry_runs_what_failed_and_nothing_else(stub: LambdaStub) -> None:
    """A retry dispatches the failed shard in a new generation, and the sweep is done once the cause is removed."""
    _, submitted = post(REQUEST)
    sweep_id = submitted["sweep_id"]
    for payload in stub.accepted:
        worker.handler(_broken_target(payload) if payload["shard"]["number"] == 1 else payload, context())
    assert status(sweep_id)["state"] == "failed"
    (first,) = (payload for payload in stub.accepted if payload["shard"]["number"] == 1)
    stub.accepted.clear()
    code, retried = act("retry", sweep_id)
    assert (code, retried["dispatch"]["accepted"]) == (202, 4)
    assert status(sweep_id)["state"] == "running"
    assert stub.accepted == [first | {"version": 2, "shard": first["shard"] | {"generation": 1}}]
    worker.handler(stub.accepted[0], context())
    described = status(sweep_id)
    assert (described["state"], described["done"], described["failures"]) == ("done", 16, [])


@pytest.mark.usefixtures("deployed")
def test_a_record_of_an_earlier_run_does_not_fail_a_retried_shard(stub: LambdaStub) -> None:
    """A shard that failed and runs again is running, however often the record of its failure arrives."""
    _, submitted = post(REQUEST)
    sweep_id, record = submitted["sweep_id"], _record(stub.accepted[0])
    undelivered.handler(record, context())
    assert status(sweep_id)["shards_failed"] == 1
    act("retry", sweep_id)
    undelivered.handler(record, context())
    described = status(sweep_id)
    assert (described["state"], described["shards_failed"], described["running"]) == ("running", 0, 4)
    undelivered.handler(_record(stub.accepted[-1]), context())
    assert status(sweep_id)["shards_failed"] == 1


@pytest.mark.usefixtures("deployed")
def test_a_retry_evaluates_the_points_without_a_value_and_keeps_the_others(stub: LambdaStub) -> None:
    """A text is no JSON: the status says which and where, and a retry sends its shard alone."""
    request = {
        "name": "texts",
        "target": "json:loads",
        "design": {"kind": "points", "points": [{"s": text} for text in ("1", "2", "x", "3")]},
        "sharding": {"shards": 2},
    }
    _, submitted = post(request)
    sweep_id = submitted["sweep_id"]
    for payload in stub.accepted:
        assert worker.handler(payload, context()) == {"outcome": "done"}
    described = status(sweep_id)
    assert (described["state"], described["done"], described["failed"]) == ("done_with_errors", 3, 1)
    assert described["links"].keys() >= {"self", "results", "failures", "retry"}
    example = described["failures"][0]["example"]
    assert (example["shard"], example["index"], example["point"]) == (1, 2, {"s": "x"})
    stub.accepted.clear()
    assert act("retry", sweep_id)[0] == 202
    (again,) = stub.accepted
    assert (again["version"], again["shard"]["number"], again["shard"]["generation"]) == (2, 1, 1)
    assert worker.handler(again, context()) == {"outcome": "done"}
    described = status(sweep_id)
    assert (described["state"], described["done"], described["failed"]) == ("done_with_errors", 3, 1)
    event = {"httpMethod": "GET", "resource": "/sweeps/{id}/failures", "pathParameters": {"id": sweep_id}}
    (failure,) = json.loads(parent.handler(event, context())["body"])["failures"]
    assert (failure["shard"], failure["reason"], failure["points"]) == (1, "JSONDecodeError", 1)
    assert "json/decoder.py" in failure["at"][-1]


@pytest.mark.usefixtures("deployed")
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


LARGE: dict[str, Any] = REQUEST | {
    "parameters": {"x": {"range": {"start": 0, "stop": 75}}, "y": [2, 3]},
    "sharding": {"shards": 150},
}


@pytest.mark.usefixtures("deployed")
def test_a_large_sweep_goes_out_by_a_dispatcher(stub: LambdaStub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent answers while no worker has a shard; the dispatcher sends each once, however often it is invoked."""
    monkeypatch.setenv("SWEEP_DIRECT_SHARDS", "100")
    code, submitted = post(LARGE, key="large")
    assert (code, submitted["state"], submitted["dispatch"]["waiting"]) == (202, "dispatching", 150)
    (event,) = stub.accepted
    assert event["span"] == {"number": 0, "first_block": 0, "stop_block": 2}
    assert post(LARGE, key="large")[0] == 200
    assert act("retry", submitted["sweep_id"])[0] == 409
    stub.accepted.clear()
    outcomes = [dispatcher.handler(event, context())["outcome"] for _ in range(2)]
    assert outcomes == ["dispatched", "nothing to do"]
    assert sorted(payload["shard"]["number"] for payload in stub.accepted) == list(range(150))
    described = status(submitted["sweep_id"])
    assert (described["state"], described["dispatch"]["accepted"]) == ("running", 150)
    assert worker.handler(stub.accepted[0], context()) == {"outcome": "done"}


@pytest.mark.usefixtures("deployed")
def test_an_undelivered_span_is_not_dispatched_until_a_retry(stub: LambdaStub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its shards are counted with Lambda's reason, and the retry assigns them to a dispatcher."""
    monkeypatch.setenv("SWEEP_DIRECT_SHARDS", "100")
    _, submitted = post(LARGE)
    undelivered.handler(_record(stub.accepted.pop()), context())
    described = status(submitted["sweep_id"])
    assert (described["state"], described["undispatched"]) == ("incomplete", 150)
    assert described["dispatch"]["reasons"] == {"RetriesExhausted": 150}
    code, retried = act("retry", submitted["sweep_id"])
    assert (code, retried["state"]) == (202, "dispatching")
    dispatcher.handler(stub.accepted.pop(), context())
    assert status(submitted["sweep_id"])["dispatch"]["accepted"] == 150


@pytest.mark.usefixtures("deployed")
def test_a_large_sweep_that_no_dispatcher_takes_is_refused(stub: LambdaStub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is 503 with the reason, and the same request is the remedy."""
    monkeypatch.setenv("SWEEP_DIRECT_SHARDS", "100")
    stub.script = lambda _: (404, "ResourceNotFoundException")
    code, refused = post(LARGE, key="large")
    assert (code, "FunctionNotFound" in refused["detail"]) == (503, True)
    stub.script = lambda _: None
    code, submitted = post(LARGE, key="large")
    assert (code, submitted["state"]) == (200, "dispatching")
    act("cancel", submitted["sweep_id"])
    assert dispatcher.handler(stub.accepted.pop(), context()) == {"outcome": "cancelled"}
    assert status(submitted["sweep_id"])["state"] == "cancelled"
