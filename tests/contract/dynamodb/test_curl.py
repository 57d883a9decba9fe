"""DynamoDB's protocol as the client over libcurl speaks it: bytes, checksums, errors, and answers that are none."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.aws.dynamodb_curl import DynamoDbCurl, dynamodb_curl
from adapters.aws.endpoints import EndpointMissingError
from adapters.aws.failures import RefusedError, UnansweredError
from tests.fakes.aws import dynamodb_by_curl
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

# The protocol is the same on every Python.
pytestmark = pytest.mark.one_python


class Table(LoopbackServer):
    """Answers every request by `status`, `body` and `headers`, and keeps the last one."""

    def __init__(self) -> None:
        """Answer an empty document."""
        super().__init__(_Handler)
        self.status = 200
        self.body = b"{}"
        self.headers: dict[str, str] = {}
        self.last: tuple[str, str, Any] | None = None


class _Handler(LoopbackHandler):
    server: Table

    def respond(self) -> None:
        """Keep the request and answer it."""
        kept = self.headers["X-Amz-Target"], self.headers["Content-Type"], json.loads(self.read_body())
        self.server.last = kept
        self.answer(self.server.status, self.server.body, self.server.headers)


@pytest.fixture
def table() -> Iterator[Table]:
    """Yield a table."""
    with Table() as table:
        yield table


@pytest.fixture
def calls(table: Table) -> DynamoDbCurl:
    """Return the calls of the table."""
    return dynamodb_by_curl(table.url)


def test_an_operation_is_named_in_a_header(table: Table, calls: DynamoDbCurl) -> None:
    """The body is the request, with bytes as base64."""
    calls.call("PutItem", {"TableName": "t", "Item": {"pk": {"S": "\u00e9"}, "kinds": {"B": b"\x00\xff"}}}, 5)
    item = {"pk": {"S": "\u00e9"}, "kinds": {"B": b64encode(b"\x00\xff").decode()}}
    wanted = {"TableName": "t", "Item": item}
    assert table.last == ("DynamoDB_20120810.PutItem", "application/x-amz-json-1.0", wanted)


def test_binary_values_are_bytes(table: Table, calls: DynamoDbCurl) -> None:
    """An attribute that is called B is none, and may have any value."""
    item = {"B": {"S": "text"}, "b": {"B": "AP8="}, "list": {"L": [{"B": ""}, {"M": {"B": {"B": "AA=="}}}]}}
    table.body = json.dumps({"Item": item}, separators=(",", ":")).encode()
    found = calls.call("GetItem", {}, 5)["Item"]
    assert found == {
        "B": {"S": "text"},
        "b": {"B": b"\x00\xff"},
        "list": {"L": [{"B": b""}, {"M": {"B": {"B": b"\x00"}}}]},
    }
    table.body = json.dumps({"Item": item}, indent=1).encode()
    assert calls.call("GetItem", {}, 5)["Item"] == found


def test_a_checksum_is_compared(table: Table, calls: DynamoDbCurl) -> None:
    """An answer that was damaged on the way is none."""
    table.headers = {"x-amz-crc32": str(zlib.crc32(table.body))}
    assert calls.call("GetItem", {}, 5) == {}
    table.headers = {"x-amz-crc32": str(zlib.crc32(b"{ }"))}
    with pytest.raises(UnansweredError, match="ChecksumMismatch"):
        calls.call("GetItem", {}, 5)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"\xff"], ids=["nothing", "a page", "a list", "no text"])
def test_an_answer_that_is_no_document_is_none(table: Table, calls: DynamoDbCurl, body: bytes) -> None:
    """Something other than DynamoDB has answered; with an error's status it is an error without a code."""
    table.body = body
    with pytest.raises(UnansweredError, match="NoDocument"):
        calls.call("GetItem", {}, 5)
    table.status = 503
    with pytest.raises(RefusedError) as raised:
        calls.call("GetItem", {}, 5)
    assert (raised.value.code, raised.value.status) == ("503", 503)


@pytest.mark.parametrize("prefix", ["com.amazonaws.dynamodb.v20120810#", "com.amazon.coral.service#", ""])
def test_an_error_has_its_code(table: Table, calls: DynamoDbCurl, prefix: str) -> None:
    """The code stands behind the name of the service that raises it."""
    table.status, table.body = 400, json.dumps({"__type": f"{prefix}ThrottlingException", "message": "later"}).encode()
    with pytest.raises(RefusedError) as raised:
        calls.call("GetItem", {}, 5)
    assert (raised.value.code, raised.value.status) == ("ThrottlingException", 400)


def test_the_environment_says_where_the_table_is(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address and the key are looked up as botocore does."""
    for name, value in {"DEFAULT_REGION": "eu-west-1", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", table.url)
    assert dynamodb_curl().call("GetItem", {}, 5) == {}


def test_without_a_region_there_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """The container says so when it is made, as with boto3."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(EndpointMissingError, match="NoRegionError"):
        dynamodb_curl()
