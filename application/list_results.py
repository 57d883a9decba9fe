"""Use case: link to the results that there are, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.ledger import Ledger
from application.ports.result_store import ResultLocation
from domain.errors import InvalidSweep
from domain.sweep import ShardDone

LARGEST_PAGE = 1000
LINK_SECONDS = 3600


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

    def __call__(self, sweep_id: str, limit: int, after: int | None = None) -> ResultPage:
        """Return links to at most `limit` (1 to 1,000) objects, of shards beyond `after`.

        Raises `SweepNotFound`, and `InvalidSweep` for another limit.
        """
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidSweep.at("limit", f"must be 1 to {LARGEST_PAGE}")
        ends = self.ledger.history(sweep_id).ends
        first = 0 if after is None else after + 1
        done = sorted(number for number, end in ends.items() if number >= first and isinstance(end, ShardDone))
        page = done[:limit]
        links = {number: self.results.link(sweep_id, number, LINK_SECONDS) for number in page}
        return ResultPage(links, page[-1] if len(done) > limit else None)
