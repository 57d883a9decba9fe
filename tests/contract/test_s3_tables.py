"""Tables of points in a bucket: the requests that S3 gets, what its refusals mean, and what links allow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from threading import Event
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from adapters.aws.s3_boto import S3Boto, s3_client
from adapters.aws.s3_calls import BRIEF_ATTEMPTS, BRIEF_SILENCE, CONNECT, S3Calls
from adapters.aws.s3_curl import s3_curl
from adapters.aws.s3_table_links import S3TableLinks
from adapters.aws.s3_tables import S3PointTables
from application.ports.point_tables import REMEDY
from domain.errors import DependencyUnavailable
from tests.contract.cloudformation import template
from tests.fakes.aws import s3_by_boto, s3_by_curl
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

# The requests are the same on every Python.
pytestmark = pytest.mark.one_python

DIGEST = "0f" * 32
# Stands for an answer that does not come before the test is over.
SILENT = 0


def listed(*names: str) -> bytes:
    """Return S3's list of these names below the table's prefix."""
    keys = "".join(f"<Contents><Key>tables/{DIGEST}/{name}</Key></Contents>" for name in names)
    return f'<?xml version="1.0"?>\n<ListBucketResult>{keys}</ListBucketResult>\n'.encode()


def refusal(code: str) -> bytes:
    """Return S3's document of an error."""
    return f"<Error><Code>{code}</Code><Message>a secret</Message></Error>".encode()


class Bucket(LoopbackServer):
    """A bucket that answers from `answers`, one for each request, and keeps the requests."""

    def __init__(self) -> None:
        """Start without answers: every request gets 200."""
        super().__init__(_Handler)
        self.answers: deque[tuple[int, bytes]] = deque()
        self.over = Event()
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []


class _Handler(LoopbackHandler):
    server: Bucket

    def respond(self) -> None:
        """Keep the request, and send the next of the answers."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.command, self.path, headers, self.read_body()))
        status, body = self.server.answers.popleft() if self.server.answers else (200, b"")
        if status == SILENT:
            self.server.over.wait(10)
        self.answer(status, body, {"ETag": '"e"'})


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """Yield a bucket."""
    with Bucket() as bucket:
        yield bucket


@pytest.fixture(params=[s3_by_boto, s3_by_curl], ids=["boto3", "curl"])
def calls(request: pytest.FixtureRequest, bucket: Bucket) -> S3Calls:
    """Return each client's calls of the bucket."""
    made: S3Calls = request.param(bucket.url)
    return made


@pytest.fixture
def waits() -> list[float]:
    """Return the list of the seconds that the tables would have waited between attempts."""
    return []


@pytest.fixture
def tables(calls: S3Calls, waits: list[float]) -> S3PointTables:
    """Return tables in the bucket that record their waits instead of waiting."""
    return S3PointTables(calls, "results", sleep=waits.append)


def test_a_chunk_is_written_where_there_is_none(bucket: Bucket, tables: S3PointTables) -> None:
    """By one PUT, which the bucket's policy allows on this condition alone; one that is there is as good."""
    bucket.answers.extend([(200, b""), (412, refusal("PreconditionFailed"))])
    tables.put(DIGEST, 3, b"body")
    tables.put(DIGEST, 3, b"body")
    for method, path, headers, body in bucket.requests:
        assert (method, path, body) == ("PUT", f"/results/tables/{DIGEST}/000003.jsonl.gz", b"body")
        assert headers["if-none-match"] == "*"


def test_what_may_pass_is_tried_again(bucket: Bucket, tables: S3PointTables, waits: list[float]) -> None:
    """A race of two writers, a service that is busy, and one that fails: five times in all, with growing waits."""
    bucket.answers.extend([(409, refusal("ConditionalRequestConflict")), (503, refusal("SlowDown")), (200, b"")])
    tables.put(DIGEST, 0, b"body")
    bucket.answers.extend([(500, refusal("InternalError")), (200, b"body")])
    assert tables.chunk(DIGEST, 0) == b"body"
    bucket.answers.extend([(503, refusal("SlowDown")), (200, listed("000000.jsonl.gz"))])
    assert tables.has(DIGEST, 1)
    assert len(waits) == 4
    bucket.answers.extend([(503, refusal("SlowDown"))] * 9)
    with pytest.raises(DependencyUnavailable, match="the store of tables answers SlowDown"):
        tables.chunk(DIGEST, 0)
    assert len(waits) == 8


@pytest.mark.parametrize("call", ["has", "put", "chunk"])
def test_a_refusal_names_its_code_and_nothing_else(bucket: Bucket, tables: S3PointTables, call: str) -> None:
    """The message has S3's error code, and not its text, the bucket, the key or the body."""
    bucket.answers.append((403, refusal("AccessDenied")))
    asked: dict[str, Callable[[], object]] = {
        "has": lambda: tables.has(DIGEST, 1),
        "put": lambda: tables.put(DIGEST, 0, b"body"),
        "chunk": lambda: tables.chunk(DIGEST, 0),
    }
    with pytest.raises(DependencyUnavailable) as raised:
        asked[call]()
    assert str(raised.value) == "the store of tables answers AccessDenied"
    assert len(bucket.requests) == 1


def test_a_chunk_that_is_gone_is_said_with_its_remedy(bucket: Bucket, tables: S3PointTables) -> None:
    """A table expires; a missing bucket is another matter."""
    bucket.answers.append((404, refusal("NoSuchKey")))
    with pytest.raises(DependencyUnavailable, match=f"has no chunk 7 of the table {DIGEST}; {REMEDY}"):
        tables.chunk(DIGEST, 7)
    bucket.answers.append((404, refusal("NoSuchBucket")))
    with pytest.raises(DependencyUnavailable, match="answers NoSuchBucket"):
        tables.chunk(DIGEST, 7)


def test_a_table_is_looked_for_by_one_call(bucket: Bucket, tables: S3PointTables) -> None:
    """However many chunks it has: the call lists the last thousand. Objects of other names do not count."""
    bucket.answers.append((200, listed("000000.jsonl.gz", "000001.jsonl.gz", "README.md")))
    assert tables.has(DIGEST, 2)
    bucket.answers.append((200, listed("000000.jsonl.gz", "000001.txt")))
    assert not tables.has(DIGEST, 2)
    last = [f"{number:06d}.jsonl.gz" for number in range(1500, 2500)]
    bucket.answers.append((200, listed(*last)))
    assert tables.has(DIGEST, 2500)
    bucket.answers.append((200, listed(*last[:-1])))
    assert not tables.has(DIGEST, 2500)
    asked = [parse_qs(urlsplit(path).query) for _, path, _, _ in bucket.requests]
    assert [query.get("start-after") for query in asked[:2]] == [None, None]
    assert asked[2]["start-after"] == [f"tables/{DIGEST}/001499.jsonl.gz"]
    assert {query["prefix"][0] for query in asked} == {f"tables/{DIGEST}/"}
    assert len(asked) == 4


def test_a_list_that_was_cut_is_none(bucket: Bucket) -> None:
    """The list is asked for again: of half a list, chunks would be uploaded again, or a whole table refused."""
    waits: list[float] = []
    tables = S3PointTables(s3_by_curl(bucket.url), "results", sleep=waits.append)
    whole = listed("000000.jsonl.gz")
    bucket.answers.extend([(200, whole[: len(whole) // 2]), (200, b""), (200, whole)])
    assert tables.has(DIGEST, 1)
    assert len(waits) == 2


def test_a_caller_waits_for_three_attempts_at_most(bucket: Bucket, calls: S3Calls, waits: list[float]) -> None:
    """A parent answers that the store is not there before its time is over."""
    tables = S3PointTables(calls, "results", BRIEF_ATTEMPTS, waits.append)
    bucket.answers.extend([(503, refusal("SlowDown"))] * 9)
    with pytest.raises(DependencyUnavailable, match="the store of tables answers SlowDown"):
        tables.has(DIGEST, 1)
    assert len(waits) == BRIEF_ATTEMPTS - 1
    longest = 0.5 * (2**BRIEF_ATTEMPTS - 1)
    assert BRIEF_ATTEMPTS * (CONNECT + BRIEF_SILENCE) + longest < template()["Parameters"]["ParentTimeout"]["Default"]


def test_a_silent_store_is_left_after_the_time_that_is_said(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both clients wait no longer for a byte."""
    for name, value in {"DEFAULT_REGION": "us-east-1", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", bucket.url)
    bucket.answers.extend([(SILENT, b"")] * 2)
    for calls in (s3_curl(1), S3Boto(s3_client(silence=1))):
        with pytest.raises(DependencyUnavailable, match="the store of tables does not answer"):
            S3PointTables(calls, "results", attempts=1).has(DIGEST, 1)
    bucket.over.set()


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> S3TableLinks:
    """Return links of a bucket, signed by a temporary key."""
    key = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "token"}
    for name, value in {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1", **key}.items():
        monkeypatch.setenv(name, value)
    # Else the key would be that of the process's first client.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return S3TableLinks(S3Boto(s3_client()), "results-1a2b", s3_client)


def test_a_link_is_for_one_chunk_and_a_time(links: S3TableLinks) -> None:
    """For an upload, the signature covers the condition: its holder can create the chunk, and replace nothing."""
    for link, signed in (
        (links.link(DIGEST, 3, 60), "host"),
        (links.upload_link(DIGEST, 3, 60), "content-type;host;if-none-match"),
    ):
        parts = urlsplit(link)
        assert parts.netloc == "results-1a2b.s3.eu-central-1.amazonaws.com"
        assert parts.path == f"/tables/{DIGEST}/000003.jsonl.gz"
        query = parse_qs(parts.query)
        assert (query["X-Amz-Expires"], query["X-Amz-SignedHeaders"]) == (["60"], [signed])
