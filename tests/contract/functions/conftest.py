"""The functions with the environment that the template sets, in a cloud of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from entrypoints import dispatcher, parent, undelivered, worker
from tests.fakes.aws import dynamodb, make_table, moto_server, s3
from tests.fakes.lambda_stub import LambdaStub

_numbers = count()


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
