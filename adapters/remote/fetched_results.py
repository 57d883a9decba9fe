"""The result objects of a deployed stack, brought to this machine by the API's links: the port `ResultFiles`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapters.remote.attempts import Attempts
from adapters.remote.downloads import Downloads
from adapters.remote.http import Http
from adapters.remote.kept_objects import KeptObjects
from application.link_pages import LARGEST_PAGE
from application.on_done import OnDone
from application.sweeps import Sweeps
from domain.dispatch_policy import Deadline


@dataclass(frozen=True, slots=True)
class FetchedResults:
    """Keeps whole objects below `folder`, in a folder for each sweep, and downloads several of the others at once."""

    sweeps: Sweeps
    http: Http
    folder: Path
    attempts: Attempts = field(default_factory=Attempts)
    threads: int = 16

    def fetch(self, sweep_id: str, on_fetched: OnDone, deadline: Deadline) -> Sequence[str]:
        """Return the paths of a sweep's result objects by shard, after downloading those that are not here.

        An object that has errors in it is asked for again, as a retry may have replaced it.
        """
        stored = self.sweeps.follow(sweep_id, 1, deadline).progress.shards_done
        paths: list[str] = []
        kept = KeptObjects(self.folder / sweep_id)
        with Downloads(self.http, kept, deadline, self.attempts, self.threads) as downloads:
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
    by_number: Mapping[int, str]

    def renewed(self, numbers: Sequence[int], deadline: Deadline) -> Mapping[int, str]:
        """Return new links to these shards' objects."""
        page = self.sweeps.list_results(self.sweep_id, LARGEST_PAGE, self.after, deadline)
        return {shard: page.links[shard] for shard in numbers if shard in page.links}
