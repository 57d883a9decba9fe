"""AWS on this machine, for the contract suites: moto's server on loopback, with the template's own table."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from tests.contract.cloudformation import REGION, properties

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

TABLE = "ledger"
BUCKET = "results"
SESSION = boto3.Session("test", "test", region_name=REGION)


@contextmanager
def moto_server() -> Iterator[str]:
    """Run moto on a free port of loopback and yield its address.

    It answers one request at a time. Moto checks a write's condition and writes in two steps, between which another
    thread may write; DynamoDB and S3 do it in one.
    """
    moto = DomainDispatcherApplication(create_backend_app)
    lock = Lock()

    def one_at_a_time(environ: Any, start_response: Any) -> list[bytes]:  # noqa: ANN401 - WSGI
        with lock:
            return list(moto(environ, start_response))

    server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def dynamodb(endpoint: str) -> DynamoDBClient:
    """Return a DynamoDB client of the server."""
    return SESSION.client("dynamodb", endpoint_url=endpoint)


def s3(endpoint: str) -> S3Client:
    """Return an S3 client of the server."""
    return SESSION.client("s3", endpoint_url=endpoint)


def make_table(client: DynamoDBClient, name: str) -> None:
    """Make a table with the keys and the index of the template's ledger."""
    wanted: dict[str, Any] = copy.deepcopy(properties("Ledger"))
    keys = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    client.create_table(TableName=name, **{key: wanted[key] for key in keys})
