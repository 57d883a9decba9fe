"""Uploading chunks of a table by their links, several at once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import Self

from adapters.remote.attempts import Attempts
from adapters.remote.chunk_upload import ChunkUpload
from adapters.remote.object_download import LinkExpiredError
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable


class Uploads:
    """Threads that upload; the end of the `with` block lets no further attempt begin, and waits for those under way."""

    def __init__(self, upload: ChunkUpload, attempts: Attempts, threads: int) -> None:
        """Upload by so many threads."""
        self._upload = upload
        self._stop = threading.Event()
        self._attempts = replace(attempts, sleep=self._wait)
        self._pool = ThreadPoolExecutor(threads, "upload")

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every upload."""
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def run(self, bodies: Mapping[int, bytes], links: Mapping[int, str]) -> list[int]:
        """Store these chunks, and return those whose links the store refuses; raises `DependencyUnavailable`."""
        futures = {self._pool.submit(self._store, body, links[number]): number for number, body in bodies.items()}
        return sorted(futures[future] for future in as_completed(futures) if not future.result())

    def _store(self, body: bytes, link: str) -> bool:
        try:
            self._attempts(lambda: self._attempt(body, link), no_deadline)
        except LinkExpiredError:
            return False
        return True

    def _attempt(self, body: bytes, link: str) -> None:
        if self._stop.is_set():
            raise DependencyUnavailable("the upload was ended")
        self._upload(link, body)

    def _wait(self, seconds: float) -> None:
        self._stop.wait(seconds)
