"""Points from files on a stack: their upload, and the workers that read them."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest

from application.documents.table_chunks import CHUNK_ROWS, TableDigest, chunk_of, line_of
from domain.errors import DependencyUnavailable
from entrypoints import parent, worker
from tests.contract.functions.calls import context, post, status
from tests.fakes.api import table_event
from tests.fakes.aws import s3
from tests.fakes.lambda_stub import LambdaStub

pytestmark = pytest.mark.usefixtures("deployed")


def table(rows: int, step: int = 1) -> tuple[dict[str, Any], list[bytes]]:
    """Return the design of a table of so many rows, the last one first with the step -1, and its chunks."""
    names, lines = ["x", "y"], [line_of([number / 7, number % 3]) for number in range(rows)][::step]
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


@pytest.mark.parametrize("step", [1, -1], ids=["in order", "turned round"])
def test_a_longer_table_extends_a_shorter_one(stub: LambdaStub, capsys: pytest.CaptureFixture[str], step: int) -> None:
    """Workers evaluate the rows that the earlier sweep does not have, wherever it has the others."""
    extended: dict[str, str] = {}
    for rows, order in ((5, 1), (8, step)):
        design, chunks = table(rows, order)
        upload(design["table"], chunks)
        stub.accepted.clear()
        _, submitted = post({"name": "listed", "design": design, "sharding": {"shards": 2}, **extended})
        capsys.readouterr()
        for payload in stub.accepted:
            assert worker.handler(payload, context()) == {"outcome": "done"}
        extended = {"extends": submitted["sweep_id"]}
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sum(line["reused"] for line in logged if line["message"] == "shard done") == 5


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
