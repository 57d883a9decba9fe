"""S3's protocol as the client over libcurl speaks it: addresses, checksums, and errors with and without a document."""

from __future__ import annotations

from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from hashlib import sha256

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ConnectionClosedError

from adapters.aws.credentials import Credentials
from adapters.aws.failures import RefusedError, UnansweredError
from adapters.aws.s3_boto import s3_client
from adapters.aws.s3_curl import LIMITS, S3Curl, s3_curl
from adapters.aws.s3_results import S3ResultStore
from adapters.aws.signed_http import SignedHttp
from domain.errors import DependencyUnavailable
from tests.fakes.aws import s3_by_curl
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

# The protocol is the same on every Python.
pytestmark = pytest.mark.one_python

SWEEP = "toy-000000000000"


class Bucket(LoopbackServer):
    """Answers from `answers`, one a request, each a status, a body and headers; then always 200."""

    def __init__(self) -> None:
        """Start without answers."""
        super().__init__(_Handler)
        self.answers: deque[tuple[int, bytes, dict[str, str]]] = deque()
        self.paths: list[str] = []


class _Handler(LoopbackHandler):
    server: Bucket

    def respond(self) -> None:
        """Answer a request."""
        self.read_body()
        self.server.paths.append(self.path)
        self.answer(*(self.server.answers.popleft() if self.server.answers else (200, b"", {})))


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """Yield a bucket."""
    with Bucket() as bucket:
        yield bucket


@pytest.fixture
def calls(bucket: Bucket) -> S3Curl:
    """Return the calls of the bucket."""
    return s3_by_curl(bucket.url)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set a region and a key."""
    for name, value in {"DEFAULT_REGION": "us-east-1", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("endpoint", "bucket_name"),
    [
        ("https://s3.us-east-1.amazonaws.com", "results-1a2b"),
        ("https://s3.us-east-1.amazonaws.com", "results.of.a.sweep"),
        ("https://s3.cn-north-1.amazonaws.com.cn", "results-1a2b"),
        ("http://localhost:9", "results-1a2b"),
        ("http://127.0.0.1:9", "results-1a2b"),
        ("http://[::1]:9", "results-1a2b"),
    ],
)
def test_an_object_has_the_address_that_botocore_gives_it(endpoint: str, bucket_name: str) -> None:
    """The bucket's name is part of the host's, but where the host is a number, or the name has dots."""
    client = s3_client(endpoint)
    asked: list[str] = []

    def stop(request: AWSPreparedRequest, **_: object) -> None:
        asked.append(request.url)
        raise ConnectionClosedError(endpoint_url=endpoint)

    client.meta.events.register("before-send.s3", stop)
    with pytest.raises(ConnectionClosedError):
        client.put_object(Bucket=bucket_name, Key=f"sweeps/{SWEEP}/results/00000003.jsonl.gz")
    http = SignedHttp("s3", "us-east-1", lambda: Credentials("a", "b"), LIMITS)
    ours = S3Curl(http, endpoint)._address(bucket_name, f"sweeps/{SWEEP}/results/00000003.jsonl.gz")
    assert [ours] == asked


@pytest.mark.usefixtures("environment")
def test_the_environment_says_where_the_bucket_is(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is looked up as botocore does."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", bucket.url)
    s3_curl().put("results", "key", b"body", {})
    assert bucket.paths == ["/results/key"]


def test_a_checksum_is_compared(bucket: Bucket, calls: S3Curl) -> None:
    """An object that was damaged on the way is none; one without a checksum is taken as it is."""
    said = b64encode(sha256(b"body").digest()).decode()
    for body, headers in [(b"body", {"x-amz-checksum-sha256": said}), (b"b0dy", {})]:
        bucket.answers.append((200, body, {"ETag": '"e"', **headers}))
        stored = calls.get("results", "key")
        assert (stored.body, stored.version) == (body, '"e"')
    bucket.answers.append((200, b"b0dy", {"x-amz-checksum-sha256": said}))
    with pytest.raises(UnansweredError, match="ChecksumMismatch"):
        calls.get("results", "key")


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"<Error><Code>SlowDown</Code></Error>", "SlowDown"), (b"", "503"), (b"<html>\xff", "503")],
    ids=["a document", "nothing", "a page"],
)
def test_an_error_has_a_code(bucket: Bucket, calls: S3Curl, body: bytes, code: str) -> None:
    """That of its document, or its status."""
    bucket.answers.append((503, body, {}))
    with pytest.raises(RefusedError) as raised:
        calls.get("results", "key")
    assert (raised.value.code, raised.value.status) == (code, 503)


def test_what_may_pass_is_tried_again(bucket: Bucket, calls: S3Curl) -> None:
    """A service that is busy or fails is asked again, five times in all, with growing waits."""
    waits: list[float] = []
    store = S3ResultStore(calls, "results", lambda: s3_client(bucket.url), sleep=waits.append)
    bucket.answers.extend([(503, b"", {}), (500, b"<Code>InternalError</Code>", {})])
    assert store.put(SWEEP, 0, b"body")
    assert (len(bucket.paths), len(waits)) == (3, 2)
    bucket.answers.extend([(503, b"", {})] * 9)
    with pytest.raises(DependencyUnavailable, match="the result store answers 503"):
        store.get(SWEEP, 0)
    assert (len(bucket.paths), len(waits)) == (8, 6)


def test_a_condition_that_fails_without_a_document_is_known(bucket: Bucket, calls: S3Curl) -> None:
    """The status says enough: an object is there, or it is missing."""
    store = S3ResultStore(calls, "results", lambda: s3_client(bucket.url))
    bucket.answers.extend([(412, b"", {}), (404, b"", {}), (404, b"", {})])
    assert not store.put(SWEEP, 0, b"body")
    assert not store.replace(SWEEP, 0, b"body", '"e"')
    assert store.get(SWEEP, 0) is None
