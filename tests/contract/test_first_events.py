"""What a function loads for its first event: a cold start lasts as long as what is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.aws import dynamodb, make_table, moto_server, s3
from tests.fakes.first_events import PROGRAM, submission, undelivered
from tests.fakes.function_environment import function_environment
from tests.fakes.lambda_stub import LambdaStub

# The functions run on one Python.
pytestmark = pytest.mark.one_python

ROOT = Path(__file__).parents[2]
# Tests of one process share what their servers keep.
TABLE, BUCKET = "first-events", "first-events"
# Before Python 3.12, dependency-injector needs asyncio itself.
_ASYNCIO = {"asyncio"} if sys.version_info >= (3, 12) else set()
_NEVER = {
    *{"boto3", "botocore", "urllib3", "s3transfer", "jmespath", "dateutil", "tenacity", "pydantic_settings", "yaml"},
    *{"adapters.documents.strict_yaml", "sqlite3", "duckdb", "typer", "rich", "multiprocessing", "http.client"},
    *{"adapters.aws.s3_tables", "adapters.aws.s3_table_links", "adapters.api_gateway.table_routes"},
    *_ASYNCIO,
    # What few requests name, and these do not.
    *{"domain.designs.sampled", "domain.designs.branches", "domain.space.distributions.even_levels"},
    *{"domain.conditions.grammar", "domain.space.linspace", "domain.designs.row_source"},
    *{"domain.designs.point_table", "application.stored_rows", "application.documents.table_chunks"},
}
_LEAN = _NEVER | {"pydantic", "pydantic_core"}


@pytest.fixture(scope="module")
def stub() -> Iterator[LambdaStub]:
    """Yield one stub of Lambda for all tests."""
    with LambdaStub() as stub:
        yield stub


@pytest.fixture(scope="module")
def environment(stub: LambdaStub) -> Iterator[dict[str, str]]:
    """Yield the environment of functions that use libcurl, with a table and a bucket."""
    with moto_server() as aws:
        make_table(dynamodb(aws), TABLE)
        s3(aws).create_bucket(Bucket=BUCKET)
        yield function_environment(aws, stub.url, "curl", TABLE, BUCKET)


def first(function: str, event: object, environment: dict[str, str]) -> tuple[Any, set[str]]:
    """Return what a function answers in a new process, and the modules that this has loaded."""
    command = [sys.executable, "-c", PROGRAM, str(ROOT), function, json.dumps(event)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    *_, answer, modules = done.stdout.splitlines()
    return json.loads(answer), set(modules.split())


@pytest.fixture(scope="module")
def submitted(environment: dict[str, str]) -> tuple[Any, set[str]]:
    """Submit a sweep of one shard, and return the parent's answer and its modules."""
    found = first("parent", submission(1), environment)
    assert found[0]["statusCode"] == 202, found[0]
    return found


@pytest.mark.usefixtures("submitted")
def test_a_worker_calls_aws_without_boto3(environment: dict[str, str], stub: LambdaStub) -> None:
    """It reads the ledger, evaluates its shard, stores the results and marks the shard; nothing else is loaded."""
    answer, modules = first("worker", stub.accepted[-1], environment)
    assert answer == {"outcome": "done"}
    assert not modules & _NEVER


def test_the_parent_dispatches_without_boto3(submitted: tuple[Any, set[str]]) -> None:
    """It reads the request, records the sweep and dispatches its shard; no client of boto3 is loaded for any of it."""
    _, modules = submitted
    assert not modules & _NEVER


def test_a_dispatcher_needs_no_more_than_what_it_sends(environment: dict[str, str], stub: LambdaStub) -> None:
    """It reads its span by itself, and loads nothing that only reads requests."""
    answer, _ = first("parent", submission(2), environment)
    assert answer["statusCode"] == 202, answer
    answer, modules = first("dispatcher", stub.accepted[-1], environment)
    assert answer == {"outcome": "dispatched"}
    assert not modules & _LEAN


@pytest.mark.usefixtures("submitted")
def test_an_undelivered_shard_is_recorded_without_pydantic(environment: dict[str, str], stub: LambdaStub) -> None:
    """Of the record it reads the shard's name alone."""
    answer, modules = first("undelivered", undelivered(stub.accepted[-1]), environment)
    assert answer == {"batchItemFailures": []}
    assert not modules & _LEAN


@pytest.mark.usefixtures("submitted")
@pytest.mark.parametrize("function", ["worker", "undelivered"])
def test_with_boto3_a_function_needs_no_libcurl(environment: dict[str, str], stub: LambdaStub, function: str) -> None:
    """The readable way works where libcurl does not."""
    payload = stub.accepted[-1]
    event = payload if function == "worker" else undelivered(payload)
    answer, modules = first(function, event, environment | {"SWEEP_CLIENT": "boto3"})
    assert answer in ({"outcome": "done"}, {"batchItemFailures": []})
    assert "pycurl" not in modules


@pytest.mark.usefixtures("submitted")
def test_after_a_failure_tenacity_decides(environment: dict[str, str], stub: LambdaStub) -> None:
    """An address that is refused is tried again, by a library that is loaded only then."""
    refused = environment | {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9"}
    answer, modules = first("undelivered", undelivered(stub.accepted[-1]), refused)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert "tenacity" in modules
    assert "botocore" not in modules
