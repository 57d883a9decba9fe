"""Use case: link to the results that there are, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from application.ports.ledger import Ledger
from application.ports.result_store import ResultLocation
from application.walk_blocks import walk_blocks
from domain.dispatch_policy import Deadline
from domain.errors import InvalidSweep
from domain.places import BLOCK_SHARDS, places
from domain.sweep import SweepHead

LARGEST_PAGE = 1000
LINK_SECONDS = 3600
# In characters of all links together. A signed link is long, and an answer has a limit.
_LONGEST_LINKS = 500_000


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Links by shard, in the order of the shards; `next` is the last of them, and None at the end."""

    links: dict[int, str]
    next: int | None


@dataclass(frozen=True, slots=True)
class ListResults:
    """Answers the question for what has been stored; while a sweep runs, later pages may grow."""

    ledger: Ledger
    results: ResultLocation

    def __call__(self, sweep_id: str, limit: int, after: int | None, deadline: Deadline) -> ResultPage:
        """Return links to at most `limit` (1 to 1,000) objects, of shards beyond `after`; fewer if links are long.

        Raises `SweepNotFound`, and `InvalidSweep` for another limit.
        """
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidSweep.at("limit", f"must be 1 to {LARGEST_PAGE}")
        ledger = self.ledger.within(deadline)
        links: dict[int, str] = {}
        length = 0
        for shard in _stored(ledger, ledger.head(sweep_id), 0 if after is None else after + 1):
            if len(links) == limit or length > _LONGEST_LINKS:
                return ResultPage(links, max(links))
            links[shard] = self.results.link(sweep_id, shard, LINK_SECONDS)
            length += len(links[shard])
        return ResultPage(links, None)


def _stored(ledger: Ledger, head: SweepHead, first: int) -> Iterator[int]:
    """Yield the numbers of the shards from `first` on whose results are stored."""
    for block in walk_blocks(ledger, head, first):
        for place in places(block.stored(head.plan)):
            shard = block.number * BLOCK_SHARDS + place
            if shard >= first:
                yield shard
