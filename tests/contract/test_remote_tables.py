"""Tables of points reach a stack whole, once and in bounded memory, whatever goes wrong on the way, and come back."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.credentials import ReadOnlyCredentials

from adapters.remote.attempts import Attempts
from adapters.remote.http import Http, Timeouts
from adapters.remote.remote_tables import RemoteTables
from adapters.remote.signed_api import SignedApi
from application import link_pages, upload_table
from application.documents.result_keys import object_name
from application.documents.table_chunks import chunk_of
from domain.errors import DependencyUnavailable, PlaceUnusable
from tests.fakes.api import ApiDesk
from tests.fakes.deployed_api import API, DeployedApi, cut, lost, refusing
from tests.fakes.loopback import LoopbackHandler
from tests.fakes.table_links import LinkedTables, StoreFault, TableStore

DIGEST = "0f" * 32
BODIES = [chunk_of([f"[{number}]\n", '["\\"error\\":"]\n']) for number in range(24)]
NO_WAIT = Attempts(base=0, cap=0, longest_wait=0)
PUTS = [("PUT", number) for number in range(len(BODIES))]
GETS = [("GET", number) for number in range(len(BODIES))]


class Bench:
    """A stack that has no table yet, with its store, and what uploads to it."""

    def __init__(self, store: TableStore, server: DeployedApi, folder: Path) -> None:
        """Make a client that waits for an answer for a third of a second."""
        self.store, self.server, self.folder = store, server, folder
        self.http = Http(authorities=True, timeouts=Timeouts(read=0.3))
        self.tables = self.client()

    def client(self) -> RemoteTables:
        """Return a client of another process, on the same machine."""
        key = ReadOnlyCredentials("key", "secret", None)
        api = SignedApi(self.server.url + API, "us-east-1", lambda: key, self.http, NO_WAIT)
        return RemoteTables(api, self.http, self.folder, NO_WAIT)

    def upload(self, tables: RemoteTables | None = None) -> None:
        """Upload the table as the client does."""
        tables = tables or self.tables
        if not tables.has(DIGEST, len(BODIES)):
            for number, body in enumerate(BODIES):
                tables.put(DIGEST, number, body)

    @property
    def stored(self) -> list[bytes]:
        """What is in the store, in the order of the chunks."""
        return [body for _, body in sorted(self.store.tables.chunks.items())]

    def fetched(self) -> list[bytes]:
        """Return all chunks, as one client after the other reads them."""
        return [self.tables.chunk(DIGEST, number) for number in range(len(BODIES))]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Yield a bench."""
    with TableStore(LinkedTables()) as store, DeployedApi(ApiDesk(tables=store.tables)) as server:
        bench = Bench(store, server, tmp_path / "cache")
        yield bench
        bench.http.close()
        assert [path for path in bench.folder.rglob("*") if path.suffix == ".tmp"] == []


def test_every_chunk_is_sent_once_and_the_last_one_last(bench: Bench) -> None:
    """By few calls of the API; the table is whole once its last chunk is there."""
    bench.upload()
    assert bench.stored == BODIES
    assert sorted(bench.store.asked) == PUTS
    assert bench.store.asked[-1] == PUTS[-1]
    assert len(bench.server.requests) == 1


def test_a_table_that_is_there_is_not_sent(bench: Bench) -> None:
    """One call of the API finds that."""
    bench.upload()
    bench.store.asked.clear()
    bench.upload(bench.client())
    assert bench.store.asked == []
    assert len(bench.server.requests) == 2


def test_an_upload_goes_on_where_it_was_stopped(bench: Bench) -> None:
    """Only what the stack lacks is sent, wherever that lies."""
    for number in (0, 1, 17, 22):
        bench.store.tables.put(DIGEST, number, BODIES[number])
    bench.upload()
    assert bench.stored == BODIES
    assert sorted(bench.store.asked) == [put for put in PUTS if put[1] not in {0, 1, 17, 22}]


def test_a_chunk_says_what_it_holds(bench: Bench) -> None:
    """With its length and its MD5 S3 refuses what is damaged on the way; nothing else of the caller is in a request."""
    bench.tables.put(DIGEST, 0, BODIES[0])
    (headers,) = bench.store.headers
    md5 = base64.b64encode(hashlib.md5(BODIES[0], usedforsecurity=False).digest()).decode()
    assert headers["Content-MD5"] == md5
    assert headers["Content-Length"] == str(len(BODIES[0]))
    assert headers["If-None-Match"] == "*"
    assert "Authorization" not in headers


def _status(status: int, code: str = "") -> StoreFault:
    return lambda handler, _: handler.answer(status, f"<Error><Code>{code}</Code></Error>".encode())


def _closed(handler: LoopbackHandler, _: bytes) -> None:
    handler.close_connection = True


def _silent(handler: LoopbackHandler, _: bytes) -> None:
    threading.Event().wait(1)
    handler.close_connection = True


def _stored_but_lost(handler: LoopbackHandler, body: bytes) -> None:
    """Store the chunk, and answer nothing."""
    server = handler.server
    assert isinstance(server, TableStore)
    server.tables.chunks[DIGEST, server.asked[-1][1]] = body
    handler.close_connection = True


PASSING: dict[str, StoreFault] = {
    "503": _status(503, "SlowDown"),
    "500": _status(500, "InternalError"),
    "two at once": _status(409, "ConditionalRequestConflict"),
    "damaged on the way": _status(400, "BadDigest"),
    "cut short on the way": _status(400, "IncompleteBody"),
    "no answer": _closed,
    "hanging": _silent,
    "stored, and no answer": _stored_but_lost,
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_may_pass_is_tried_again(bench: Bench, fault: StoreFault) -> None:
    """In the middle as at the end, which finds by 412 what an attempt without an answer has stored."""
    bench.store.faults = {3: [fault], 23: [fault]}
    bench.upload()
    assert bench.stored == BODIES


def test_what_stays_is_an_error_and_the_same_again_goes_on(bench: Bench) -> None:
    """After five attempts; the last chunk is never sent before another one that failed."""
    bench.store.faults = {20: [_status(503)] * 5}
    with pytest.raises(DependencyUnavailable, match=r"the store of tables answers 503 \(tried 5 times\)"):
        bench.upload()
    assert not bench.store.tables.has(DIGEST, len(BODIES))
    assert PUTS[-1] not in bench.store.asked
    bench.upload()
    assert bench.stored == BODIES


def test_a_refusal_that_no_attempt_mends_is_said_at_once(bench: Bench) -> None:
    """Such as a bucket that is gone."""
    bench.store.faults = {0: [_status(404, "NoSuchBucket")] * 5}
    with pytest.raises(DependencyUnavailable, match="the store of tables answers 404 to an upload"):
        bench.tables.put(DIGEST, 0, BODIES[0])
    assert bench.store.asked == PUTS[:1]


def test_links_that_expired_are_renewed(bench: Bench) -> None:
    """All that were refused, and those that follow are sent by new links too."""
    bench.store.expired_to = len(BODIES)
    bench.upload()
    assert bench.stored == BODIES
    assert len(bench.server.requests) == 2


def test_links_that_are_refused_again_are_an_error(bench: Bench) -> None:
    """A store that refuses new links too, as where the parent may not put, is not asked for ever."""
    bench.store.expired_to = 10**6
    with pytest.raises(DependencyUnavailable, match="refuses the link for chunk 0, a new one too"):
        bench.upload()
    assert len(bench.server.requests) == 2


@pytest.mark.parametrize("fault", [refusing(503), refusing(429), lost, cut], ids=["503", "429", "lost", "cut"])
def test_the_api_is_asked_again(bench: Bench, fault: object) -> None:
    """For links, which change nothing."""
    bench.server.faults.append(fault)  # type: ignore[arg-type]  # each is one
    bench.upload()
    assert bench.stored == BODIES


def test_a_caller_who_is_refused_learns_it(bench: Bench) -> None:
    """As for every other call of the API."""
    bench.server.faults.append(refusing(403))
    with pytest.raises(PlaceUnusable, match="the API refuses the caller"):
        bench.upload()


def test_pages_follow_one_another(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many chunks there are, a page of links is held at a time; pages without a link are passed over."""
    monkeypatch.setattr(upload_table, "LARGEST_PAGE", 7)
    for number in range(5, 20):
        bench.store.tables.put(DIGEST, number, BODIES[number])
    bench.upload()
    assert bench.stored == BODIES
    assert sorted(bench.store.asked) == [put for put in PUTS if put[1] not in range(5, 20)]
    assert bench.client().has(DIGEST, len(BODIES))


def test_long_links_make_short_pages(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no chunk is left out between two of them, neither on the way there nor on the way back."""
    monkeypatch.setattr(link_pages, "_LONGEST_LINKS", 500)
    bench.upload()
    assert bench.stored == BODIES
    assert bench.fetched() == BODIES


def test_an_interrupted_upload_ends_and_goes_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle begins no further request, leaves no thread, and loses nothing that is stored."""

    def ended(*_: object) -> list[int]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("adapters.remote.uploads.as_completed", ended)
        with pytest.raises(KeyboardInterrupt):
            bench.upload()
    assert not [one for one in threading.enumerate() if one.name.startswith("upload")]
    assert len(bench.store.asked) <= 16
    bench.store.asked.clear()
    bench.upload()
    assert bench.stored == BODIES


def test_chunks_come_byte_for_byte_and_once(bench: Bench) -> None:
    """Those that follow come many at once; a second client of this machine fetches nothing."""
    bench.upload()
    bench.store.asked.clear()
    assert bench.fetched() == BODIES
    assert sorted(bench.store.asked) == GETS
    assert len(bench.server.requests) <= 1 + 1 + len(BODIES) // 16 + 1
    bench.tables = bench.client()
    assert bench.fetched() == BODIES
    assert sorted(bench.store.asked) == GETS
    assert stat.S_IMODE((bench.folder / DIGEST).stat().st_mode) == 0o700


def test_a_single_chunk_comes_alone(bench: Bench) -> None:
    """Who reads one point of a large table fetches one chunk."""
    bench.upload()
    bench.store.asked.clear()
    assert bench.tables.chunk(DIGEST, 13) == BODIES[13]
    assert bench.store.asked == [GETS[13]]


def _short(handler: LoopbackHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


DAMAGES: dict[str, StoreFault] = {
    "cut short": _short,
    "cut short, and told as whole": lambda handler, body: handler.answer(200, body[:-3]),
    "a page": lambda handler, _: handler.answer(200, b"<html>Log in</html>"),
    "throttled": _status(503),
    "no answer": _closed,
}


@pytest.mark.parametrize("fault", DAMAGES.values(), ids=DAMAGES)
def test_what_comes_damaged_is_fetched_again(bench: Bench, fault: StoreFault) -> None:
    """No file has another byte than the chunk, and a fault that lasts is an error."""
    bench.upload()
    bench.store.faults = {5: [fault]}
    assert bench.tables.chunk(DIGEST, 5) == BODIES[5]
    bench.store.faults = {6: [fault] * 5}
    with pytest.raises(DependencyUnavailable, match=r"a chunk of a table|the store of tables|127\.0\.0\.1"):
        bench.tables.chunk(DIGEST, 6)
    assert not (bench.folder / DIGEST / object_name(6)).exists()


def test_what_the_disk_damaged_is_fetched_again(bench: Bench) -> None:
    """A kept file is read as it was written, or not at all."""
    bench.upload()
    assert bench.tables.chunk(DIGEST, 3) == BODIES[3]
    (bench.folder / DIGEST / object_name(3)).write_bytes(BODIES[3][:-1])
    assert bench.tables.chunk(DIGEST, 3) == BODIES[3]
    assert (bench.folder / DIGEST / object_name(3)).read_bytes() == BODIES[3]


def test_a_link_that_expired_midway_is_renewed_once(bench: Bench) -> None:
    """What it brings is the same."""
    bench.upload()
    bench.store.expired_to = bench.store.tables.issued + 1
    assert bench.tables.chunk(DIGEST, 7) == BODIES[7]


def test_a_full_disk_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the folder; once there is space again, the same call goes on."""
    bench.upload()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DependencyUnavailable, match=r"cannot keep chunks of tables in .*: No space left"):
            bench.tables.chunk(DIGEST, 0)
    assert bench.tables.chunk(DIGEST, 0) == BODIES[0]
