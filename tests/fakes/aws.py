"""AWS on this machine, for the contract suites: moto's server on loopback, with the template's own table."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from ssl import SSLContext
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from adapters.aws import dynamodb_curl, s3_curl
from adapters.aws.credentials import Credentials
from adapters.aws.dynamodb_boto import DynamoDbBoto
from adapters.aws.dynamodb_curl import DynamoDbCurl
from adapters.aws.s3_boto import S3Boto
from adapters.aws.s3_curl import S3Curl
from adapters.aws.signed_http import SignedHttp
from tests.contract.cloudformation import REGION, properties
from tests.fakes.signatures import SignedOnly

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

TABLE = "ledger"
BUCKET = "results"
KEY = "test", "test", None
SESSION = boto3.Session(*KEY, region_name=REGION)
Application = Callable[[Any, Any], Iterable[bytes]]


class _Handler(WSGIRequestHandler):
    """Keeps connections, and prints nothing of requests."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """Log nothing."""


class _Moto(DomainDispatcherApplication):
    """Finds the service of a host once, for which moto looks at all of its files at each request."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._services: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:  # noqa: ANN401 - moto's own type
        """Return the name of the service that a host belongs to."""
        if host not in self._services:
            self._services[host] = super().get_backend_for_host(host)
        return self._services[host]


@contextmanager
def moto_server(
    tls: SSLContext | None = None, behind: Callable[[Application], Application] = lambda moto: moto
) -> Iterator[str]:
    """Run moto on a free port of loopback, over TLS if there is a certificate, and yield its address.

    `behind` returns what stands before it. A request that is signed wrongly with the key of these tests is refused, as
    AWS does, which moto itself does not.

    It answers one request at a time. Moto checks a write's condition and writes in two steps, between which another
    thread may write; DynamoDB and S3 do it in one.
    """
    moto = SignedOnly(_Moto(), {"test": ReadOnlyCredentials(*KEY)})
    lock = Lock()

    def one_at_a_time(environ: Any, start_response: Any) -> list[bytes]:  # noqa: ANN401 - WSGI
        with lock:
            return list(moto(environ, start_response))

    server = make_server(
        "127.0.0.1", 0, behind(one_at_a_time), threaded=True, request_handler=_Handler, ssl_context=tls
    )
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def dynamodb(endpoint: str) -> DynamoDBClient:
    """Return a DynamoDB client of the server."""
    return SESSION.client("dynamodb", endpoint_url=endpoint)


def s3(endpoint: str) -> S3Client:
    """Return an S3 client of the server."""
    return SESSION.client("s3", endpoint_url=endpoint)


def dynamodb_by_boto(endpoint: str) -> DynamoDbBoto:
    """Return the ledger's calls of the server by boto3."""
    return DynamoDbBoto(dynamodb(endpoint))


def dynamodb_by_curl(endpoint: str) -> DynamoDbCurl:
    """Return the ledger's calls of the server by libcurl."""
    return DynamoDbCurl(SignedHttp("dynamodb", REGION, lambda: Credentials(*KEY), dynamodb_curl.LIMITS), endpoint)


def s3_by_boto(endpoint: str) -> S3Boto:
    """Return the result store's calls of the server by boto3."""
    return S3Boto(SESSION.client("s3", endpoint_url=endpoint, config=Config(retries={"total_max_attempts": 1})))


def s3_by_curl(endpoint: str) -> S3Curl:
    """Return the result store's calls of the server by libcurl."""
    return S3Curl(SignedHttp("s3", REGION, lambda: Credentials(*KEY), s3_curl.LIMITS), endpoint)


def make_table(client: DynamoDBClient, name: str) -> None:
    """Make a table with the keys and the index of the template's ledger."""
    wanted: dict[str, Any] = copy.deepcopy(properties("Ledger"))
    keys = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    client.create_table(TableName=name, **{key: wanted[key] for key in keys})
