"""Result objects of a stack come whole, checked and once, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.remote.attempts import Attempts
from adapters.remote.fetched_results import FetchedResults
from adapters.remote.http import Http, Timeouts
from application.documents.result_keys import object_name
from application.documents.result_lines import error_line, pack, value_line
from application.list_results import ListResults
from application.ports.result_store import ResultLocation
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, SweepNotFound
from domain.sweep import PointError, ShardDone
from tests.contract.sweeps_contract import ABSENT, REQUEST, SHARDS
from tests.fakes.desk import Desk
from tests.fakes.loopback import LoopbackHandler, LoopbackServer
from tests.fakes.result_store import MemoryResults

Fault = Callable[["_Handler", bytes], None]


class Store(LoopbackServer):
    """A bucket: objects by name, with links that end in the number of their page, and faults for the next requests."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(_Handler)
        self.objects: dict[str, bytes] = {}
        self.headers: dict[str, str] = {}
        self.faults: dict[str, list[Fault]] = {}
        self.asked: list[str] = []
        self.expired: set[str] = set()
        self.issued = 0

    def put(self, shard: int, body: bytes) -> None:
        """Store an object."""
        self.objects[object_name(shard)] = body

    def spoil(self, shard: int, *faults: Fault) -> None:
        """Let the next requests for an object go wrong."""
        self.faults[object_name(shard)] = list(faults)


class _Handler(LoopbackHandler):
    server: Store

    def respond(self) -> None:
        """Answer as S3 does."""
        name, _, number = self.path.rpartition("/")[2].partition("?Signature=")
        self.server.asked.append(name)
        faults = self.server.faults.get(name)
        body = self.server.objects.get(name)
        if number in self.server.expired:
            self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif body is None:
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        elif faults:
            faults.pop(0)(self, body)
        elif self.headers.get("If-None-Match") == tag(body):
            self.send_response(304)
            self.end_headers()
        else:
            self.answer(200, body, {"ETag": tag(body), **self.server.headers})


class Links(MemoryResults):
    """Links to a store; each page of them has a number of its own."""

    def __init__(self, store: Store) -> None:
        """Link to this store."""
        super().__init__()
        self._store = store

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:
        """Return a link, whose signature tells when it was made."""
        if shard == 0:
            self._store.issued += 1
        return f"{self._store.url}/{sweep_id}/{object_name(shard)}?Signature={self._store.issued}"


def tag(body: bytes) -> str:
    """Return the entity tag that S3 has."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def values(shard: int) -> bytes:
    """Return the object of a shard in which each point has a value."""
    return pack(value_line(index, '"x":1', {"text": 'an "error":'}) for index in (2 * shard, 2 * shard + 1))


def errors(shard: int) -> bytes:
    """Return the object of a shard of which one point has an error."""
    first = value_line(2 * shard, '"x":1', 1)
    return pack([first, error_line('"x":1', PointError(2 * shard + 1, "ValueError", "no root"))])


class Bench:
    """A sweep of six shards whose objects are in a store, and what fetches them."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Store the objects of all shards but the last; shard 2 has an error."""
        location: ResultLocation = Links(store)
        self.desk = Desk(location=location)
        self.sweep_id = self.desk.sweeps.submit(REQUEST, None, no_deadline).sweep.id
        self.store, self.folder = store, folder / self.sweep_id
        for shard in range(SHARDS - 1):
            self.desk.ledger.mark_done(self.sweep_id, ShardDone(shard, 1, int(shard == 2)))
            store.put(shard, errors(shard) if shard == 2 else values(shard))
        self.http = Http(authorities=True, timeouts=Timeouts(read=0.3))
        self.results = FetchedResults(self.desk.sweeps, self.http, folder, Attempts(base=0, cap=0, longest_wait=0))
        self.progress: list[tuple[int, int]] = []

    def fetch(self) -> list[bytes]:
        """Fetch the objects, and return what is in their files, in the order of the paths."""
        self.store.asked.clear()
        paths = self.results.fetch(self.sweep_id, lambda *counts: self.progress.append(counts), no_deadline)
        assert [Path(path).name for path in paths] == [object_name(shard) for shard in range(SHARDS - 1)]
        return [Path(path).read_bytes() for path in paths]

    @property
    def stored(self) -> list[bytes]:
        """What is in the store, in the order of the shards."""
        return [self.store.objects[name] for name in sorted(self.store.objects)]

    def drafts(self) -> list[Path]:
        """Return the files that are not whole."""
        return [path for path in self.folder.rglob("*") if path.suffix == ".tmp"]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Yield a bench whose client waits for an answer for a third of a second."""
    with Store() as store:
        bench = Bench(store, tmp_path / "cache")
        yield bench
        assert bench.drafts() == []
        bench.http.close()


def test_objects_come_byte_for_byte_and_once(bench: Bench) -> None:
    """A second call asks only for the object with errors, which a retry may have replaced, and gets none anew."""
    assert bench.fetch() == bench.stored
    assert sorted(bench.store.asked) == sorted(bench.store.objects)
    assert bench.progress == [(number, 5) for number in range(1, 6)]
    assert bench.fetch() == bench.stored
    assert bench.store.asked == [object_name(2)]


def test_files_are_for_their_owner_alone(bench: Bench) -> None:
    """Results may be secret: no other user of the machine reads the folder."""
    bench.fetch()
    assert stat.S_IMODE(bench.folder.stat().st_mode) == 0o700


def test_an_object_that_a_retry_replaced_comes_anew(bench: Bench) -> None:
    """One that has an error in it is asked for again, until it has none."""
    bench.fetch()
    bench.store.put(2, values(2))
    assert bench.fetch() == bench.stored
    assert bench.fetch() == bench.stored
    assert bench.store.asked == []


def test_what_came_before_a_failure_stays(bench: Bench) -> None:
    """The next call goes on with the objects that the first one did not bring."""
    bench.store.spoil(4, *[_status(500)] * 5)
    bench.results = replace(bench.results, threads=1)
    with pytest.raises(DependencyUnavailable, match=r"the store of the results answers 500 \(tried 5 times\)"):
        bench.fetch()
    assert bench.fetch() == bench.stored
    assert sorted(bench.store.asked) == [object_name(2), object_name(4)]


def _status(status: int) -> Fault:
    return lambda handler, _: handler.answer(status, b"<Error/>")


def _short(handler: _Handler, body: bytes) -> None:
    """Send half an object under the length of the whole."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.send_header("ETag", tag(body))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def _flipped(handler: _Handler, body: bytes) -> None:
    """Send an object with one bit changed, in the header of the compression that no checksum of gzip covers."""
    handler.answer(200, body[:4] + bytes([body[4] ^ 1]) + body[5:], {"ETag": tag(body)})


def _truncated(handler: _Handler, body: bytes) -> None:
    """Send half an object as if it were whole, under a tag that is no MD5."""
    handler.answer(200, body[: len(body) // 2], {"ETag": '"0123-2"'})


def _longer(handler: _Handler, body: bytes) -> None:
    """Send further bytes after the object, under a tag that is no MD5."""
    handler.answer(200, body + b"\0", {"ETag": '"0123-2"'})


def _garbage(handler: _Handler, body: bytes) -> None:
    """Send what is not compressed, without a tag."""
    handler.answer(200, b"<html>Log in</html>")


def _silent(handler: _Handler, body: bytes) -> None:
    """Send the beginning of an object, and nothing more for a second."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:3])
    threading.Event().wait(1)


def _closed(handler: _Handler, _: bytes) -> None:
    handler.close_connection = True


FAULTS: dict[str, Fault] = {
    "cut short": _short,
    "a bit flipped": _flipped,
    "cut short, and no checksum tells": _truncated,
    "longer, and no checksum tells": _longer,
    "a page": _garbage,
    "throttled": _status(503),
    "no answer": _closed,
    "hanging": _silent,
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_comes_damaged_is_fetched_again(bench: Bench, fault: Fault) -> None:
    """No file has another byte than the object, and a fault that lasts is an error."""
    bench.store.spoil(1, fault)
    assert bench.fetch() == bench.stored


@pytest.mark.parametrize("fault", [_flipped, _truncated], ids=["a bit flipped", "cut short"])
def test_what_stays_damaged_is_an_error_and_no_file(bench: Bench, fault: Fault) -> None:
    """After so many attempts the message says what is wrong, and nothing of the object is kept."""
    bench.store.spoil(1, *[fault] * 5)
    with pytest.raises(DependencyUnavailable, match="a result object arrived"):
        bench.fetch()
    assert not (bench.folder / object_name(1)).exists()


def test_a_tag_of_another_encryption_is_no_checksum(bench: Bench) -> None:
    """With keys of KMS an entity tag looks like an MD5 and is none; the object is checked by its gzip data."""
    bench.store.headers = {"ETag": f'"{"0" * 32}"', "x-amz-server-side-encryption": "aws:kms"}
    assert bench.fetch() == bench.stored


def test_a_link_that_expired_midway_is_renewed_once(bench: Bench) -> None:
    """The page of links is asked for again, and only what lacked is fetched by it; what it brings is the same."""
    bench.store.expired = {"1"}
    assert bench.fetch() == bench.stored
    assert bench.store.issued == 2


def test_a_link_that_is_refused_again_is_an_error(bench: Bench) -> None:
    """A store that refuses new links too is not asked for ever."""
    bench.store.expired = {"1", "2"}
    with pytest.raises(DependencyUnavailable, match=r"refuses the link to shard \d, a new one too"):
        bench.fetch()
    assert bench.store.issued == 2


def test_an_object_that_is_gone_is_said(bench: Bench) -> None:
    """Results that a bucket has deleted do not come back by asking again."""
    del bench.store.objects[object_name(3)]
    with pytest.raises(DependencyUnavailable, match="answers 404 for an object that should be there"):
        bench.fetch()
    assert bench.store.asked.count(object_name(3)) == 1


def test_a_full_disk_is_said_and_leaves_nothing_half(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the folder; once there is space again, the same call goes on."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DependencyUnavailable, match=f"cannot keep results in {bench.folder}: No space left"):
            bench.fetch()
    assert bench.drafts() == []
    assert bench.fetch() == bench.stored


def test_a_disk_of_others_is_said(bench: Bench) -> None:
    """A folder that is a file is no place for results."""
    bench.folder.parent.parent.mkdir(exist_ok=True)
    bench.folder.parent.write_text("", encoding="utf-8")
    with pytest.raises(DependencyUnavailable, match="cannot keep results in"):
        bench.fetch()


def test_an_interrupted_call_ends_at_once(bench: Bench) -> None:
    """Ctrl-C, here in the callback, begins no further download and waits for no object's end."""

    def interrupt(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace(bench.results, threads=1).fetch(bench.sweep_id, interrupt, no_deadline)
    assert len(bench.store.asked) <= 2
    assert bench.fetch() == bench.stored


def test_what_a_killed_process_left_is_removed(bench: Bench) -> None:
    """Once it is older than any download."""
    bench.fetch()
    left = bench.folder / f".{object_name(0)}.0123.tmp"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    bench.fetch()
    assert not left.exists()


def test_an_absent_sweep_is_not_found(bench: Bench) -> None:
    """Nothing is made for it."""
    with pytest.raises(SweepNotFound):
        bench.results.fetch(ABSENT, lambda *_: None, no_deadline)
    assert not (bench.folder.parent / ABSENT).exists()


def test_pages_follow_one_another(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many objects there are, a page of links is held at a time, and none is left out."""
    monkeypatch.setattr("adapters.remote.fetched_results.LARGEST_PAGE", 2)
    assert isinstance(bench.desk.sweeps.list_results, ListResults)
    assert bench.fetch() == bench.stored
    assert bench.progress[-1] == (5, 5)
