"""Results in a bucket: the PUT that S3 gets, races, and the refusals of S3."""

from __future__ import annotations

from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from hashlib import sha256

import pytest

from adapters.aws.s3_calls import S3Calls
from adapters.aws.s3_results import S3ResultStore
from domain.errors import DependencyUnavailable
from tests.fakes.aws import s3, s3_by_boto, s3_by_curl
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

SWEEP = "toy-000000000000"
RACING = (409, "ConditionalRequestConflict")
EXISTS = (412, "PreconditionFailed")
DENIED = (403, "AccessDenied")


class Bucket(LoopbackServer):
    """A bucket that answers from `answers`, one for each request, and keeps the requests."""

    def __init__(self) -> None:
        """Start without answers: every request gets 200."""
        super().__init__(_Handler)
        self.answers: deque[tuple[int, str]] = deque()
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []


class _Handler(LoopbackHandler):
    server: Bucket

    def respond(self) -> None:
        """Keep the request, and send the next of the answers."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.command, self.path, headers, self.read_body()))
        status, code = self.server.answers.popleft() if self.server.answers else (200, "")
        text = f"<Error><Code>{code}</Code><Message>a secret</Message></Error>".encode() if code else b""
        self.answer(status, text)


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """Yield a bucket that accepts every object."""
    with Bucket() as bucket:
        yield bucket


@pytest.fixture
def waits() -> list[float]:
    """Return the list of the seconds that the store would have waited between attempts."""
    return []


@pytest.fixture(params=[s3_by_boto, s3_by_curl], ids=["boto3", "curl"])
def calls(request: pytest.FixtureRequest, bucket: Bucket) -> S3Calls:
    """Return each client's calls of the bucket."""
    made: S3Calls = request.param(bucket.url)
    return made


@pytest.fixture
def store(bucket: Bucket, calls: S3Calls, waits: list[float]) -> S3ResultStore:
    """Return a store on the bucket that records its waits instead of waiting."""
    return S3ResultStore(calls, "results", lambda: s3(bucket.url), sleep=waits.append)


def test_an_object_is_written_by_one_conditional_put(bucket: Bucket, store: S3ResultStore) -> None:
    """The store sends one PUT for a new object only, with a checksum for S3 and as a gzip file."""
    assert store.put(SWEEP, 3, b"body")
    ((method, path, headers, body),) = bucket.requests
    assert (method, path) == ("PUT", f"/results/sweeps/{SWEEP}/results/00000003.jsonl.gz")
    assert headers["if-none-match"] == "*"
    assert headers["content-type"] == "application/gzip"
    assert headers["x-amz-checksum-sha256"] == b64encode(sha256(b"body").digest()).decode()
    assert "content-encoding" not in headers
    assert body == b"body"


def test_a_race_is_tried_again(bucket: Bucket, store: S3ResultStore, waits: list[float]) -> None:
    """After 409, for two writers at once, the store tries again, and the object is refused or stored."""
    bucket.answers.extend([RACING, RACING, EXISTS, RACING])
    assert not store.put(SWEEP, 0, b"ours")
    assert store.put(SWEEP, 1, b"ours")
    assert len(bucket.requests) == 3 + 2
    assert len(waits) == 2 + 1
    assert max(waits) <= 1


def test_an_endless_race_is_an_error(bucket: Bucket, store: S3ResultStore, waits: list[float]) -> None:
    """After five attempts the store raises an error, so that Lambda retries the shard."""
    bucket.answers.extend([RACING] * 9)
    with pytest.raises(DependencyUnavailable, match="ConditionalRequestConflict"):
        store.put(SWEEP, 0, b"ours")
    assert (len(bucket.requests), len(waits)) == (5, 4)


@pytest.mark.parametrize("call", ["put", "get"])
def test_a_refusal_names_its_code_and_nothing_else(bucket: Bucket, store: S3ResultStore, call: str) -> None:
    """The message has S3's error code, and not its text, the bucket, the key or the body."""
    bucket.answers.append(DENIED)
    with pytest.raises(DependencyUnavailable) as raised:
        store.put(SWEEP, 0, b"body") if call == "put" else store.get(SWEEP, 0)
    assert str(raised.value) == "the result store answers AccessDenied"
    assert len(bucket.requests) == 1


def test_only_a_missing_object_is_none(bucket: Bucket, store: S3ResultStore) -> None:
    """The store returns None for a missing object, and raises an error for a missing bucket."""
    bucket.answers.append((404, "NoSuchKey"))
    assert store.get(SWEEP, 0) is None
    bucket.answers.append((404, "NoSuchBucket"))
    with pytest.raises(DependencyUnavailable, match="NoSuchBucket"):
        store.get(SWEEP, 0)
