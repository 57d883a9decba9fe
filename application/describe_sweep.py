"""Use case: say where one sweep stands, from the ledger alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from application.bind_rows import bind_sweep
from application.list_failures import failing, points_of, read_failures
from application.ports.ledger import Ledger
from application.ports.result_store import ResultLocation
from application.survey import Survey
from domain.designs.design import Point
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable
from domain.failure import FailureGroup, grouped
from domain.progress import Progress
from domain.sweep import SweepHead

if TYPE_CHECKING:
    from application.ports.point_tables import PointTables

# A ledger keeps the details of a failing shard apart: a description reads those of so many.
_SHARDS_READ = 200


@dataclass(frozen=True, slots=True)
class Description:
    """A sweep, its progress, where its results are, and why points have no value.

    The groups count the failures of the first `shards_grouped` failing shards; `points` has by index the points that
    the examples name.
    """

    head: SweepHead
    progress: Progress
    results: str
    groups: tuple[FailureGroup, ...] = ()
    shards_grouped: int = 0
    points: Mapping[int, Point] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DescribeSweep:
    """Answers the question for state, counts and failures; `tables` has points that come from files."""

    ledger: Ledger
    results: ResultLocation
    survey: Survey
    tables: PointTables | None = None

    def __call__(self, sweep_id: str, deadline: Deadline) -> Description:
        """Describe one sweep; raises `SweepNotFound`."""
        ledger = self.ledger.within(deadline)
        history = ledger.history(sweep_id)
        head, progress = history.head, self.survey.progress(history)
        location = self.results.location(head.id)
        if not progress.failing_shards:
            return Description(head, progress, location)
        shards = list(islice(failing(iter(history), head.plan, self.survey.since()), _SHARDS_READ))
        groups = grouped(read_failures(ledger, head.id, head.plan, shards))
        return Description(head, progress, location, groups, len(shards), self._points(ledger, head.id, groups))

    def _points(self, ledger: Ledger, sweep_id: str, groups: Sequence[FailureGroup]) -> Mapping[int, Point]:
        """Return the points that the examples name; none if the request cannot be read, as all else still can."""
        try:
            sweep = bind_sweep(ledger.sweep(sweep_id), self.tables)
            return points_of(sweep, [group.example for group in groups])
        except DependencyUnavailable:
            return {}
