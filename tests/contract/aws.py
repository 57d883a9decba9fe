"""AWS on this machine, for the contract suites: moto's server on loopback, with the template's own table."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from moto.server import ThreadedMotoServer

from tests.contract.cloudformation import REGION, properties

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

TABLE = "ledger"
BUCKET = "results"
SESSION = boto3.Session("test", "test", region_name=REGION)


@contextmanager
def moto_server() -> Iterator[str]:
    """Run moto's server on a free port of loopback, and give its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def dynamodb(endpoint: str) -> DynamoDBClient:
    """Give a client of the server."""
    return SESSION.client("dynamodb", endpoint_url=endpoint)


def s3(endpoint: str) -> S3Client:
    """Give a client of the server."""
    return SESSION.client("s3", endpoint_url=endpoint)


def make_table(client: DynamoDBClient, name: str) -> None:
    """Make a table with the keys and the index that the template gives the ledger."""
    wanted: dict[str, Any] = copy.deepcopy(properties("Ledger"))
    keys = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    client.create_table(TableName=name, **{key: wanted[key] for key in keys})
