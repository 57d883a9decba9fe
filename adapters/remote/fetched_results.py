"""The result objects of a deployed stack, brought to this machine by the API's links: the port `ResultFiles`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from adapters.remote.attempts import Attempts
from adapters.remote.http import Http
from adapters.remote.kept_objects import KeptObjects
from adapters.remote.object_download import LinkExpiredError, ObjectDownload
from application.list_results import LARGEST_PAGE
from application.ports.result_files import OnFetched
from application.sweeps import Sweeps
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable


@dataclass(frozen=True, slots=True)
class FetchedResults:
    """Keeps whole objects below `folder`, in a folder for each sweep, and downloads several of the others at once."""

    sweeps: Sweeps
    http: Http
    folder: Path
    attempts: Attempts = field(default_factory=Attempts)
    threads: int = 16

    def fetch(self, sweep_id: str, on_fetched: OnFetched, deadline: Deadline) -> Sequence[str]:
        """Return the paths of a sweep's result objects by shard, after downloading those that are not here.

        An object that has errors in it is asked for again, as a retry may have replaced it.
        """
        stored = self.sweeps.follow(sweep_id, 1, deadline).progress.shards_done
        paths: list[str] = []
        with _Downloads(self, KeptObjects(self.folder / sweep_id), deadline) as downloads:
            for links in self._pages(sweep_id, deadline):
                found: dict[int, Path] = {}
                for shard, path in downloads.run(links):
                    found[shard] = path
                    here = len(paths) + len(found)
                    on_fetched(here, max(stored, here))
                paths += [str(found[shard]) for shard in sorted(found)]
        return paths

    def _pages(self, sweep_id: str, deadline: Deadline) -> Iterator[_Links]:
        """Yield the links a page at a time: the program holds so many, however many objects there are."""
        after: int | None = None
        while True:
            page = self.sweeps.list_results(sweep_id, LARGEST_PAGE, after, deadline)
            yield _Links(self.sweeps, sweep_id, after, page.links)
            after = page.next
            if after is None:
                return


@dataclass(frozen=True, slots=True)
class _Links:
    """A page of links, which can be asked for anew."""

    sweeps: Sweeps
    sweep_id: str
    after: int | None
    by_shard: Mapping[int, str]

    def renewed(self, shards: Sequence[int], deadline: Deadline) -> Mapping[int, str]:
        """Return new links to these shards' objects."""
        page = self.sweeps.list_results(self.sweep_id, LARGEST_PAGE, self.after, deadline)
        return {shard: page.links[shard] for shard in shards if shard in page.links}


class _Downloads:
    """Threads that download; the end of the `with` block ends them, between two pieces of an object at the latest."""

    def __init__(self, to: FetchedResults, kept: KeptObjects, deadline: Deadline) -> None:
        self._kept = kept
        self._deadline = deadline
        self._stop = threading.Event()
        self._attempts = replace(to.attempts, sleep=self._wait)
        self._download = ObjectDownload(to.http, self._checkpoint)
        self._pool = ThreadPoolExecutor(to.threads, "fetch")

    def __enter__(self) -> Self:
        with self._kept.translated():
            self._kept.remove_old_drafts()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def run(self, links: _Links) -> Iterator[tuple[int, Path]]:
        """Yield each shard with the path of its object, as soon as that is here; an expired link is renewed once."""
        expired: list[int] = []
        for shard, path in self._each(links.by_shard):
            if path:
                yield shard, path
            else:
                expired.append(shard)
        if not expired:
            return
        for shard, path in self._each(links.renewed(expired, self._deadline)):
            if path is None:
                raise DependencyUnavailable(
                    f"the store of the results refuses the link to shard {shard}, a new one too"
                )
            yield shard, path

    def _each(self, links: Mapping[int, str]) -> Iterator[tuple[int, Path | None]]:
        futures = {self._pool.submit(self._bring, shard, link): shard for shard, link in links.items()}
        for future in as_completed(futures):
            yield futures[future], future.result()

    def _bring(self, shard: int, link: str) -> Path | None:
        """Return the path of a shard's object once it is here; None if its link has expired."""
        with self._kept.translated():
            path = self._kept.final(shard)
            if path:
                return path
            try:
                return self._attempts(lambda: self._attempt(shard, link), self._deadline)
            except LinkExpiredError:
                return None

    def _attempt(self, shard: int, link: str) -> Path:
        self._checkpoint()
        known = self._kept.known_tag(shard)
        with self._kept.draft(shard) as draft:
            return self._kept.keep(shard, draft, self._download(link, known, draft))

    def _wait(self, seconds: float) -> None:
        self._stop.wait(seconds)

    def _checkpoint(self) -> None:
        if self._stop.is_set():
            raise DependencyUnavailable("the download was ended")
