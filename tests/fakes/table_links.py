"""Tables of points in memory, with links to a server of this machine, which stores and serves as S3 does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from application.documents.table_chunks import chunk_name
from application.ports.table_links import UPLOAD_HEADERS
from tests.fakes.loopback import LoopbackHandler, LoopbackServer
from tests.fakes.point_tables import MemoryTables

# Answers one request in a way of its own; calls the function for what the store does.
StoreFault = Callable[[LoopbackHandler, bytes], None]


class LinkedTables(MemoryTables):
    """A `TableLinks` as well."""

    url = "memory:"
    issued = 0

    def stored(self, digest: str, after: int | None, limit: int) -> Sequence[int]:
        """Return the numbers of chunks."""
        first = 0 if after is None else after + 1
        return sorted(number for one, number in self.chunks if one == digest and number >= first)[:limit]

    def link(self, digest: str, chunk: int, seconds: int) -> str:
        """Return a link, whose signature tells how many were issued before."""
        self.issued += 1
        return f"{self.url}/tables/{digest}/{chunk_name(chunk)}?X-Amz-Expires={seconds}&X-Amz-Signature={self.issued}"

    def upload_link(self, digest: str, chunk: int, seconds: int) -> str:
        """Return a link."""
        return self.link(digest, chunk, seconds)


class TableStore(LoopbackServer):
    """The server that the links of `tables` lead to; each of `faults` spoils one request, the first one the next."""

    def __init__(self, tables: LinkedTables) -> None:
        """Serve these tables."""
        super().__init__(_Handler)
        self.tables = tables
        tables.url = self.url
        self.faults: dict[int, list[StoreFault]] = {}
        self.expired_to = 0
        self.asked: list[tuple[str, int]] = []
        self.headers: list[Mapping[str, str]] = []


class _Handler(LoopbackHandler):
    server: TableStore

    def respond(self) -> None:
        """Answer as S3 does."""
        parts = urlsplit(self.path)
        _, _, digest, name = parts.path.split("/")
        number, issue = int(name[:6]), int(parse_qs(parts.query)["X-Amz-Signature"][0])
        body = self.read_body()
        self.server.asked.append((self.command, number))
        self.server.headers.append(dict(self.headers.items()))
        faults = self.server.faults.get(number)
        if issue <= self.server.expired_to:
            self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif faults:
            faults.pop(0)(self, body or self.server.tables.chunks.get((digest, number), b""))
        elif self.command == "PUT":
            self._put((digest, number), body)
        elif (digest, number) in self.server.tables.chunks:
            self.answer(200, self.server.tables.chunks[digest, number])
        else:
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def _put(self, key: tuple[str, int], body: bytes) -> None:
        assert UPLOAD_HEADERS.items() <= dict(self.headers.items()).items()
        if key in self.server.tables.chunks:
            self.answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            return
        self.server.tables.chunks[key] = body
        self.answer(200)
