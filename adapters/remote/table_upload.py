"""The upload of one table: the chunks that the stack lacks, in the order of their numbers."""

from __future__ import annotations

from adapters.remote.attempts import Attempts
from adapters.remote.chunk_upload import ChunkUpload
from adapters.remote.http import Http
from adapters.remote.table_api import TableApi
from adapters.remote.uploads import Uploads
from domain.errors import DependencyUnavailable


class TableUpload:
    """Chunks that are added wait until there are enough to send them at once.

    The last one is sent alone, once all others are stored: with it the table is whole.
    """

    def __init__(
        self, table: TableApi, digest: str, chunks: range, http: Http, attempts: Attempts, at_once: int
    ) -> None:
        """Ask which of these chunks the stack lacks."""
        self._table, self._digest, self._chunks = table, digest, chunks
        self._http, self._attempts, self._at_once = http, attempts, at_once
        self._waiting: dict[int, bytes] = {}
        self._turn_to(chunks.start - 1 if chunks.start else None)

    @property
    def is_needed(self) -> bool:
        """Whether the stack lacks any chunk."""
        while not self._page.links and self._page.next is not None:
            self._turn_to(self._page.next)
        return bool(self._page.links)

    def is_last(self, number: int) -> bool:
        """Return whether a chunk is the table's last one."""
        return number == self._chunks.stop - 1

    def add(self, number: int, body: bytes) -> None:
        """Send a chunk, at once or with others, unless the stack has it; raises `DependencyUnavailable`."""
        if self.is_last(number):
            self.flush()
        if self._lacks(number):
            self._waiting[number] = body
        if self.is_last(number) or len(self._waiting) == self._at_once:
            self.flush()

    def flush(self) -> None:
        """Send what waits, and return once it is stored; raises `DependencyUnavailable`."""
        waiting, self._waiting = self._waiting, {}
        refused = self._send(waiting)
        if refused:
            # The links may have expired.
            self._turn_to(refused[0] - 1 if refused[0] else None)
            self._send_by_new_links({number: waiting[number] for number in refused})

    def _lacks(self, number: int) -> bool:
        while self._page.next is not None and self._page.next < number:
            # The next page has none of the links of what waits.
            self.flush()
            self._turn_to(self._page.next)
        return number in self._page.links

    def _send_by_new_links(self, waiting: dict[int, bytes]) -> None:
        """Send chunks, the first of which is on this page; one without a link is stored by now."""
        for number, body in waiting.items():
            if self._lacks(number) and self._send({number: body}):
                raise DependencyUnavailable(f"the store of tables refuses the link for chunk {number}, a new one too")

    def _send(self, waiting: dict[int, bytes]) -> list[int]:
        """Store chunks, and return those whose links were refused."""
        if not waiting:
            return []
        upload = ChunkUpload(self._http, self._page.headers)
        with Uploads(upload, self._attempts, len(waiting)) as uploads:
            return uploads.run(waiting, self._page.links)

    def _turn_to(self, after: int | None) -> None:
        self._page = self._table.uploads(self._digest, self._chunks.stop, after)
