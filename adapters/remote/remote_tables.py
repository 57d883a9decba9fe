"""The tables of points of a deployed stack, by its API and its links: the port `PointTables`."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.remote.attempts import Attempts
from adapters.remote.downloads import Downloads
from adapters.remote.http import Http
from adapters.remote.kept_objects import KeptObjects
from adapters.remote.object_download import Wording
from adapters.remote.signed_api import SignedApi
from adapters.remote.table_api import TableApi
from adapters.remote.table_upload import TableUpload
from application.ports.point_tables import REMEDY
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import DependencyUnavailable

CHUNKS = Wording("chunks of tables", "a chunk of a table", "chunk", "the store of tables")
# How many chunks are sent, or fetched, at once.
_AT_ONCE = 16


class RemoteTables:
    """Uploads what the stack lacks, and keeps below `folder` what it has fetched.

    Once `has` has told that a table lacks chunks, its chunks are put in the order of their numbers, many at once: the
    last one returns when all are stored. After an interruption, the same again sends those that were not.
    """

    def __init__(self, api: SignedApi, http: Http, folder: Path, attempts: Attempts | None = None) -> None:
        """Ask the API for links, and follow them by `http`."""
        self._table = TableApi(api)
        self._http = http
        self._folder = folder
        self._attempts = attempts or Attempts()
        self._uploads: dict[str, TableUpload] = {}
        self._next: int | None = None

    def has(self, digest: str, chunks: int) -> bool:
        """Return whether the stack has all of a table's chunks."""
        upload = self._upload(digest, range(chunks))
        if upload.is_needed:
            self._uploads[digest] = upload
            return False
        self._uploads.pop(digest, None)
        return True

    def put(self, digest: str, number: int, body: bytes) -> None:
        """Store a chunk, unless the stack has it."""
        # Of a table of which nothing is known, every chunk is as the last one: it is stored when this returns.
        upload = self._uploads.get(digest) or self._upload(digest, range(number, number + 1))
        try:
            upload.add(number, body)
        except BaseException:
            # What is stored by now is asked for anew.
            self._uploads.pop(digest, None)
            raise
        if upload.is_last(number):
            self._uploads.pop(digest, None)

    def chunk(self, digest: str, number: int) -> bytes:
        """Return a chunk; with the one after it, those that follow are fetched too, as a walk asks for them next."""
        if digest in self._uploads:
            self._uploads[digest].flush()
        kept = KeptObjects(self._folder / digest, CHUNKS)
        follows, self._next = number == self._next, number + 1
        with kept.translated():
            path = kept.final(number)
            body = path.read_bytes() if path else b""
            if path and not _is_whole(body):
                # A disk may damage what it keeps.
                path.unlink()
                path = None
            return body if path else self._fetch(digest, kept, number, _AT_ONCE if follows else 1).read_bytes()

    def _fetch(self, digest: str, kept: KeptObjects, number: int, count: int) -> Path:
        """Return the path of a chunk once it and those that follow, so many together, are here."""
        links = _Links(self._table, digest, number, count)
        with Downloads(self._http, kept, no_deadline, self._attempts, _AT_ONCE) as downloads:
            found = dict(downloads.run(links))
        if number not in found:
            raise DependencyUnavailable(f"the stack has no chunk {number} of the table {digest}; {REMEDY}")
        return found[number]

    def _upload(self, digest: str, chunks: range) -> TableUpload:
        return TableUpload(self._table, digest, chunks, self._http, self._attempts, _AT_ONCE)


def _is_whole(body: bytes) -> bool:
    try:
        gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Links:
    """Links to so many chunks of a table from one on."""

    table: TableApi
    digest: str
    first: int
    count: int

    @property
    def by_number(self) -> Mapping[int, str]:
        """The links."""
        after = self.first - 1 if self.first else None
        return self.table.chunks(self.digest, after, self.count).links

    def renewed(self, numbers: Sequence[int], _: Deadline) -> Mapping[int, str]:
        """Return new links to these chunks."""
        links = self.by_number
        return {number: links[number] for number in numbers if number in links}
