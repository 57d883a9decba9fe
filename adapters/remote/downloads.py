"""Downloading objects by their links, several at once, into files that are whole."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Protocol, Self

from adapters.remote.attempts import Attempts
from adapters.remote.http import Http
from adapters.remote.kept_objects import KeptObjects
from adapters.remote.object_download import LinkExpiredError, ObjectDownload
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable


class Links(Protocol):
    """Links to objects by their numbers, which can be asked for anew."""

    @property
    def by_number(self) -> Mapping[int, str]:
        """The links."""
        ...

    def renewed(self, numbers: Sequence[int], deadline: Deadline) -> Mapping[int, str]:
        """Return new links to these objects."""
        ...


class Downloads:
    """Threads that download; the end of the `with` block ends them, between two pieces of an object at the latest."""

    def __init__(self, http: Http, kept: KeptObjects, deadline: Deadline, attempts: Attempts, threads: int) -> None:
        """Download what is not among those kept, by so many threads."""
        self._kept = kept
        self._deadline = deadline
        self._stop = threading.Event()
        self._attempts = replace(attempts, sleep=self._wait)
        self._download = ObjectDownload(http, self._checkpoint, kept.wording)
        self._pool = ThreadPoolExecutor(threads, "fetch")

    def __enter__(self) -> Self:
        """Begin."""
        with self._kept.translated():
            self._kept.remove_old_drafts()
        return self

    def __exit__(self, *_: object) -> None:
        """End every download."""
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def run(self, links: Links) -> Iterator[tuple[int, Path]]:
        """Yield each number with the path of its object, as soon as that is here; an expired link is renewed once."""
        expired: list[int] = []
        for number, path in self._each(links.by_number):
            if path:
                yield number, path
            else:
                expired.append(number)
        if not expired:
            return
        for number, path in self._each(links.renewed(expired, self._deadline)):
            if path is None:
                said = self._kept.wording
                raise DependencyUnavailable(f"{said.store} refuses the link to {said.unit} {number}, a new one too")
            yield number, path

    def _each(self, links: Mapping[int, str]) -> Iterator[tuple[int, Path | None]]:
        futures = {self._pool.submit(self._bring, number, link): number for number, link in links.items()}
        for future in as_completed(futures):
            yield futures[future], future.result()

    def _bring(self, number: int, link: str) -> Path | None:
        """Return the path of an object once it is here; None if its link has expired."""
        with self._kept.translated():
            path = self._kept.final(number)
            if path:
                return path
            try:
                return self._attempts(lambda: self._attempt(number, link), self._deadline)
            except LinkExpiredError:
                return None

    def _attempt(self, number: int, link: str) -> Path:
        self._checkpoint()
        known = self._kept.known_tag(number)
        with self._kept.draft(number) as draft:
            return self._kept.keep(number, draft, self._download(link, known, draft))

    def _wait(self, seconds: float) -> None:
        self._stop.wait(seconds)

    def _checkpoint(self) -> None:
        if self._stop.is_set():
            raise DependencyUnavailable("the download was ended")
