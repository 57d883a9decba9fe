"""Use case: link to the results that there are, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from application.link_pages import LINK_SECONDS, check_limit, linked
from application.ports.ledger import Ledger
from application.ports.result_store import ResultLocation
from application.walk_blocks import walk_blocks
from domain.dispatch_policy import Deadline
from domain.places import BLOCK_SHARDS, places
from domain.sweep import SweepHead


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
        check_limit(limit)
        ledger = self.ledger.within(deadline)
        stored = _stored(ledger, ledger.head(sweep_id), 0 if after is None else after + 1)
        return ResultPage(*linked(stored, lambda shard: self.results.link(sweep_id, shard, LINK_SECONDS), limit))


def _stored(ledger: Ledger, head: SweepHead, first: int) -> Iterator[int]:
    """Yield the numbers of the shards from `first` on whose results are stored."""
    for block in walk_blocks(ledger, head, first):
        for place in places(block.stored(head.plan)):
            shard = block.number * BLOCK_SHARDS + place
            if shard >= first:
                yield shard
