"""Use case: list sweeps, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.ledger import HeadPage, Ledger
from domain.dispatch_policy import Deadline
from domain.errors import InvalidSweep

LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class ListSweeps:
    """Answers the question which sweeps there are, a page at a time."""

    ledger: Ledger

    def __call__(self, limit: int, after: str | None, deadline: Deadline) -> HeadPage:
        """Return at most `limit` (1 to 100) sweeps; `after` is the `next` of the page before.

        Raises `InvalidSweep` for another limit.
        """
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidSweep.at("limit", f"must be 1 to {LARGEST_PAGE}")
        return self.ledger.within(deadline).heads(limit, after)
