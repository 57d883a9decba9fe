"""Use case: say which shards have points without a value, and why, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from application.bind_rows import bind_sweep
from application.ports.ledger import Ledger
from application.survey import Survey
from application.walk_blocks import walk_blocks
from domain.block import Block
from domain.designs.design import Point
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.failure import Failure, failures_of
from domain.places import BLOCK_SHARDS, places
from domain.plan import Plan
from domain.standing import Standing
from domain.sweep import ShardEnd, ShardFailed, Sweep

if TYPE_CHECKING:
    from application.ports.point_tables import PointTables

LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class Failing:
    """A shard that has ended with points that have no value; `stored` counts those in results of an earlier run."""

    shard: int
    failed: bool
    stored: int | None


@dataclass(frozen=True, slots=True)
class FailurePage:
    """Failures by shard, and the points that they name, by index; `next` is the last shard, and None at the end.

    There are no points where the table that has them cannot be read.
    """

    failures: tuple[Failure, ...]
    points: Mapping[int, Point]
    next: int | None


@dataclass(frozen=True, slots=True)
class ListFailures:
    """Answers the question what went wrong where; `tables` has points that come from files."""

    ledger: Ledger
    survey: Survey
    tables: PointTables | None = None

    def __call__(self, sweep_id: str, limit: int, after: int | None, deadline: Deadline) -> FailurePage:
        """Return the failures of at most `limit` (1 to 100) shards beyond `after`.

        Raises `SweepNotFound`, and `InvalidSweep` for another limit.
        """
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidSweep.at("limit", f"must be 1 to {LARGEST_PAGE}")
        ledger = self.ledger.within(deadline)
        sweep = bind_sweep(ledger.sweep(sweep_id), self.tables)
        first = 0 if after is None else after + 1
        found = failing(walk_blocks(ledger, sweep.head, first), sweep.plan, self.survey.since())
        page = list(islice((one for one in found if one.shard >= first), limit + 1))
        failures = read_failures(ledger, sweep_id, sweep.plan, page[:limit])
        points: dict[int, Point] = {}
        # A table of points that is lost is itself a failure, which must stay visible.
        with suppress(DependencyUnavailable):
            points = points_of(sweep, failures)
        return FailurePage(failures, points, page[limit - 1].shard if len(page) > limit else None)


def failing(blocks: Iterator[Block], plan: Plan, since: float) -> Iterator[Failing]:
    """Yield the shards of these blocks that have ended with points that have no value, in order."""
    for block in blocks:
        standing: Standing = block.standing(plan, since)
        stored = block.stored_errors()
        for place in places(standing.partial | standing.failed):
            mark = stored.get(place)
            shard = block.number * BLOCK_SHARDS + place
            # A damaged entry may have more errors than the shard has points.
            lacking = min(mark.errors, plan.size_of(shard)) if mark else None
            yield Failing(shard, bool(standing.failed >> place & 1), lacking)


def read_failures(ledger: Ledger, sweep_id: str, plan: Plan, shards: Sequence[Failing]) -> tuple[Failure, ...]:
    """Return the failures of these shards, in order, as the ledger has them."""
    ends: dict[tuple[int, bool], ShardEnd] = {
        (end.number, isinstance(end, ShardFailed)): end for end in ledger.ends(sweep_id, [one.shard for one in shards])
    }
    found = ((one, ends.get((one.shard, one.failed))) for one in shards)
    return tuple(failure for one, end in found if end for failure in failures_of(plan, end, one.stored))


def points_of(sweep: Sweep, failures: Sequence[Failure]) -> dict[int, Point]:
    """Return by index the points at which the target raised an exception."""
    indices = (failure.index for failure in failures if failure.index is not None)
    return {index: sweep.request.design.point(index) for index in indices if 0 <= index < sweep.plan.size}
